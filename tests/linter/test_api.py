"""Python programs get what the commands print, as data, and nothing else happens to them.

`IMAGELINT_UPDATE_API=1 pytest tests/linter/test_api.py` records signatures that a new line of the changelog explains.
"""

from __future__ import annotations

import gc
import inspect
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import validate
from imagelint import api
from imagelint.cli import cli
from linter.sources.charts import HELMS, needs_helm, path_with
from support import ROOT, TODAY, imagelint

BROKEN = str(ROOT / "examples/broken")
INPUTS = [
    *(f"examples/{name}/broken" for name in ("charts", "overlays")),
    "examples/broken",
    "docs",
    *(f"tests/cases/{path.name}" for path in sorted((ROOT / "tests/cases").iterdir()) if path.is_dir()),
]
RECORD = ROOT / "tests/recorded/api.json"
BAD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"


def printed(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints on standard output, in this process."""
    cli.main([*arguments, f"--today={TODAY}"], standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize("path", INPUTS)
@pytest.mark.parametrize("no_render", [False, True])
def test_reports_are_those_of_the_commands(
    path: str, no_render: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    options = ["--no-render"] if no_render else []
    report = api.lint(path, today=TODAY, no_render=no_render, no_cache=True)
    assert capsys.readouterr() == ("", "")
    assert report.to_json() == printed(path, "--format=json", "--no-cache", *options, capsys=capsys)
    listed = json.loads(printed("images", path, "--format=json", "--no-cache", *options, capsys=capsys))
    assert report.images == listed
    assert api.images(path, no_render=no_render, no_cache=True) == listed


@needs_helm
def test_charts_are_rendered_as_by_the_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples/charts/broken", tmp_path / "charts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path_with(HELMS[-1]))
    report = api.lint("charts", today=TODAY)
    assert [image for image in report.images if image["unit"]]
    assert report.to_json() == printed("charts", "--format=json", capsys=capsys)
    assert not [image for image in api.images("charts", no_render=True) if image["unit"]]


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text(max_size=20)), max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_reported_as_the_command_reports_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pods: list[tuple[str, str]]
) -> None:
    text = "---\n".join(BAD.format(name=name, image=image) for name, image in pods)
    path = tmp_path / "pods.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    assert api.lint(path, today=TODAY).to_json() == printed(str(path), "--format=json", capsys=capsys)


def test_a_report_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = api.lint(["examples/broken", "examples/overlays/broken"], isolated=True, today=TODAY)
    validate("json", report.to_json())
    assert pickle.loads(pickle.dumps(report)) == report
    types = {type(value) for finding in report.findings for value in finding.values()}
    assert types == {str, int, list, dict, type(None)}
    by_rule = report.by_rule()
    assert [*by_rule] == [*dict.fromkeys(finding["rule"] for finding in report.findings)]
    assert sorted(id(one) for found in by_rule.values() for one in found) == sorted(map(id, report.findings))


@pytest.mark.parametrize(
    ("type_", "schema", "part"),
    [
        (api.Finding, "report", "#/$defs/finding"),
        (api.Resource, "report", "#/$defs/resource"),
        (api.Summary, "report", "#/properties/summary"),
        (api.Related, "report", "#/$defs/finding/properties/related/items"),
        (api.Prediction, "report", "#/$defs/finding/properties/prediction"),
        (api.Fix, "report", "#/$defs/finding/properties/fix"),
        (api.Edit, "report", "#/$defs/finding/properties/fix/properties/edits/items"),
        (api.Image, "images", "#/items"),
        (api.PullPolicy, "images", "#/items/properties/pull_policy"),
    ],
)
def test_types_are_those_of_the_schemas(type_: type, schema: str, part: str) -> None:
    found: Any = json.loads((ROOT / f"linter/imagelint/schemas/{schema}.schema.json").read_text(encoding="utf-8"))
    for key in part.split("/")[1:]:
        found = found[key]
    assert get_type_hints(type_).keys() == {*found["required"]} == found["properties"].keys()


def test_paths_are_texts_or_paths_one_or_many(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BAD.format(name="a", image="A:1"), encoding="utf-8")
    one = api.lint(tmp_path / "a.yaml")
    assert len(one.findings) == 1
    for paths in (str(tmp_path / "a.yaml"), [str(tmp_path / "a.yaml")], iter([tmp_path / "a.yaml"])):
        assert api.lint(paths) == one
    assert api.lint([]) == api.lint(())
    assert (api.lint([]).findings, api.lint([]).images, api.images([])) == ([], [], [])


def test_a_dash_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(api.ImagelintError, match="no such file"):
        api.lint("-")
    Path("-").write_text(BAD.format(name="a", image="A:1"), encoding="utf-8")
    assert [finding["path"] for finding in api.lint("-").findings] == ["-"]


def test_rules_are_selected_as_on_the_command_line() -> None:
    for select in ("invalid-image-reference", ["invalid-image-*"]):
        report = api.lint(BROKEN, isolated=True, select=select, today=TODAY)
        assert report.by_rule().keys() == {"invalid-image-reference"}
    assert api.lint(BROKEN, isolated=True, profile="strict").findings != api.lint(BROKEN, isolated=True).findings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"paths": "absent.yaml"}, "absent.yaml: no such file or directory"),
        ({"paths": ""}, "an empty path"),
        ({"paths": "a\0b"}, "'a\\x00b' cannot be a path"),
        ({"paths": "\ud800"}, "'\\ud800' cannot be a path"),
        ({"select": "absent"}, "there is no rule `absent`"),
        ({"profile": "absent"}, "there is no profile `absent`; use one of: default, strict, certain"),
        ({"config": "absent"}, "absent: cannot be read"),
        ({"inventory": "absent"}, "absent: cannot be read"),
        ({"knowledge": "absent"}, "absent: cannot be read"),
        ({"context": "absent"}, "absent: no such file or directory"),
    ],
)
def test_wrong_input_is_an_error_with_a_message(options: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"paths": BROKEN, **options}
    with pytest.raises(api.ImagelintError) as error:
        api.lint(**arguments)
    assert message in str(error.value)


def test_plugins_are_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "pack.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    (tmp_path / ".imagelint.yaml").write_text("plugins: [pack.py]\n", encoding="utf-8")
    with pytest.raises(api.ImagelintError, match="--allow-plugins"):
        api.lint(tmp_path)


def test_a_defect_is_a_finding(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("imagelint.facts.secrets.hidden_spans", None)
    assert "internal-error" in api.lint(BROKEN, isolated=True).by_rule()
    assert capfd.readouterr() == ("", "")


def test_the_process_of_the_caller_is_left_as_it_was() -> None:
    def state() -> tuple[object, ...]:
        handlers = [signal.getsignal(number) for number in signal.valid_signals()]
        return handlers, Path.cwd(), dict(os.environ), sys.getrecursionlimit(), gc.isenabled(), gc.get_freeze_count()

    before = state()
    api.lint(ROOT / "examples", isolated=True, no_cache=True)
    assert state() == before


def test_threads_get_the_same_report() -> None:
    def report(number: int) -> api.Report:
        return api.lint(ROOT / INPUTS[number % 3], isolated=True, today=TODAY, no_cache=True)

    alone = [report(number) for number in range(3)]
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(report, range(24))] == alone * 8


FORKS = """
import os, sys, threading, warnings
from imagelint.api import lint
warnings.simplefilter("ignore")  # some versions of Python warn of any fork beside threads
wanted = lint(sys.argv[1], isolated=True).to_json()
ended = threading.Event()
def busy():
    while not ended.is_set():
        lint(sys.argv[1], isolated=True)
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
statuses = []
for _ in range(10):
    child = os.fork()
    if child == 0:
        os._exit(0 if lint(sys.argv[1], isolated=True).to_json() == wanted else 7)
    statuses.append(os.waitpid(child, 0)[1])
ended.set()
for thread in threads:
    thread.join()
print(*statuses)
"""


def test_forks_beside_threads_get_the_same_report() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKS, BROKEN], capture_output=True, text=True, timeout=300, check=True
    )
    assert (done.stdout.split(), done.stderr) == (["0"] * 10, "")


def test_it_is_the_same_as_a_process_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text(BAD.format(name="a", image="https://bob:hunter2@quay.io/A:1"), encoding="utf-8")
    text = api.lint("pod.yaml", today=TODAY).to_json()
    assert text == imagelint("pod.yaml", "--format=json", f"--today={TODAY}", cwd=tmp_path).stdout
    assert "hunter2" not in text + str(api.images("pod.yaml"))


def signatures() -> dict[str, list[str]]:
    """The names of `imagelint.api`, with parameters, fields and methods."""
    return {name: _signature(getattr(api, name)) for name in api.__all__}


def _signature(public: Any) -> list[str]:
    if not inspect.isclass(public):
        parameters = inspect.signature(public).parameters.values()
        returned = inspect.signature(public).return_annotation
        return [*(f"{one.kind.name.lower()} {one}" for one in parameters), f"-> {returned}"]
    hints = {} if public is api.ImagelintError else get_type_hints(public)
    fields = [f"{name}: {_named(type_)}" for name, type_ in hints.items()]
    methods = {name: value for name, value in vars(public).items() if name in {"by_rule", "to_json"}}
    bases = [f"({base.__name__})" for base in public.__mro__[1:2]]
    return bases + fields + [f"{name}{inspect.signature(value)}" for name, value in methods.items()]


def _named(type_: Any) -> str:
    name = type_.__name__ if inspect.isclass(type_) else str(type_)
    return re.sub(r"\b(?:imagelint\.reporting\.contract|typing)\.", "", name)


def test_public_signatures_change_only_with_a_line_in_the_changelog() -> None:
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    lines = [line for line in changelog if "imagelint.api" in line]
    current = signatures()
    is_explained = not {*lines} <= {*recorded["changelog"]}
    if os.environ.get("IMAGELINT_UPDATE_API") and is_explained:
        recorded = {"signatures": current, "changelog": lines}
        RECORD.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    assert current == recorded["signatures"], (
        "the public API changed: add a line to CHANGELOG.md that says `imagelint.api` and what changed for users, then "
        "run IMAGELINT_UPDATE_API=1 pytest tests/linter/test_api.py"
    )


def test_everything_public_is_described_and_its_annotations_can_be_read() -> None:
    for name in api.__all__:
        assert inspect.getdoc(getattr(api, name)), name
        get_type_hints(getattr(api, name))
