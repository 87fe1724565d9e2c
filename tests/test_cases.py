"""Cases on disk: each folder of `cases/` is linted as a user would.

`expected.txt` holds the concise findings, `images.txt` the table of `imagelint images`, and `text.txt`, for some, what
people see.

`IMAGELINT_UPDATE_CASES=1 pytest tests/test_cases.py` writes the files again; read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from imagelint.cli import cli
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted(path for path in (ROOT / "tests/cases").iterdir() if path.is_dir())
SCHEMAS = ROOT / "linter/imagelint/schemas"


def run(case: Path, *arguments: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(case)
    cli.main([*arguments, "manifests"], standalone_mode=False)
    return capsys.readouterr().out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("command", ["check", "images"])
def test_output(case: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    format_ = "concise" if command == "check" else "table"
    output = run(case, command, f"--format={format_}", capsys=capsys, monkeypatch=monkeypatch)
    expected = case / ("expected.txt" if command == "check" else "images.txt")
    if os.environ.get("IMAGELINT_UPDATE_CASES"):
        expected.write_text(output, encoding="utf-8")
    assert output == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", [case for case in CASES if (case / "text.txt").exists()], ids=lambda case: case.name)
def test_text(case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    output = run(case, "check", "--format=text", capsys=capsys, monkeypatch=monkeypatch)
    expected = case / "text.txt"
    if os.environ.get("IMAGELINT_UPDATE_CASES"):
        expected.write_text(output, encoding="utf-8")
    assert output == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("command", ["check", "images"])
def test_json_matches_its_schema(
    case: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run(case, command, "--format=json", capsys=capsys, monkeypatch=monkeypatch)
    name = "report" if command == "check" else "images"
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator: Any = Draft202012Validator(schema)  # its method has no complete type
    validator.validate(json.loads(output))
