"""With values that nobody declared, what is not set is not an error: a release may set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.linting.finding import Severity
from linter.sources.charts import HELMS, RELEASE, chart, needs_helm, path_with, reported, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_helm

SET = "image: {registry: ghcr.io, repository: acme/c, tag: v1}\n"
NAMED = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
WHOLE = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, as the working folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path_with(HELMS[0]))
    return tmp_path


def errors() -> list[str]:
    return [one.rule for one in reported() if one.severity is Severity.ERROR]


@pytest.mark.parametrize("beside", ["", "replicas: 2\n"])
@pytest.mark.parametrize(
    ("values", "image"),
    [
        ("image: {repository: ghcr.io/acme/c}\n", NAMED),
        ("image: {repository: ghcr.io/acme/c, tag: ''}\n", NAMED),
        ("image: {repository: ghcr.io/acme/c, tag: null}\n", NAMED),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ .Values.image.repository }}:v{{ .Values.image.tag }}"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ .Values.image.repository }}:{{ .Values.image.tag }}-alpine"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ .Values.image.repository }}:.{{ .Values.build }}.000"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ .Values.image.repository }}@{{ .Values.image.digest }}"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ .Values.image.repository }}:{{ required `no` .Values.tag }}"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ printf `%s:%s` .Values.image.repository .Values.image.tag }}"),
        ("image: {repository: ghcr.io/acme/c}\n", "{{ printf `%s:%v` .Values.image.repository .Values.image.tag }}"),
        ("image: {registry: '', repository: acme/c, tag: v1}\n", WHOLE),
        ("image: {repository: acme/c, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: '', tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: acme/c}\n", WHOLE),
        ("image: {}\n", WHOLE),
        ("{}\n", WHOLE),
        ("{}\n", "{{ required `no image` .Values.image }}"),
        ("global: {imageRegistry: ''}\n", "{{ .Values.global.imageRegistry }}/acme/c:v1"),
        ("{}\n", "{{ .Values.account }}.dkr.ecr.{{ .Values.region }}.amazonaws.com/acme/c:v1"),
        ("{}\n", "123456789012.dkr.ecr.{{ .Values.region }}.amazonaws.com/acme/c:v1"),
        ("{}\n", "ghcr.io/acme/{{ .Values.team }}/c:v1"),
        ("{}\n", "ghcr.io/acme-{{ .Values.team }}:v1"),
        ("{}\n", "ghcr.io/{{ .Values.team }}-c:v1"),
        ("image: ''\n", "{{ .Values.image }}"),
        ("tag: '${TAG}'\n", "ghcr.io/acme/c:{{ .Values.tag }}"),
        (
            "image: {repository: '', tag: ':v1'}\n",
            "{{ .Values.image.repository }}:{{ .Values.image.tag | trimPrefix `:` }}",
        ),
        ("image: {registry: '', repository: c, tag: v1}\npath: /c\n", WHOLE),
    ],
)
def test_images(values: str, image: str, beside: str, tree: Path) -> None:
    write(tree, chart("charts/shop", values=values, image=image))
    if beside:
        write(tree, {"charts/shop/values-prod.yaml": beside})
    assert errors() == []


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ("image: {registry: ghcr.io/, repository: acme/c, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: /acme/c, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: acme/c/, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: acme/-c, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: acme//c, tag: v1}\n", WHOLE),
        ("image: {registry: 'https://ghcr.io', repository: acme/c, tag: v1}\n", WHOLE),
        ("image: {registry: ghcr.io, repository: acme/c, tag: -alpine}\n", WHOLE),
        ("image: {repository: '', tag: v1}\n", ":{{ .Values.image.tag }}"),
        ("image: {repository: acme/c, tag: ''}\n", "/{{ .Values.image.repository }}:v1"),
        ("image: ':v1'\n", "{{ .Values.image }}"),
        ("image: {repository: /c}\n", "{{ with .Values.registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}"),
        ("image: {registry: ghcr.io, repository: acme/C, tag: ''}\n", "{{ .Values.image.repository }}:v1"),
        ("image: {name: ghcr.io/acme/c, tag: 5}\n", "{{ printf `%s:%s` .Values.image.name .Values.image.tag }}"),
    ],
)  # fmt: skip
def test_images_that_values_make_wrong(values: str, image: str, tree: Path) -> None:
    write(tree, chart("charts/shop", values=values, image=image))
    assert errors() == ["invalid-image-reference"]


FIELDS = {
    "imagePullSecrets: [{name: {{ .Values.secret }}}]": [],
    "imagePullSecrets: [{name: '{{ .Values.secret }}'}]": [],
    "imagePullSecrets: [{name: '{{ .Values.secret }}-registry'}]": [],
    "imagePullSecrets: [{name: {{ required `no` .Values.secret }}}]": [],
    "imagePullSecrets: {{ .Values.secret | quote }}": [],
    "imagePullSecrets: {{ .Values.map | toYaml | nindent 4 }}": [],
    "imagePullSecrets: {{ .Values.strings | toYaml | nindent 4 }}": ["misplaced-pull-field"],
    "serviceAccountName: '{{ .Values.account }}-runner'": [],
    "serviceAccountName: {{ printf `%s` .Values.account | quote }}": [],
}


@pytest.mark.parametrize("field", FIELDS)
def test_pull_secrets_and_accounts(field: str, tree: Path) -> None:
    """Nor is anything reported about names that are not set."""
    write(tree, chart("charts/shop", values=f"{SET}map: {{}}\nstrings: [regcred]\n", image=WHOLE))
    pod = (tree / "charts/shop/templates/pod.yaml").read_text(encoding="utf-8")
    write(tree, {"charts/shop/templates/pod.yaml": pod.replace("spec:\n", f"spec:\n  {field}\n")})
    assert [one.rule for one in reported()] == FIELDS[field]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("{{ .Values.policy }}", []),
        ("{{ printf `%s` .Values.policy | quote }}", []),
        ("{{ required `no` .Values.policy }}", []),
        ("{{ .Values.wrong }}", ["invalid-pull-policy"]),
    ],
)
def test_pull_policies(policy: str, expected: list[str], tree: Path) -> None:
    write(tree, chart("charts/shop", values=f"{SET}wrong: always\n", image=WHOLE))
    pod = (tree / "charts/shop/templates/pod.yaml").read_text(encoding="utf-8")
    write(tree, {"charts/shop/templates/pod.yaml": f"{pod}      imagePullPolicy: {policy}\n"})
    assert errors() == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("{{ .Values.type }}", []), ("{{ .Values.wrong }}", ["pull-secret-wrong-type"])]
)
def test_types_of_secrets(given: str, expected: list[str], tree: Path) -> None:
    write(tree, chart("charts/shop", values=f"{SET}wrong: Opaque\n", image=WHOLE))
    pod = (tree / "charts/shop/templates/pod.yaml").read_text(encoding="utf-8")
    secret = (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: regcred}}\ntype: {given}\ndata: {{.dockerconfigjson: e30=}}\n"
    )
    write(
        tree,
        {"charts/shop/templates/pod.yaml": pod.replace("spec:\n", "spec:\n  imagePullSecrets: [{name: regcred}]\n")},
    )
    write(tree, {"charts/shop/templates/secret.yaml": secret})
    assert errors() == expected


def test_what_a_release_leaves_unset_is_an_error(tree: Path) -> None:
    write(tree, chart("charts/shop", values="image: {repository: ghcr.io/acme/c}\n", image=NAMED))
    write(tree, {"release.yaml": RELEASE})
    assert errors() == ["invalid-image-reference"]


def test_the_version_of_a_chart_is_not_a_tag_that_somebody_set(tree: Path) -> None:
    """Whether it is in the inventory, only a release shows."""
    image = "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
    write(tree, chart("charts/shop", values="image: {repository: ghcr.io/acme/c}\n", image=image))
    write(tree, {"images.txt": "ghcr.io/acme/c:v1\n"})
    options = "--inventory=images.txt", "--format=concise", "--no-cache"
    assert ": warning[image-not-in-inventory]" in imagelint(".", *options, cwd=tree).stdout
    write(tree, {"release.yaml": RELEASE})
    assert ": error[image-not-in-inventory]" in imagelint(".", *options, cwd=tree).stdout


@pytest.mark.parametrize("image", ['":"', '"/acme/c:v1"', "'acme/c:'", '""', "ghcr.io//c:v1"])
def test_what_a_template_has_itself_is_an_error(image: str, tree: Path) -> None:
    """No release changes it."""
    pod = chart("charts/shop")["charts/shop/templates/pod.yaml"]
    literal = "\n".join(f"      image: {image}" if "image:" in line else line for line in pod.splitlines())
    write(tree, {**chart("charts/shop"), "charts/shop/templates/pod.yaml": f"{literal}\n"})
    (finding,) = reported()
    assert finding.severity is Severity.ERROR
    assert finding.place.path == "charts/shop/templates/pod.yaml"


@pytest.mark.parametrize("values", ["image: {repository: ghcr.io/acme/c}\n", "image: {tag: v1}\n"])
def test_a_note_names_the_images_that_values_leave_empty(values: str, tree: Path) -> None:
    write(tree, chart("charts/shop", values=values, image=NAMED))
    why = "not linted, as the values of the chart leave the image, or a part of it, empty"
    note = f"charts/shop/templates/pod.yaml:7: {why}"
    assert note in imagelint(".", "--no-cache", cwd=tree).stderr
    # Another set of values has all of it.
    write(tree, {"charts/shop/values-prod.yaml": SET})
    assert "leave the image" not in imagelint(".", "--no-cache", cwd=tree).stderr


def test_many_images_that_values_leave_empty_are_one_note(tree: Path) -> None:
    for name in "abcde":
        write(tree, chart(f"charts/{name}", values="image: {repository: ghcr.io/acme/c}\n", image=NAMED))
    (note,) = (line for line in imagelint(".", "--no-cache", cwd=tree).stderr.splitlines() if "not linted" in line)
    assert "charts/c/templates/pod.yaml:7 and 2 more images of charts: not linted" in note


@pytest.mark.parametrize(
    ("values", "image", "rule"),
    [
        ("image:\n  repository: quay:io/acme/c\n", NAMED, "invalid-image-reference"),
        ("image:\n  repository: ghcr.io/Acme/c\n  tag: ''\n", NAMED, "invalid-image-reference"),
        ("image:\n  repository: gcr.io/heptio-images/contour\n  tag: ''\n", NAMED, "dead-image"),
        # What comes before it may be empty.
        ("image:\n  repository: heptio-images:1/contour\n", "{{ .Values.registry }}/" + NAMED, None),
        ("image:\n  repository: ghcr.io/acme/c\n", NAMED, None),
    ],
)
def test_a_name_is_judged_without_its_tag(values: str, image: str, rule: str | None, tree: Path) -> None:
    write(tree, chart("charts/shop", values=values, image=image))
    found = [(one.rule, one.place.path, one.place.span.line) for one in reported()]
    assert found == ([(rule, "charts/shop/values.yaml", 2)] if rule else [])
