"""Make the manual's pages of the rules: one for each rule from its docstring, and a list of all.

`readings.json` has the findings that people read in public repositories, with the file open.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from imagelint_rules import RULES

if TYPE_CHECKING:
    from imagelint.linting.rule import Rule

PAGES = Path(__file__).resolve().parents[1] / "docs/rules"
READINGS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("readings.json").read_text(encoding="utf-8"))
# Those that were read.
_REPOSITORIES = 84
_EXAMPLE = "## Example\n"
_LIST = """# Rules

Each page has a manifest that the rule finds and one that it leaves alone; both are run as tests. `imagelint rules`
prints this list, `imagelint explain RULE` a page. Severities and options are set in the
[configuration](../configuration.md).
"""
_TABLE = "| rule | default | finds |\n| --- | --- | --- |\n"
# The groups of the list and of the navigation, each with the rule that it begins at.
_GROUPS = {
    "syntax-error": "Files and overlays",
    "invalid-image-reference": "References",
    "missing-tag": "Tags and digests",
    "misspelled-registry": "Registries and images",
    "pull-secret-missing": "Pull secrets and accounts",
    "invalid-pull-policy": "Pull policies and platforms",
    "internal-error": "Findings about findings",
}


def pages() -> dict[str, str]:
    """The text of every page, by file name."""
    tables = (f"\n## {title}\n\n{_TABLE}{''.join(map(_row, rules))}" for title, rules in grouped().items())
    return {"index.md": _LIST + "".join(tables), **{f"{rule.name}.md": _page(rule) for rule in RULES}}


def grouped() -> dict[str, list[Rule]]:
    """The rules in their order, by the title of their group."""
    found: dict[str, list[Rule]] = {}
    title = ""
    for rule in RULES:
        title = _GROUPS.get(rule.name, title)
        found.setdefault(title, []).append(rule)
    return found


def navigation() -> dict[str, list[dict[str, str]]]:
    """The rules as the navigation of the manual has them: see `zensical.toml`."""
    return {title: [{rule.name: f"rules/{rule.name}.md"} for rule in rules] for title, rules in grouped().items()}


def _row(rule: Rule) -> str:
    return f"| [`{rule.name}`]({rule.name}.md) | {rule.level} | {rule.summary} |\n"


def _page(rule: Rule) -> str:
    if_enabled = "" if rule.on else f" ({rule.severity} if enabled)"
    facts = [f"Default: **{rule.level}**{if_enabled}", f"confidence: {rule.confidence}"]
    if rule.on_for:
        facts.append(f"on with runtime {rule.on_for}")
    if rule.prediction:
        facts.append(f"predicts: {rule.prediction}")
    manual = re.sub(r"^### ", "## ", rule.manual, flags=re.MULTILINE)
    manual = manual.replace(_EXAMPLE, _reading(rule) + _EXAMPLE, 1)
    return f"# {rule.name}\n\n{', '.join(facts)}.\n\n{manual}\n"


def _reading(rule: Rule) -> str:
    """How often a rule was right, and why it is on; empty if its docstring says so, or nobody read its findings."""
    reading = READINGS.get(rule.name)
    if reading is None:
        return ""
    counts = f"None of the {_REPOSITORIES} public repositories that were read has such a finding."
    if "read" in reading:
        right = "1 was" if reading["right"] == 1 else f"{reading['right']} were"
        counts = f"Of {reading['read']} findings that were read in public repositories {right} right."
    text = fill(f"{counts} {reading['why']}", 118, break_on_hyphens=False, break_long_words=False)
    return f"## How often is it right?\n\n{text}\n\n"


def write_pages(folder: Path, made: dict[str, str]) -> None:
    """Write the pages of a folder, and remove those of what is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{folder}: {len(made)} pages\n")


if __name__ == "__main__":
    write_pages(PAGES, pages())
