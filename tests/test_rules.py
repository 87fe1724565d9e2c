"""Every rule's manual page is its test."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.check import ENGINE_RULES
from imagelint.world.inventory import Inventory
from imagelint.world.layouts import Available
from imagelint.world.world import World
from imagelint_rules import RULES
from support import ROOT, TODAY, found, lint

if TYPE_CHECKING:
    from imagelint.linting.rule import Rule

SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead", "References"]
OPTIONAL = {"How often is it right?", "Options"}


# They are about the configuration, imagelint itself, or several files, so that no manifest is an example.
WITHOUT_EXAMPLES = {"expired-ignore", "internal-error", "kustomize-refuses", "unmatched-override"}
WORLD = World(today=TODAY, inventory=Inventory([Available("quay.io/acme/stocked:v1.4.0")]))


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.name not in WITHOUT_EXAMPLES], ids=lambda rule: rule.name
)
def test_example_is_found_and_replacement_is_clean(rule: Rule) -> None:
    bad, good = rule.examples
    assert bad.expected, "the example marks no line"
    assert [line for name, line in found(lint(bad.text, also=rule, world=WORLD)) if name == rule.name] == list(
        bad.expected
    )
    assert not good.expected
    assert found(lint(good.text, also=rule, world=WORLD)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_manual_page_has_all_sections(rule: Rule) -> None:
    headings = re.findall(r"^### (.+)$", rule.manual, re.MULTILINE)
    assert [heading for heading in headings if heading not in OPTIONAL] == SECTIONS
    assert len(rule.summary) < 90
    assert max(len(line) for line in rule.manual.splitlines() if "](" not in line) <= 120


def test_names_are_unique_and_every_module_is_listed() -> None:
    names = [rule.name for rule in RULES]
    modules = {path.stem.replace("_", "-") for path in (ROOT / "rules/imagelint_rules").glob("*.py")}
    assert len(set(names)) == len(names)
    shared = {
        "remedies",
        "judging",
        "judgement",
        "local-images",
        "remarks",
        "registry-evidence",
        "secret-evidence",
        "tag-findings",
        "created-elsewhere",
        "created-later",
        "needed-secrets",
        "node-credentials",
        "object-names",
        "unneeded-secrets",
        "unseen-secrets",
        "whole-units",
    }
    assert modules - {"--init--", *shared} == {*names} - {rule.name for rule in ENGINE_RULES}


def test_the_engine_compares_with_no_other_rule_by_name() -> None:
    """Only `diagnose` does, which concludes from findings what caused a failure."""
    others = {rule.name for rule in RULES} - {rule.name for rule in ENGINE_RULES}
    folder = ROOT / "linter/imagelint"
    for path in {*folder.rglob("*.py")} - {*(folder / "diagnose").rglob("*.py")}:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} & others
        assert not found, f"{path} names {found}"


def test_messages_name_one_thing_in_one_sentence() -> None:
    for rule in RULES:
        for finding in (one for example in rule.examples for one in lint(example.text, also=rule)):
            assert not finding.message.endswith("."), finding.message
            assert "\n" not in finding.message
