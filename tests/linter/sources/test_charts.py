"""Charts are rendered by the helm on PATH, and what they deploy is judged where its values or templates are."""

from __future__ import annotations

import json
import os
import sys
import tarfile
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from imagelint.config.charts import RenderOptions
from imagelint.session import Request, Session
from imagelint.sources.charts import helm as helm_module
from imagelint.sources.charts.helm import Budget, Helm, HelmError, HelmLimitError, find_helm
from imagelint.sources.charts.markers import Markers, softened, without_marks
from imagelint.sources.charts.prepare import ChartError, prepare
from imagelint.sources.charts.published import meets
from imagelint.sources.charts.values_sets import own_sets
from imagelint.text.places import SourceId
from linter.sources.charts import HELMS, needs_helm, path_with, write
from support import imagelint

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '3.1'\n"
VALUES = """\
image:
  repository: ghrc.io/acme/shop
  tag: ""
off:
  image: k8s.gcr.io/pause:3.9
"""
PROD = "image:\n  repository: ghcr.io/acme/shop\n  tag: 1.10\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: {{ .Release.Namespace }}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      imagePullSecrets:
        - name: regcred
      containers:
        - name: shop
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
        - name: cache
          image: docker.io/bitnami/redis:7.2
"""


def shop(tree: Path, **others: str) -> None:
    write(tree, {"shop/Chart.yaml": CHART, "shop/values.yaml": VALUES, "shop/templates/web.yaml": DEPLOYMENT})
    write(tree, {f"shop/{name}": text for name, text in others.items()})


def lint(tree: Path, helm: str, *arguments: str) -> tuple[list[str], str]:
    """The findings in short, and what was printed besides."""
    path = path_with(helm)
    done = imagelint(".", "--format=concise", *arguments, cwd=tree, PATH=path)
    return [line.partition("] ")[0] for line in done.stdout.splitlines()], done.stderr


def fake(folder: Path, text: str) -> str:
    """A program called helm that prints a version, and runs a script for everything else."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "helm"
    path.write_text(f'#!/bin/sh\nif [ "$1" = version ]; then echo v3.17.2+g; exit; fi\n{text}\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def template(helm: str) -> bytes:
    return Helm(helm, "v3.17.2", Budget()).template("chart", "v.yaml", release="r", namespace="ns", kube_version=None)


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_findings_are_at_the_value_or_the_template_that_decides(helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"values-prod.yaml": PROD})
    found, errors = lint(tmp_path, helm)
    assert found == [
        "shop/templates/web.yaml:12:17: info[pull-secret-undefined",
        "shop/templates/web.yaml:17:18: error[dead-image",
        "shop/values-prod.yaml:3:8: warning[number-as-tag",
        "shop/values.yaml:2:15: error[misspelled-registry",
    ]
    assert "note:" not in errors


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_what_only_helm_test_creates_is_an_info(helm: str, tmp_path: Path) -> None:
    job = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, annotations: {helm.sh/hook: HOOK}}\n"
    job += "spec:\n  containers:\n    - name: wget\n      image: quay.io/acme/IMAGE\n"
    for name, hook in (("check", "test"), ("migrate", "pre-upgrade")):
        text = job.replace("NAME", name).replace("HOOK", hook).replace("IMAGE", name)
        write(tmp_path, {"shop/Chart.yaml": CHART, f"shop/templates/{name}.yaml": text})
    found, _ = lint(tmp_path, helm)
    assert found == [
        "shop/templates/check.yaml:7:14: info[missing-tag",
        "shop/templates/migrate.yaml:7:14: warning[missing-tag",
    ]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_images_are_listed_for_each_set_of_values(helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"values-prod.yaml": PROD})
    path = path_with(helm)
    done = imagelint("images", ".", "--format=json", cwd=tmp_path, PATH=path)
    rows = [(row["image"], row["unit"], row["path"], row["line"]) for row in json.loads(done.stdout)]
    assert rows == [
        ("ghcr.io/acme/shop:1.1", "shop (values-prod.yaml)", "shop/templates/web.yaml", 15),
        ("docker.io/bitnami/redis:7.2", "shop (values-prod.yaml)", "shop/templates/web.yaml", 17),
        ("ghrc.io/acme/shop:3.1", "shop (values.yaml)", "shop/templates/web.yaml", 15),
        ("docker.io/bitnami/redis:7.2", "shop (values.yaml)", "shop/templates/web.yaml", 17),
    ]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_what_is_unset_is_not_judged(helm: str, tmp_path: Path) -> None:
    """A template that requires a value is rendered without it, and one that cannot be is left out with a note."""
    shop(
        tmp_path,
        **{
            "templates/host.yaml": 'host: {{ required "a host: must be set" .Values.host }}\n',
            "templates/pod.yaml": POD.format('{{ required "no image" .Values.x }}:{{ .Values.tag }}'),
            "templates/broken.yaml": "a: {{ index .Values.list 3 }}\n",
        },
    )
    found, errors = lint(tmp_path, helm, "--ignore=pull-secret-undefined")
    assert found == [
        "shop/templates/web.yaml:17:18: error[dead-image",
        "shop/values.yaml:2:15: error[misspelled-registry",
    ]
    (note,) = (line for line in errors.splitlines() if "rendered without" in line)
    assert "templates/broken.yaml" in note
    assert "templates/pod.yaml" in note


POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      image: {}\n"


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_dependencies_that_are_not_there_are_left_out(helm: str, tmp_path: Path) -> None:
    shop(tmp_path)
    listed = "dependencies:\n  - {name: db, version: 1, repository: 'https://charts.example.com'}\n"
    listed += "  - {name: lib, version: 1.0.0, repository: 'file://../lib'}\n"
    write(tmp_path, {"shop/Chart.yaml": CHART + listed, "lib/Chart.yaml": CHART.replace("shop", "lib")})
    write(tmp_path, {"lib/templates/pod.yaml": POD.format("ghcr.io/acme/Lib:1")})
    found, errors = lint(tmp_path, helm, "--select=invalid-image-reference")
    assert "note: shop: rendered without what is not in the repository: db" in errors
    assert found == ["lib/templates/pod.yaml:7:14: error[invalid-image-reference"]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_a_chart_is_the_same_from_inside(helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"values-prod.yaml": PROD})
    outside, _ = lint(tmp_path, helm)
    inside, errors = lint(tmp_path / "shop", helm)
    assert inside == [one.removeprefix("shop/") for one in outside]
    assert "templates/web.yaml:17:18: error[dead-image" in inside
    assert "1 object read" in errors


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(("entry", "key"), [("name: db", "db"), ("name: postgresql, alias: db", "db")])
def test_values_of_a_dependency_that_is_not_there_are_judged_as_values(
    helm: str, entry: str, key: str, tmp_path: Path
) -> None:
    image = "image: {repository: docker.io/bitnami/redis, tag: '7.2'}"
    shop(tmp_path, **{"values.yaml": f"{key}:\n  {image}\noff:\n  {image}\nimage: {{repository: ghcr.io/acme/shop}}\n"})
    listed = f"dependencies:\n  - {{{entry}, version: 1, repository: 'https://charts.example.com'}}\n"
    write(tmp_path, {"shop/Chart.yaml": CHART + listed, "shop/templates/web.yaml": "a: 1\n"})
    found, _ = lint(tmp_path, helm, "--select=dead-image")
    assert found == ["shop/values.yaml:2:23: warning[dead-image"]


LIBRARY = "apiVersion: v2\nname: acme-common\ntype: library\nversion: 1.2.4\n"
HELPER = '{{- define "acme.image" -}}\n{{ .Values.image.repository }}\n{{- end -}}\n'


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("folder", "version", "is_there"),
    [
        ("charts/acme-common", "1.2.4", True),
        ("charts/acme-common", "1.2.*", True),
        ("library/acme-common", "^1.0.0", True),
        ("charts/acme-common", "1.1.0", False),
        ("other/acme-common", "1.2.4", False),
    ],
)
def test_charts_of_one_repository_name_each_other_by_their_address(
    helm: str, folder: str, version: str, *, is_there: bool, tmp_path: Path
) -> None:
    listed = (
        f"dependencies:\n  - {{name: acme-common, version: '{version}', repository: 'https://acme.example/charts'}}\n"
    )
    pod = POD.format('{{ include "acme.image" . }}')
    write(tmp_path, {"charts/shop/Chart.yaml": CHART + listed, "charts/shop/templates/pod.yaml": pod})
    write(tmp_path, {"charts/shop/values.yaml": "image: {repository: docker.io/bitnami/redis:7.2}\n"})
    write(tmp_path, {f"{folder}/Chart.yaml": LIBRARY, f"{folder}/templates/_image.tpl": HELPER})
    (tmp_path / ".git").mkdir()
    found, errors = lint(tmp_path / "charts/shop", helm, "--select=dead-image")
    assert found == ["values.yaml:1:21: error[dead-image"] * is_there
    assert ("rendered without what is not in the repository: acme-common" in errors) is not is_there


@pytest.mark.parametrize(
    ("version", "wanted", "is_met"),
    [
        ("0.3.16", "0.3.*", True),
        ("0.3.16", "0.x.x", True),
        ("0.3.16", "~0.3.2", True),
        ("0.3.16", "v0.3.16", True),
        ("0.3.16", "= 0.3.16", True),
        ("0.3.16", "0.3", True),
        ("2.1.0", "^2.0.3", True),
        ("1.0.0-rc.1", "1.0.0-rc.1", True),
        ("0.4.0", "0.3.*", False),
        ("0.3.1", "~0.3.2", False),
        ("3.0.0", "^2.0.3", False),
        ("2.0.1", "^2.0.3", False),
        ("0.3.16", "0.3.1", False),
        ("0.3.16", ">=0.2.0 <1.0.0", False),
        ("0.3.16", "", False),
    ],
)
def test_the_version_of_a_dependency(version: str, wanted: str, *, is_met: bool) -> None:
    assert meets(version, wanted) is is_met


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_templates_that_need_what_is_not_there_are_one_note(helm: str, tmp_path: Path) -> None:
    shop(tmp_path)
    listed = "dependencies:\n  - {name: db, version: 1, repository: 'https://charts.example.com'}\n"
    broken = {f"shop/templates/{name}.yaml": '{{ include "db.name" . }}\n' for name in "abcde"}
    write(tmp_path, {"shop/Chart.yaml": CHART + listed, **broken, "shop/templates/NOTES.txt": '{{ include "db.x" . }}'})
    _, errors = lint(tmp_path, helm, "--select=invalid-image-reference")
    (note,) = (line for line in errors.splitlines() if "rendered without" in line)
    assert note.startswith("note: shop: rendered without what is not in the repository: db, and without templates/")
    assert note.endswith(" and 2 more templates")


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_whoever_installs_a_chart_gives_it_the_credentials_of_a_registry(helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"values.yaml": "image: {repository: registry.acme.io/shop}\n"})
    found, _ = lint(tmp_path, helm, "--select=unknown-registry")
    assert found == ["shop/values.yaml:1:21: info[unknown-registry"]
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: prod}\n"
    release += "spec:\n  chart: {spec: {chart: ./shop, sourceRef: {kind: GitRepository, name: flux-system}}}\n"
    release += "  values: {image: {repository: registry.acme.io/shop}}\n"
    write(tmp_path, {"release.yaml": release})
    found, _ = lint(tmp_path, helm, "--select=unknown-registry")
    assert "release.yaml:6:32: warning[unknown-registry" in found


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        ('{{ include "a" . }}', "rendered without templates/bomb.yaml"),
        ("{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}", "not rendered with values.yaml"),
    ],
)
def test_template_bombs(helm: str, bomb: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "range" in bomb:
        monkeypatch.setattr(helm_module, "_SECONDS", 2)
    monkeypatch.setenv("PATH", path_with(helm))
    shop(tmp_path, **{"templates/_a.tpl": '{{ define "a" }}{{ include "a" . }}{{ end }}', "templates/bomb.yaml": bomb})
    shop(tmp_path / "other")
    found = Session().read(Request(["."], charts=RenderOptions()))
    (note,) = (note for note in found.notes if "templates were not linted" not in note)
    assert note.startswith(f"shop: {reason}: ")
    assert [unit for unit in found.units if unit.path == "other/shop/Chart.yaml"]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_nothing_outside_is_read_and_no_schema_is_followed(helm: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("swordfish", encoding="utf-8")
    tree = tmp_path / "tree"
    shop(
        tree,
        **{
            "values.schema.json": '{"$ref": "http://127.0.0.1:1/x.json"}',
            "templates/pod.yaml": POD.format('"ghcr.io/acme/{{ .Files.Get "link" }}Web:1"'),
        },
    )
    (tree / ".git").mkdir()
    (tree / "shop/link").symlink_to(tmp_path / "secret.txt")
    (tree / "shop/loop").symlink_to(tree / "shop")
    path = path_with(helm)
    done = imagelint(".", "--format=json", cwd=tree, PATH=path)
    assert "ghcr.io/acme/Web:1" in done.stdout
    assert "swordfish" not in done.stdout + done.stderr


def test_without_helm_there_is_one_note(tmp_path: Path) -> None:
    shop(tmp_path)
    write(tmp_path, {"other/Chart.yaml": CHART, "other/templates/web.yaml": DEPLOYMENT})
    done = imagelint(".", "--format=concise", cwd=tmp_path, PATH="/nonexistent")
    assert [line.partition("] ")[0] for line in done.stdout.splitlines()] == [
        "shop/values.yaml:2:15: warning[misspelled-registry",
        "shop/values.yaml:5:10: info[deprecated-registry",
    ]
    assert "note: 2 charts were not rendered: helm is not installed; only images in values were linted" in done.stderr


def test_no_render_runs_nothing(tmp_path: Path) -> None:
    helm = fake(tmp_path / "bin", f"touch {tmp_path}/ran")
    tree = tmp_path / "tree"
    shop(tree)
    _, errors = lint(tree, helm, "--no-render")
    assert not (tmp_path / "ran").exists()
    assert "shop: Helm chart not rendered" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="the script is one for a shell")
@pytest.mark.parametrize(
    "script", ["exit 3", "echo '{{{'", "echo 'Error: no' >&2; exit 1", "kill -9 $$", "head -c 30000000 /dev/zero"]
)
def test_a_helm_that_fails_costs_its_chart_only(script: str, tmp_path: Path) -> None:
    helm = fake(tmp_path / "bin", script)
    tree = tmp_path / "tree"
    shop(tree)
    write(tree, {"pod.yaml": POD.format("ghcr.io/acme/Web:1")})
    found, errors = lint(tree, helm, "--select=invalid-image-reference")
    assert found == ["pod.yaml:7:14: error[invalid-image-reference"]
    assert "Traceback" not in errors


@pytest.mark.parametrize("version", ["nonsense", "v2.17.0", "v3.2.1", ""])
def test_other_programs_and_old_versions_are_not_used(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helm = tmp_path / "helm"
    helm.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
    helm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HelmError):
        find_helm([str(tmp_path / "tree")])


def test_a_helm_in_the_tree_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path / "tree/bin", f"touch {tmp_path}/ran")
    (tmp_path / "links").symlink_to(tmp_path / "tree/bin")
    monkeypatch.chdir(tmp_path / "tree")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "tree/bin"), str(tmp_path / "links"), "bin", ".", ""]))
    with pytest.raises(HelmError, match="inside of what is linted"):
        find_helm([str(tmp_path / "tree")])


def test_a_helm_around_a_submodule_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    fake(tmp_path / "bin", f"touch {tmp_path}/ran")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(HelmError, match="inside of what is linted"):
        find_helm([str(tmp_path / "modules/shop")])
    assert not (tmp_path / "ran").exists()


def test_helm_is_run_with_an_empty_home_and_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "swordfish")
    helm = fake(tmp_path / "bin", "echo $HOME $HTTPS_PROXY $KUBECONFIG $HELM_PLUGINS $SECRET")
    printed = template(helm).decode().split()
    home = printed[0]
    # No `$SECRET`, and nothing in the home.
    assert printed == [home, "http://127.0.0.1:9", os.devnull, home]
    assert not Path(home).exists()


def test_a_helm_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helm_module, "_SECONDS", 1)
    helm = fake(tmp_path / "bin", "while :; do :; done")
    with pytest.raises(HelmLimitError):
        template(helm)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("end", ["exit 0", "exit 1", "while :; do :; done"])
def test_what_helm_starts_ends_with_it(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helm_module, "_SECONDS", 1)
    helm = fake(tmp_path / "bin", f"/bin/sleep 600 & echo $! > {tmp_path}/child\n{end}")
    with suppress(HelmError, HelmLimitError):
        template(helm)
    child = int((tmp_path / "child").read_text())
    assert any(_has_ended(child) for _ in range(200))


def _has_ended(pid: int) -> bool:
    """Whether a process has ended; its parent may have yet to read its code."""
    time.sleep(0.05)
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="the script is one for a shell")
def test_all_charts_of_a_run_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One note names it and the charts; other files are linted."""
    monkeypatch.setattr(helm_module, "_SECONDS_OF_RUN", 0.1)
    helm = fake(tmp_path / "bin", "/bin/sleep 0.2; echo 'kind: Pod'")
    monkeypatch.setenv("PATH", path_with(helm))
    tree = tmp_path / "tree"
    write(tree, {"pod.yaml": POD.format("ghcr.io/acme/x:1")})
    for number in range(20):
        shop(tree / f"{number:02}")
    monkeypatch.chdir(tree)
    found = Session().read(Request(["."], charts=RenderOptions()))
    (note,) = found.notes
    assert note.endswith(" not rendered with all values: helm may run for 0.1 seconds for all charts together")
    # Four begin together, and there is no time for others then.
    assert "and 13 more charts:" in note
    assert found.files[SourceId("pod.yaml")].pods


def archive(name: str, data: bytes, size: int | None = None) -> bytes:
    raw = BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as written:
        member = tarfile.TarInfo(name)
        member.size = len(data) if size is None else size
        written.addfile(member, BytesIO(data))
    return raw.getvalue()


def test_archives_are_unpacked_within_bounds(tmp_path: Path) -> None:
    shop(tmp_path)
    charts = tmp_path / "shop/charts"
    charts.mkdir()
    (charts / "db.tgz").write_bytes(archive("db/Chart.yaml", b"name: db\n"))
    (charts / "out.tgz").write_bytes(archive("../../../out.txt", b"x"))
    (charts / "abs.tgz").write_bytes(archive(f"{tmp_path}/abs.txt", b"x"))
    (charts / "bad.tgz").write_bytes(b"no archive")
    prepare(str(tmp_path / "shop"), str(tmp_path)).write(str(tmp_path / "copy"))
    assert (tmp_path / "copy/charts/db/Chart.yaml").read_text() == "name: db\n"
    assert not (tmp_path / "out.txt").exists()
    assert not (tmp_path / "abs.txt").exists()
    (charts / "bomb.tgz").write_bytes(archive("db/a.yaml", b"\0" * 80_000_000))
    with pytest.raises(ChartError):
        prepare(str(tmp_path / "shop"), str(tmp_path))


def test_sets_of_values(tmp_path: Path) -> None:
    shop(tmp_path, **{"values-prod.yaml": "", "prod-values.yaml": "", "values.schema.json": "{}", "other.yaml": ""})
    chart = str(tmp_path / "shop")
    assert [one.name for one in own_sets(chart, chart)] == ["values.yaml", "prod-values.yaml", "values-prod.yaml"]
    write(tmp_path, {"shop/ci/a-values.yaml": "", "shop/ci/b-values.yaml": ""})
    assert [one.name for one in own_sets(chart, chart)] == ["ci/a-values.yaml", "ci/b-values.yaml"]


@pytest.mark.parametrize(
    ("template", "soft"),
    [
        ('{{ required "x" .Values.a }}', '{{ default "zz-unset-zz" .Values.a }}'),
        ("{{ .Values.a | required `x` }}", '{{ .Values.a | default "zz-unset-zz" }}'),
        ('{{ fail "x" }}', '{{ trunc 0 "x" }}'),
        ('{{ fail (printf "a required %s" .b) }}', '{{ trunc 0 (printf "a required %s" .b) }}'),
        ("{{/* required */}}{{ .required }}", "{{/* required */}}{{ .required }}"),
        ("required: {{ .a", "required: {{ .a"),
        ("{{" * 1000, "{{" * 1000),
    ],
)
def test_softened_templates(template: str, soft: str) -> None:
    assert softened(template) == soft


def test_a_softened_template_finds_what_it_looks_up() -> None:
    soft = softened('{{ $a := (lookup "v1" "Secret" .ns "lookup").data }}{{ .lookup }}', finds_objects=True)
    assert soft.startswith('{{ $a := (coalesce (dict "metadata"')
    assert soft.endswith('"status" (dict)) "v1" "Secret" .ns "lookup").data }}{{ .lookup }}')


LOOKUPS = [
    '{{ (lookup "v1" "ConfigMap" "apps" "settings").data.domain }}',
    '{{ $s := lookup "v1" "Secret" "apps" "shop" }}{{ $s.metadata.annotations.owner }}',
    '{{ get (lookup "v1" "Secret" "apps" "shop").data "token" }}',
]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("lookup", LOOKUPS)
def test_templates_that_need_objects_of_the_cluster_are_rendered(lookup: str, helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"templates/web.yaml": f"{DEPLOYMENT}          env: [{{name: A, value: '{lookup}'}}]\n"})
    found, errors = lint(tmp_path, helm, "--select=dead-image,misspelled-registry")
    assert found == [
        "shop/templates/web.yaml:17:18: error[dead-image",
        "shop/values.yaml:2:15: error[misspelled-registry",
    ]
    assert "note:" not in errors


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
def test_what_a_template_looks_up_is_not_there_where_it_can_do_without(helm: str, tmp_path: Path) -> None:
    """Another template fails with an object and without."""
    guarded = '{{ with lookup "v1" "Secret" "a" "b" }}{{ fromJson (index .data "x" | b64dec) }}{{ else }}{{ end }}'
    broken = "{{ first 1 }}"
    shop(tmp_path, **{"templates/a.yaml": f"# {guarded}\n", "templates/b.yaml": f"# {broken}\n"})
    _, errors = lint(tmp_path, helm, "--select=dead-image")
    assert "rendered without templates/b.yaml:" in errors


def test_marks_do_not_change_what_is_rendered() -> None:
    markers = Markers()
    marked = markers.mark(DEPLOYMENT, "templates/web.yaml")
    assert without_marks(marked.encode()).decode() == DEPLOYMENT
    assert [(line.line, line.column) for line in markers.lines] == [(11, 24), (12, 17), (15, 18), (17, 18)]


SIDECAR = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: web
      image: "{{ .Values.image }}"
    - name: proxy
      image: envoyproxy/envoy
    - name: logs
      image: "fluent/{{ .Values.logs.name }}{{ with .Values.logs.tag }}:{{ . }}{{ end }}"
  imagePullSecrets: [{name: "{{ .Values.secret }}"}]
"""


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("file", ["ci/test-values.yaml", "values-example.yaml"])
def test_values_for_tests_and_examples_lower_only_what_they_decide(file: str, helm: str, tmp_path: Path) -> None:
    files = {"Chart.yaml": CHART, "templates/web.yaml": SIDECAR, file: "logs: {name: fluentd}\nsecret: here\n"}
    files["values.yaml"] = "image: bitnami/kubectl:latest\nlogs: {name: fluent-bit, tag: '3'}\nsecret:\n"
    write(tmp_path / "shop", files)
    selected = "--select=latest-tag,missing-tag,pull-secret-undefined"
    at_full = [
        "shop/templates/web.yaml:9:14: warning[missing-tag",
        "shop/values.yaml:1:8: warning[latest-tag",
    ]
    found, _ = lint(tmp_path, helm, selected)
    assert set(found) == {*at_full, "shop/templates/web.yaml:12:21: info[pull-secret-undefined"}
    write(tmp_path / "shop", {file: "image: acme/web:latest\nlogs: {name: fluentd, tag: ''}\n"})
    found, _ = lint(tmp_path, helm, selected)
    lowered = {f"shop/{file}:1:8: info[latest-tag", "shop/templates/web.yaml:11:14: info[missing-tag"}
    assert {*found} - {at_full[1]} == {at_full[0], *lowered}


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("tag", ["{{ .Chart.AppVersion }}", "v{{ .Values.version }}"])
def test_a_value_that_a_template_does_not_evaluate(tag: str, helm: str, tmp_path: Path) -> None:
    shop(tmp_path, **{"values.yaml": f"image:\n  repository: ghcr.io/acme/shop\n  tag: '{tag}'\n"})
    select = "--select=unrendered-template"
    done = imagelint(".", "--isolated", "--format=text", select, cwd=tmp_path, PATH=path_with(helm))
    text = " ".join(done.stdout.split())
    assert "the chart writes this text as it is" in text
    assert "render the template first" not in text
    assert "--> shop/values.yaml:3:8" in text
    evaluated = DEPLOYMENT.replace(".Values.image.tag |", "tpl .Values.image.tag . |")
    shop(
        tmp_path, **{"templates/web.yaml": evaluated, "values.yaml": VALUES.replace('""', f"'{tag}'") + "version: 1\n"}
    )
    done = imagelint(".", "--isolated", "--format=text", select, cwd=tmp_path, PATH=path_with(helm))
    assert "unrendered-template" not in done.stdout


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("file", "written", "place"),
    [
        ("values.yaml", "image:\n  repository: ghcr.io/acme/shop\n  tag: <your-tag>\n", "shop/values.yaml:3:8"),
        ("values.yaml", "image:\n  repository: <your-registry>/shop\n  tag: '3'\n", "shop/values.yaml:2:15"),
        ("Chart.yaml", CHART.replace("3.1", "xxxxx-22.09"), "shop/Chart.yaml:4:13"),
    ],
)
def test_a_placeholder_is_reported_at_the_value_that_has_it(
    file: str, written: str, place: str, helm: str, tmp_path: Path
) -> None:
    shop(tmp_path, **{file: written})
    found, _ = lint(tmp_path, helm, "--select=unrendered-template")
    assert found == [f"{place}: warning[unrendered-template"]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("values", "image", "place"),
    [
        ("web:\n  image: quay.io/acme/web\n", "{{ .Values.web.image }}", "shop/values.yaml:2:10"),
        ("sidecar: quay.io/acme/web\n", '{{ printf "%s" .Values.sidecar | quote }}', "shop/values.yaml:1:10"),
        # The template leaves the tag out.
        ("web: {repository: acme/web, tag: '1'}\n", "{{ .Values.web.repository }}", "shop/templates/web.yaml:6:14"),
        ("web: acme/web\n", "quay.io/{{ .Values.web }}", "shop/templates/web.yaml:6:14"),
    ],
)  # fmt: skip
def test_a_missing_tag_is_reported_at_the_value_that_is_the_image(
    values: str, image: str, place: str, helm: str, tmp_path: Path
) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - image: IMAGE\n      name: web\n"
    )
    shop(tmp_path, **{"values.yaml": values, "templates/web.yaml": pod.replace("IMAGE", image)})
    found, _ = lint(tmp_path, helm, "--select=missing-tag")
    assert found == [f"{place}: warning[missing-tag"]
