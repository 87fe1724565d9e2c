"""A defect of imagelint costs the file or the rule that shows it, is reported with its place, and quotes nothing."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from imagelint.cli import cli
from imagelint.commands import all_rules
from imagelint.facts.secrets import hidden_spans
from imagelint.linting.crashes import crash_of
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule
from imagelint_rules import latest_tag
from support import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.nodes import Mapping
    from imagelint.text.places import Span

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: CONTENT}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/a/b:latest}]}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.yaml").write_text(SECRET, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(POD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fail_in_extract(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(secret: Mapping) -> Iterator[Span]:
        yield from hidden_spans(secret)
        raise error

    monkeypatch.setattr("imagelint.facts.secrets.hidden_spans", fail)


def fail_in_rule(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def check(index: Index) -> Iterator[Finding]:
        yield from latest_tag.RULE.check(index)
        raise error

    broken = Rule("imagelint_rules.latest_tag", Severity.WARNING, check)
    rules = [broken if rule is latest_tag.RULE else rule for rule in all_rules()]
    monkeypatch.setattr("imagelint_rules.RULES", rules)


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status: int = cli.main([*arguments], standalone_mode=False)
    return status, "".join(capsys.readouterr())


@pytest.mark.parametrize("error", [ValueError("CONTENT"), RecursionError("CONTENT"), MemoryError(), AssertionError()])
@pytest.mark.parametrize("format_", ["text", "concise", "json"])
def test_a_file(
    error: Exception, format_: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_extract(monkeypatch, error)
    status, output = run(f"--format={format_}", ".", capsys=capsys)
    assert status == 2
    assert f"imagelint failed to read this file: {type(error).__name__} at imagelint.facts.object_reader:" in output
    assert "latest-tag" in output
    assert "CONTENT" not in output


def test_a_lack_of_memory_is_not_a_syntax_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> None:
        raise MemoryError(data)

    monkeypatch.setattr("imagelint.text.compose.c_events", fail)
    monkeypatch.setattr("imagelint.text.compose.pure_events", fail)
    status, output = run("--format=concise", ".", capsys=capsys)
    assert status == 2
    assert "imagelint failed to read this file: MemoryError at imagelint.text.compose:" in output
    assert "syntax-error" not in output


def test_a_rule_keeps_what_it_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_in_rule(monkeypatch, KeyError("CONTENT"))
    status, output = run("--format=concise", ".", capsys=capsys)
    assert status == 2
    assert "b.yaml:4:38: warning[latest-tag]" in output
    assert "a.yaml:1:1: error[internal-error] rule `latest-tag` failed and may have missed findings: KeyError" in output
    assert "CONTENT" not in output


@pytest.mark.parametrize("arguments", [["--select=missing-tag,latest-tag"], ["--exit-zero"], ["--write-baseline=base"]])
def test_it_cannot_be_overlooked(
    folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_extract(monkeypatch, ValueError())
    assert run(*arguments, ".", capsys=capsys)[0] == 2
    assert not (folder / "base").exists() or "internal-error" not in (folder / "base").read_text(encoding="utf-8")


def test_images_reports_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fail_in_extract(monkeypatch, ValueError("CONTENT"))
    status, output = run("images", ".", capsys=capsys)
    assert (status, "CONTENT" in output) == (2, False)
    assert "quay.io/a/b:latest" in output
    assert "a.yaml: imagelint failed to read this file: ValueError at imagelint.facts.object_reader:" in output


FAILING = """
from imagelint import cli
from imagelint.facts import secrets
from imagelint import session
from imagelint.commands import lint
def fail(*_, **__):
    raise {error}
{place} = fail
cli.main()
"""


def run_failing(folder: Path, place: str, error: str) -> tuple[int, str]:
    """Status and outputs of a process in which a function raises."""
    code = FAILING.format(place=place, error=error)
    done = subprocess.run(
        [sys.executable, "-c", code, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(),
    )
    return done.returncode, done.stdout + done.stderr


def test_interrupting_is_not_a_defect(folder: Path) -> None:
    status, output = run_failing(folder, "secrets.hidden_spans", "KeyboardInterrupt")
    assert (status, output.strip()) == (130, "")


def test_anywhere_else(folder: Path) -> None:
    status, output = run_failing(folder, "session.Session.lint", "ValueError('CONTENT')")
    assert status == 2
    assert "Error: imagelint failed: ValueError at imagelint.commands.lint:" in output
    assert "please report it" in output
    assert "CONTENT" not in output
    assert "Traceback" not in output


def test_the_place_is_that_of_the_pack_of_a_rule() -> None:
    pack = ModuleType("acme.rules")
    exec("def check():\n    1 / 0", pack.__dict__)
    with pytest.raises(ZeroDivisionError) as caught:
        pack.check()
    assert crash_of(caught.value, "acme.other") == "ZeroDivisionError at acme.rules:2"
    assert crash_of(caught.value) == "ZeroDivisionError"
