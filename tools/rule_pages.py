"""Make the manual's pages of the rules: one for each rule from its docstring, and a list of all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imagelint_rules import RULES

if TYPE_CHECKING:
    from imagelint.linting.rule import Rule

PAGES = Path(__file__).resolve().parents[1] / "docs/rules"
_LIST = """# Rules

Each page has a manifest that the rule finds and one that it leaves alone; both are run as tests. `imagelint rules`
prints this list, `imagelint explain RULE` a page. Severities and options are set in the
[configuration](../configuration.md).

| rule | default | finds |
| --- | --- | --- |
"""


def pages() -> dict[str, str]:
    """The text of every page, by file name."""
    rows = "".join(f"| [`{rule.name}`]({rule.name}.md) | {rule.level} | {rule.summary} |\n" for rule in RULES)
    return {"index.md": _LIST + rows, **{f"{rule.name}.md": _page(rule) for rule in RULES}}


def _page(rule: Rule) -> str:
    if_enabled = "" if rule.on else f" ({rule.severity} if enabled)"
    facts = [f"Default: **{rule.level}**{if_enabled}", f"confidence: {rule.confidence}"]
    if rule.on_for:
        facts.append(f"on with runtime {rule.on_for}")
    if rule.prediction:
        facts.append(f"predicts: {rule.prediction}")
    manual = re.sub(r"^### ", "## ", rule.manual, flags=re.MULTILINE)
    return f"# {rule.name}\n\n{', '.join(facts)}.\n\n{manual}\n"


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
