"""A session holds facts by content: buffers win over files, and a re-lint finds what a new run would."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.config.configuration import Configuration
from imagelint.linting.finding import Severity
from imagelint.linting.selection import STRICT, IgnoredFindings, RuleSetting, Selection
from imagelint.reporting import Style, render
from imagelint.reporting.summary import summary
from imagelint.runs import Run
from imagelint.session import Request, Session
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.source import Source
from imagelint.text.trace import Origin, Part, Role
from imagelint.world.world import World
from imagelint_rules import RULES
from support import ROOT, TODAY, imagelint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imagelint.linting.report import Report

POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    - {{name: a, image: {image}}}\n"
GOOD, BAD = "quay.io/acme/app:1.4", "quay.io/acme/App:1.4"


def run_of(selection: Selection | None = None) -> Run:
    return Run(Configuration(selection=selection or Selection()), (".",), RULES, world=World(today=TODAY))


def source(path: str, image: str, name: str = "web") -> Source:
    return Source(SourceId(path), POD.format(name=name, image=image).encode())


def found(report: Report) -> list[tuple[str, str]]:
    return [(finding.at.path, finding.rule) for finding in report.findings]


def test_updates_are_linted_as_a_new_session_would() -> None:
    session, run = Session(), run_of()
    session.update(source("a.yaml", BAD))
    session.update(source("b.yaml", GOOD))
    assert found(session.lint([run])) == [("a.yaml", "invalid-image-reference")]
    session.update(source("a.yaml", GOOD))
    session.update(source("b.yaml", BAD))
    assert found(session.lint([run])) == [("b.yaml", "invalid-image-reference")]
    assert found(session.lint([run], scope=[SourceId("a.yaml")])) == []
    session.forget(SourceId("b.yaml"))
    assert found(session.lint([run])) == []
    assert session.lint([run]).found.objects == 1


def apart(text: str) -> dict[str, str]:
    """The documents of a text, each in a file of its own."""
    return {f"{number}.yaml": part for number, part in enumerate(text.split("---\n"))}


# What is found in one file depends on the others in each way that some rule knows.
RELATED = """\
{apiVersion: v1, kind: Secret, metadata: {name: quay}, type: kubernetes.io/dockerconfigjson,
  stringData: {.dockerconfigjson: '{"auths": {"quay.io": {"auth": "YTpi"}}}'}}
---
{apiVersion: v1, kind: Pod, metadata: {name: served}, spec: {imagePullSecrets: [{name: quay}],
  containers: [{name: a, image: "quay.io/acme/a:1.4"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {imagePullSecrets: [{name: quay}],
  containers: [{name: a, image: "registry.acme.example/a:1.4"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: windows, namespace: shop}, spec: {
  nodeSelector: {kubernetes.io/os: windows},
  containers: [{name: a, image: "mcr.microsoft.com/windows/nanoserver:ltsc2022"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: linux, namespace: shop},
  spec: {containers: [{name: a, image: "docker.io/library/nginx:1.27-alpine"}]}}
---
{apiVersion: v1, kind: Secret, metadata: {name: broken}, type: kubernetes.io/dockerconfigjson,
  data: {.dockerconfigjson: e30=}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: runner}, imagePullSecrets: [{name: broken}, {name: absent}]}
---
{apiVersion: v1, kind: Pod, metadata: {name: by-account}, spec: {serviceAccountName: runner,
  containers: [{name: a, image: "ghcr.io/acme/a:1.4"}]}}
"""
TREES = [
    apart(RELATED),
    *(apart(example.text) for rule in RULES for example in rule.examples),
    *(
        {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.yaml"))
        }
        for folder in (ROOT / "examples/broken", *(path for path in (ROOT / "tests/cases").iterdir() if path.is_dir()))
    ),
]


def session_of(files: Mapping[str, str]) -> Session:
    session = Session()
    for path, text in files.items():
        session.update(Source(SourceId(path), text.encode()))
    return session


@pytest.mark.parametrize("files", TREES)
def test_findings_in_a_file_are_the_same_if_it_is_judged_alone(files: dict[str, str]) -> None:
    run = run_of(Selection(profile=STRICT))
    findings = session_of(files).lint([run]).findings
    for path in files:
        scoped = session_of(files).lint([run], scope=[SourceId(path)]).findings
        # What a variable of kustomize is put into belongs to the scope as well, and its text is elsewhere.
        in_file = [finding for finding in scoped if finding.place.path == path]
        assert in_file == [finding for finding in findings if finding.place.path == path]


def test_a_kustomization_is_built_again_when_what_it_lacked_is_there() -> None:
    held = {
        "base/kustomization.yaml": "resources: [web.yaml, other.yaml]\n",
        "base/web.yaml": POD.format(name="web", image=GOOD),
        "base/other.yaml": POD.format(name="other", image=GOOD),
    }
    run = run_of()
    for number in range(1, len(held)):
        session = session_of(dict([*held.items()][:number]))
        assert "kustomize-refuses" in {rule for _, rule in found(session.lint([run]))}
    session = session_of(dict(reversed(held.items())))
    assert found(session.lint([run])) == []
    assert found(session_of(held).lint([run])) == []


@given(st.data())
def test_after_any_edits_a_session_finds_what_a_new_one_finds(data: st.DataObject) -> None:
    held = dict(data.draw(st.sampled_from([files for files in TREES if len(files) < 10])))
    run, session = run_of(Selection(profile=STRICT)), session_of(held)
    texts = st.sampled_from([*held.values(), "a: [\n", None])
    for path, text in data.draw(st.lists(st.tuples(st.sampled_from([*held]), texts), min_size=1, max_size=4)):
        held.pop(path, None)
        session.forget(SourceId(path))
        if text is not None:
            held[path] = text
            session.update(Source(SourceId(path), text.encode()))
        assert session.lint([run]).findings == session_of(held).lint([run]).findings


def test_the_index_is_kept_until_the_next_update() -> None:
    session, world = Session(), World(today=TODAY)
    session.update(source("a.yaml", GOOD))
    index = session.index(world)
    assert session.index(world) is index
    session.update(source("a.yaml", GOOD))  # the same content
    assert session.index(world) is index
    session.update(source("a.yaml", BAD))
    assert session.index(world) is not index


def test_a_buffer_wins_over_the_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text(POD.format(name="web", image=GOOD), encoding="utf-8")
    session = Session()
    session.update(source("pod.yaml", BAD))
    session.read(Request(["."]))
    report = session.lint([run_of()])
    assert found(report) == [("pod.yaml", "invalid-image-reference")]
    assert BAD in "".join(render(report, "text", Style()))


def test_comments_of_a_buffer_and_not_of_the_file_of_its_name_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    comment = b"# ${IMAGE} is replaced by a script.\n"
    plain = source("pod.yaml", "'${IMAGE}'")
    commented = plain._replace(data=comment + plain.data)
    for held, other, filled_in in ((plain, commented, set[SourceId]()), (commented, plain, {plain.id})):
        (tmp_path / "pod.yaml").write_bytes(other.data)
        session = Session()
        session.update(held)
        assert session.read(Request(["."])).filled_in == filled_in


def test_standard_input_beside_its_folder_is_judged_and_framed(tmp_path: Path) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "pod.yaml").write_text(POD.format(name="disk", image="quay.io/acme/Disk:1"), encoding="utf-8")
    text = POD.format(name="web", image=BAD)
    done = imagelint("--stdin-filename", "manifests/pod.yaml", "-", "manifests/", cwd=tmp_path, text=text)
    assert done.returncode == 1
    assert "manifests/pod.yaml:6:24" in done.stdout
    assert f"image: {BAD}" in done.stdout
    assert "Disk" not in done.stdout
    listed = imagelint(
        "images", "--format=json", "--stdin-filename", "manifests/pod.yaml", "-", "manifests", cwd=tmp_path, text=text
    )
    assert [entry["image"] for entry in json.loads(listed.stdout)] == [BAD]


# A chart as a provider would give it: rendered text that nobody wrote, traced to a values file with a password.
VALUES = "image: quay.io/acme/App:1.4  # {comment}\npassword: HUNTER2-secret\nother: 1\n"
RENDERED = SourceId("charts/web", "templates/deployment.yaml")
VALUES_ID = SourceId("charts/web/settings.yaml")


class ToValues:
    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        del part
        if span.line != 6:
            return ()
        return (Origin(Place(VALUES_ID, Span(1, 8, 1, 28)), Role.VALUE, "image"),)


def rendered_session(comment: str = "") -> Session:
    session = Session()
    values = VALUES.format(comment=comment).encode()
    hidden = (Span(2, 1, 4, 1),)
    session.update(Source(VALUES_ID, values, hidden=hidden))
    session.update(Source(RENDERED, POD.format(name="web", image=BAD).encode(), trace=ToValues()))
    return session


def test_traced_findings_are_shown_where_they_were_written() -> None:
    report = rendered_session().lint([run_of()])
    (finding,) = report.findings
    assert (finding.at.source, finding.place.source) == (RENDERED, VALUES_ID)
    assert finding.written[0].key == "image"
    assert finding.fix is None
    text = "".join(render(report, "text", Style()))
    assert "charts/web/settings.yaml:1:8" in text
    assert "image: quay.io/acme/App:1.4" in text
    assert summary(report).startswith("1 workload cannot start")


def test_what_a_values_file_hides_is_masked_in_every_format() -> None:
    from imagelint.reporting import FORMATS

    session = rendered_session()
    report = session.lint([run_of()])
    (finding,) = report.findings
    # as if the password itself were traced
    wide = finding._replace(written=(Origin(Place(VALUES_ID, Span(2, 1, 2, 25)), Role.VALUE),))
    for format_ in FORMATS:
        assert "HUNTER2" not in "".join(render(report._replace(findings=[wide]), format_, Style()))


def test_comments_count_where_the_text_was_written() -> None:
    report = rendered_session("imagelint: ignore[invalid-image-reference] known").lint([run_of()])
    assert [finding.rule for finding in report.findings] == []
    assert [entry.reason for entry in report.suppressed] == ["known"]


def test_settings_by_path_count_where_the_text_was_written() -> None:
    ignored = IgnoredFindings("invalid-image-reference", {"path": "charts/web/settings.yaml"}, "known")
    assert rendered_session().lint([run_of(Selection(ignored=(ignored,)))]).findings == []
    info = {"invalid-image-reference": RuleSetting(True, Severity.INFO)}
    selection = Selection(overrides=((("charts/web/settings.yaml",), info),))
    (finding,) = rendered_session().lint([run_of(selection)]).findings
    assert finding.severity is Severity.INFO


def test_a_baseline_knows_a_traced_finding_by_what_was_judged(tmp_path: Path) -> None:
    from imagelint.writing.baseline import baseline_of, without_baseline

    path = str(tmp_path / "baseline.json")
    before = rendered_session().lint([run_of()])
    (tmp_path / "baseline.json").write_text(baseline_of(before.findings, path), encoding="utf-8")
    after, _ = without_baseline(rendered_session("a comment").lint([run_of()]), path)
    assert after.findings == []


@pytest.mark.parametrize(("other", "finds"), [("one", []), ("two", ["pull-secret-other-namespace"])])
def test_each_file_is_deployed_as_its_own_configuration_says(tmp_path: Path, other: str, finds: list[str]) -> None:
    for name, namespace in (("a", "one"), ("b", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".imagelint.yaml").write_text(f"namespace: {namespace}\n", encoding="utf-8")
    pod = f"{POD.format(name='web', image=GOOD)}  imagePullSecrets: [{{name: s}}]\n"
    (tmp_path / "a/pod.yaml").write_text(pod, encoding="utf-8")
    data = '{"auths": {"quay.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: kubernetes.io/dockerconfigjson\n"
        f"stringData: {{.dockerconfigjson: '{data}'}}\n"
    )
    (tmp_path / "b/secret.yaml").write_text(secret, encoding="utf-8")
    done = imagelint("a", "b", "--format", "json", cwd=tmp_path)
    assert [finding["rule"] for finding in json.loads(done.stdout)["findings"]] == finds


def test_configurations_of_their_own_change_nothing_that_they_do_not_say(tmp_path: Path) -> None:
    for path in ROOT.joinpath("tests/cases").iterdir():
        if path.is_dir():
            shutil.copytree(path, tmp_path / path.name, ignore=shutil.ignore_patterns(".imagelint.yaml", "*.json"))
    names = sorted(path.name for path in tmp_path.iterdir())
    apart = imagelint(*names, "--format", "json", "--jobs", "1", cwd=tmp_path)
    for number, name in enumerate(names):
        options = {"registries": {f"r{number}.example.com": {"auth": "node"}}}
        (tmp_path / name / ".imagelint.yaml").write_text(json.dumps(options), encoding="utf-8")
    done = imagelint(*names, "--format", "json", "--jobs", "1", cwd=tmp_path)
    assert json.loads(done.stdout)["findings"] == json.loads(apart.stdout)["findings"] != []
