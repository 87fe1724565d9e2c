"""The Python entry gives what the command prints."""

from __future__ import annotations

import inspect
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from imagelint import api
from imagelint.text.errors import UserFileError
from support import ROOT, TODAY, imagelint

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = str(ROOT / "examples/broken")


def test_lint_finds_what_the_command_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = api.lint(["examples/broken"], isolated=True, today=TODAY)
    done = imagelint("--isolated", f"--today={TODAY}", "--format=json", "examples/broken", cwd=ROOT)
    reported = [(entry["rule"], entry["path"], entry["line"]) for entry in json.loads(done.stdout)["findings"]]
    assert [(found.rule, found.place.path, found.place.span.line) for found in report.findings] == reported
    assert reported


def test_images_are_those_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = imagelint("images", "--isolated", "--format=json", "examples/broken", cwd=ROOT)
    assert api.images(["examples/broken"], isolated=True) == json.loads(done.stdout)


def test_rules_are_selected_as_on_the_command_line() -> None:
    report = api.lint([BROKEN], isolated=True, select=["invalid-image-reference"], today=TODAY)
    assert {finding.rule for finding in report.findings} == {"invalid-image-reference"}


def test_wrong_input_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserFileError):
        api.lint([str(tmp_path / "absent.yaml")])
    with pytest.raises(UserFileError, match="there is no rule"):
        api.lint([BROKEN], select=["absent"])


def test_plugins_are_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "pack.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    (tmp_path / ".imagelint.yaml").write_text("plugins: [pack.py]\n", encoding="utf-8")
    with pytest.raises(UserFileError, match="--allow-plugins"):
        api.lint([str(tmp_path)])


def test_threads_get_the_same_report() -> None:
    def rules(_: int) -> list[str]:
        return [finding.rule for finding in api.lint([BROKEN], isolated=True, today=TODAY).findings]

    alone = rules(0)
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(rules, range(16))] == [alone] * 16


def test_everything_public_is_described() -> None:
    for name in api.__all__:
        assert inspect.getdoc(getattr(api, name)), name
