"""`imagelint explain`: rules, waiting reasons, causes, messages, and texts to diagnose."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from diagnose_forms import CASES, FORMS
from imagelint.diagnose.causes import about_causes
from imagelint.diagnose.event_messages import PULL_REASONS
from imagelint.reporting.terminal_pages import rendered
from imagelint_rules import RULES
from support import imagelint

TEXT = str(FORMS["describe"].render(CASES[0]))
WORDS: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "diagnose/words.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("reason", sorted(PULL_REASONS))
def test_a_waiting_reason_has_a_page(reason: str, tmp_path: Path) -> None:
    done = imagelint("explain", reason, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"# {reason}\n")


def test_a_cause_has_a_page(tmp_path: Path) -> None:
    for cause in ("denied", "unknown"):
        done = imagelint("explain", cause, cwd=tmp_path)
        assert done.stdout.startswith(f"# {cause}\n")
        assert about_causes()[cause]["summary"] in done.stdout


def test_a_text_is_diagnosed(tmp_path: Path) -> None:
    (tmp_path / "describe.txt").write_text(TEXT, encoding="utf-8")
    expected = imagelint("diagnose", cwd=tmp_path, text=TEXT)
    for arguments, text in ((("-",), TEXT), ((), TEXT), (("describe.txt",), None)):
        done = imagelint("explain", *arguments, cwd=tmp_path, text=text)
        assert (done.returncode, done.stdout) == (1, expected.stdout)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('Failed to pull image "a/b:1": 401 Unauthorized', "pull-secret-missing"),
        (WORDS["no-pod-created"][0], "service-account-undefined"),
        (WORDS["no-pod-created"][10], "misplaced-pull-field"),
        (WORDS["no-pod-created"][14], "invalid-image-reference"),
        (WORDS["rollout-stalled"][0], "kubectl get events"),
        (WORDS["nothing"][0], "no failed image pull found"),
    ],
)
def test_a_message(message: str, expected: str, tmp_path: Path) -> None:
    done = imagelint("explain", message, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert expected in done.stdout


def test_another_word_is_wrong_usage(tmp_path: Path) -> None:
    done = imagelint("explain", "ImagePullBackof", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean `ImagePullBackOff`?" in done.stderr


def test_a_page_is_rendered_for_a_terminal_and_markdown_in_a_pipe(tmp_path: Path) -> None:
    plain = imagelint("explain", "latest-tag", cwd=tmp_path).stdout
    coloured = imagelint("explain", "latest-tag", "--color=always", cwd=tmp_path).stdout
    assert plain.startswith("# latest-tag (warning)\n")
    assert "```yaml\n" in plain
    shown = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert shown.startswith("latest-tag (warning)\n")
    assert "```" not in shown
    assert "\n    kind: Pod\n" in shown
    assert "\x1b[36mErrImagePull\x1b[0m" in coloured
    words = {word.strip("`*") for word in plain.split() if word.isalnum()}
    assert words <= {word.strip("`*") for word in shown.split()}


@pytest.mark.parametrize("word", [rule.name for rule in RULES[::6]])
def test_pages_fit_any_terminal(word: str) -> None:
    page = next(rule.manual for rule in RULES if rule.name == word)
    lines = [line for line in rendered(page, 50, colour=False) if not line.startswith(("    ", "|"))]
    assert [line for line in lines if len(line) > 51 and " " in re.sub("`[^`]*`", "", line.strip())] == []


def test_rules_pages_and_knowledge_are_data_as_well(tmp_path: Path) -> None:
    def shown(*arguments: str) -> Any:
        return json.loads(imagelint(*arguments, "--format=json", cwd=tmp_path).stdout)

    assert [rule["name"] for rule in shown("rules")["rules"]] == [rule.name for rule in RULES]
    page = shown("explain", "latest-tag")
    assert page["rule"]["severity"] == "warning"
    assert page["page"].startswith("# latest-tag")
    assert shown("explain", "ImagePullBackOff")["rule"] is None
    assert shown("knowledge", "ghrc.io")["entries"][0]["likely"] == "ghcr.io"
    assert shown("explain", WORDS["nothing"][0])["failures"] == []
