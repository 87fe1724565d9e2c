"""Comments and annotations in every place where people put them: the complaints about other linters are the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import found, imagelint, lint

if TYPE_CHECKING:
    from pathlib import Path

IGNORE = "# imagelint: ignore[latest-tag] as agreed"
LATEST = "quay.io/acme/app:latest"
HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
FLOW = HEAD + f'spec: {{containers: [{{name: a, image: "{LATEST}"}}]}}'


def left(text: str) -> list[tuple[str, int]]:
    return found(lint(text))


def pod(*lines: str) -> str:
    """A pod whose containers are these lines, from line 6 on; IGNORE and LATEST are filled in."""
    text = "".join(f"    {line}\n" for line in lines)
    return HEAD + "spec:\n  containers:\n" + text.replace("IGNORE", IGNORE).replace("LATEST", LATEST)


@pytest.mark.parametrize(
    "lines",
    [
        ["- name: a", "  args:", "    - |  IGNORE", "      text", "  image: LATEST"],
        ["- name: a", "  workingDir: >-  IGNORE", "    text", "  image: LATEST"],
        ["- name: a", "  workingDir: !!str &x |2-  IGNORE", "    text", "  image: LATEST"],
        ["- name: a", "  image: >-  IGNORE", "    LATEST"],
        ["- name: a", "  IGNORE", "  image: >-", "    LATEST"],
        ["- name: a", "  image:", "    LATEST  IGNORE"],
        ["- name: a", "  image:  IGNORE", "    LATEST"],
        ["- name: a", "  image: LATEST", "  workingDir: several", "    lines  IGNORE"],
        ["- name: a", "  image: LATEST", '  workingDir: "several', '    lines"  IGNORE'],
        ["- name: a", "  args:", "    - |", "      text", "    IGNORE", "  image: LATEST"],
        ["- name: a  IGNORE", "  image: LATEST"],
        ["-  IGNORE", "  name: a", "  image: LATEST"],
        ["IGNORE", "-", "  name: a", "  image: LATEST"],
        ["IGNORE", "", "# another comment", "- name: a", "  image: LATEST"],
        ["- name: a", "  image: LATEST  # why not  IGNORE"],
        ["- name: a", "  image: LATEST\tIGNORE"],
        ["- name: é😀", "  image: LATEST  IGNORE"],
        ["- name: a", "  image: LATEST  #imagelint:ignore[latest-tag]"],
        ["- name: a", "  image: LATEST  # imagelint: ignore[ latest-tag ,] {{ reason }}"],
        ["- &x", "  name: a", "  image: LATEST  IGNORE", "- <<: *x", "  name: b"],
        ["- name: a", "  image: &x LATEST  IGNORE", "- name: b", "  image: *x"],
    ],
)
def test_it_counts(lines: list[str]) -> None:
    assert left(pod(*lines)) == []
    assert left(pod(*lines).replace("\n", "\r\n")) == []
    assert left(pod(*lines).rstrip("\n")) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["- name: a", "  args:", "    - |", "      echo  IGNORE", "  image: LATEST"],
        ["- name: a", "  args:", "    - |", "      a", "      IGNORE", "      b", "  image: LATEST"],
        ["- name: a", "  args:", "    - >", "      a", "", "      IGNORE", "  image: LATEST"],
        ["- name: a", '  workingDir: "a', "    IGNORE", '    b"', "  image: LATEST"],
        ["- name: a", "  workingDir: 'a  IGNORE'", "  image: LATEST"],
        ["- name: a", '  workingDir: "a | IGNORE', '    b"', "  image: LATEST"],
        ["- name: a", "  workingDir: a#imagelint:ignore[latest-tag]", "  image: LATEST"],
    ],
)
def test_in_text_it_is_text(lines: list[str]) -> None:
    assert left(pod(*lines)) == [("latest-tag", 5 + len(lines))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"{IGNORE}\n---\n{FLOW}\n---\n{FLOW}", [11]),
        (f"---  {IGNORE}\n{FLOW}\n---\n{FLOW}", [10]),
        (f"{IGNORE}\n\n# more\n---\n# more\n{FLOW}", []),
        (f"{FLOW}\n---\n{IGNORE}\n{FLOW}", [4]),
        (f"{FLOW}\n{IGNORE}\n---\n{FLOW}", [4]),
        (f"---\n{IGNORE}\n{FLOW}", []),
        (f"  {IGNORE}\n{FLOW}", []),
        (f"{FLOW}  {IGNORE}", []),
        (f"{FLOW}  {IGNORE}\n---\n{FLOW}", [9]),
    ],
)
def test_documents(text: str, places: list[int]) -> None:
    assert left(text) == [("latest-tag", line) for line in places]


def test_flow_style_on_several_lines() -> None:
    first, second = f"{{name: a,\n   image: {LATEST}}},  {IGNORE}", f"{{name: b, image: {LATEST}}}"
    assert left(f"{HEAD}spec: {{containers: [\n  {first}\n  {second}\n]}}") == [("latest-tag", 7)]


def test_several_rules_and_several_comments() -> None:
    lines = ["- name: a", "  image: quay.io/acme/app", "  imagePullPolicy: Never"]
    assert left(pod(*lines)) == [("missing-tag", 7), ("never-pull-policy", 8)]
    names = "missing-tag,never-pull-policy"
    one = [f"# imagelint: ignore[{name}] x" for name in names.split(",")]
    assert left(pod(f"# imagelint: ignore[{names}] x", *lines)) == []
    assert left(pod(*one, *lines)) == []
    assert left(pod(*lines[:-1], f"{lines[-1]}  {' '.join(one)}")) == []


@pytest.mark.parametrize(
    "annotation",
    [
        '{imagelint.dev/ignore: "never-pull-policy=x; missing-tag=y;"}',
        '{imagelint.dev/ignore: "never-pull-policy, missing-tag = for, both"}',
        '{imagelint.dev/ignore: "never-pull-policy\\nmissing-tag"}',
        '{ignore.imagelint.dev/never-pull-policy: x, ignore.imagelint.dev/missing-tag: ""}',
    ],
)
def test_annotations_of_an_object_of_its_template_and_in_a_list(annotation: str) -> None:
    container = "{containers: [{name: a, image: quay.io/acme/app, imagePullPolicy: Never}]}"
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a%s}\nspec:\n  template:\n    metadata: {%s}\n    spec: %s\n"
    )
    own, template = (f", annotations: {annotation}", ""), ("", f"annotations: {annotation}")
    plain = job % ("", "", container)
    assert left(plain) == [("missing-tag", 7), ("never-pull-policy", 7)]
    for place in (own, template):
        annotated = job % (*place, container)
        assert left(annotated) == []
        items = "".join(f"- {text.replace(chr(10), chr(10) + '  ').rstrip()}\n" for text in (plain, annotated))
        assert left(f"apiVersion: v1\nkind: List\nitems:\n{items}") == [("missing-tag", 10), ("never-pull-policy", 10)]


def test_json_has_annotations_only() -> None:
    text = (
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {%s}, "spec": {"containers": [{"name": "a", "image": "%s"}]}}'
    )
    assert left(text % ('"annotations": {"imagelint.dev/ignore": "latest-tag=x"}', LATEST)) == []
    assert left(text % (f'"name": "{IGNORE}"', LATEST)) == [("latest-tag", 1)]


def test_an_annotation_without_a_rule_is_reported() -> None:
    annotated = HEAD.replace("{name: a}", "{name: a, annotations: {imagelint.dev/ignore: ' '}}")
    assert left(annotated + "spec: {containers: [{name: a, image: 'quay.io/acme/app:1'}]}") == [("unused-ignore", 3)]


def test_what_could_not_be_judged_is_not_called_unused(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    template = f"{HEAD}spec:\n  containers:\n  {{{{- range . }}}}\n  - name: a  {IGNORE}\n"
    (tmp_path / "templates/a.yaml").write_text(template, encoding="utf-8")
    done = imagelint("templates/a.yaml", "--format=concise", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert left(f"{FLOW}  {IGNORE}\n---\n{HEAD}spec: [\n") == [("syntax-error", 10)]
    assert left(f"{pod('- name: a  IGNORE', '  image: quay.io/acme/app:1')}---\n{HEAD}spec: [") == [
        ("syntax-error", 12)
    ]


def test_other_files_may_be_missing_if_single_ones_are_named(tmp_path: Path) -> None:
    comment = "# imagelint: ignore[pull-secret-other-namespace, latest-tag] x"
    text = pod("- name: a", "  image: quay.io/acme/app:1") + f"  imagePullSecrets:  {comment}\n    - name: regcred\n"
    (tmp_path / "pod.yaml").write_text(text, encoding="utf-8")

    def unused(*arguments: str) -> str:
        out = imagelint(
            *arguments, "--select=unused-ignore,pull-secret-other-namespace,latest-tag", cwd=tmp_path
        ).stdout
        return out.partition("\n")[0].removesuffix(" [*]")

    both = "warning[unused-ignore]: `pull-secret-other-namespace`, `latest-tag` report nothing here"
    assert unused("pod.yaml") == "warning[unused-ignore]: `latest-tag` reports nothing here"
    assert unused("pod.yaml", "--context=.") == both
    assert unused(".") == both


def test_comments_count_as_used_by_findings_that_are_not_reported(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(f"{FLOW}  {IGNORE}\n", encoding="utf-8")
    (tmp_path / ".imagelint.yaml").write_text(
        "overrides: [{paths: [pod.yaml], rules: {latest-tag: off}}]", encoding="utf-8"
    )
    for arguments in (["--profile=certain", "--isolated"], []):
        done = imagelint("pod.yaml", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("# imagelint: disable=latest-tag", "latest-tag"),
        ("# imagelint ignore[latest-tag]", "latest-tag"),
        ("# imagelint:ignore-next-line latest-tag", "latest-tag"),
        ("# imagelint-ignore: latest-tag, missing-tag", "latest-tag, missing-tag"),
        ("# imagelint: off", "RULE"),
    ],
)
def test_a_comment_that_is_not_understood_is_reported(comment: str, written: str) -> None:
    (finding, *_) = [
        one for one in lint(pod(f"- name: a  {comment}", "  image: quay.io/acme/app:1")) if "ignore" in one.rule
    ]
    assert f"write `# imagelint: ignore[{written}] reason`" in finding.message


@pytest.mark.parametrize("comment", ["# imagelint is run in CI", "# see imagelint: ignore", "# imagelintish: off"])
def test_prose_is_not_a_comment_for_imagelint(comment: str) -> None:
    assert left(pod(f"- name: a  {comment}", "  image: quay.io/acme/app:1")) == []


@pytest.mark.parametrize("key", ["imagelint.dev/skip", "ignore.imagelint.dev/", "ignore.imagelint.dev"])
def test_an_unknown_annotation_is_reported(key: str) -> None:
    text = HEAD.replace("{name: a}", f'{{name: a, annotations: {{"{key}": "x"}}}}')
    (finding,) = lint(text + "spec: {containers: [{name: a, image: quay.io/acme/app:1}]}")
    assert (finding.rule, "ignore.imagelint.dev/RULE: reason" in finding.message) == ("unused-ignore", True)


def test_annotations_inside_an_object_count_for_what_they_annotate() -> None:
    text = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: render}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    metadata: {annotations: {ignore.imagelint.dev/latest-tag: vendor has no other tag}}
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "quay.io/acme/app:latest"}]}}}
"""
    assert left(text) == []


@pytest.mark.parametrize(
    "pods",
    [
        "podMetadata: {annotations: {ignore.imagelint.dev/latest-tag: the vendor has no other tag}}",
        "podAnnotations: {imagelint.dev/ignore: latest-tag}",
    ],
)
def test_annotations_that_operators_give_to_their_pods(pods: str) -> None:
    text = f"""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{name: report}}
spec:
  {pods}
  templates: [{{name: a, container: {{image: "quay.io/acme/app:latest"}}}}]
"""
    assert left(text) == []
