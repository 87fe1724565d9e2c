"""The examples of the manual work as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from imagelint.configuration import load_configuration
from imagelint.knowledge.added import read_knowledge
from imagelint_rules import RULES
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

DOCS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
CONFIGURATION = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```yaml\n(.*?)^```$", CONFIGURATION, re.MULTILINE | re.DOTALL)
OF_OTHER_TOOLS = {"--spec", "--namespace", "--docker-server", "--docker-username", "--docker-password"}


def test_the_configuration_of_the_manual_is_one(tmp_path: Path) -> None:
    path = tmp_path / ".imagelint.yaml"
    path.write_text(FENCES[0], encoding="utf-8")
    configuration = load_configuration(str(path), RULES)
    assert configuration.settings["namespace"] == "default"


def test_the_rules_of_the_manual_are_rules(tmp_path: Path) -> None:
    path = tmp_path / ".imagelint.yaml"
    path.write_text(FENCES[2], encoding="utf-8")
    configuration = load_configuration(str(path), RULES)
    assert [rule.name for rule in configuration.own_rules] == ["only-our-registry", "no-early-versions"]


def test_the_knowledge_of_the_manual_is_one(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.yaml"
    path.write_text(FENCES[3], encoding="utf-8")
    registry = read_knowledge([str(path)]).registries.find("registry.example.com")
    assert registry is not None
    assert registry.is_shut_down


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_option_that_the_readme_names_is_there() -> None:
    shown = imagelint("check", "--help", cwd=ROOT).stdout + imagelint("images", "--help", cwd=ROOT).stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for option in set(re.findall(r"(?<![\w|-])--[a-z][a-z-]+", readme)) - OF_OTHER_TOOLS:
        assert option in shown, option


def test_the_examples_hold_a_defect_of_each_kind_and_their_twins_none() -> None:
    broken = imagelint("examples/broken", "--format=concise", "--today=2026-11-24", cwd=ROOT)
    found = set(re.findall(r"\[([a-z-]+)\]", broken.stdout))
    named = {rule.name for rule in RULES if rule.on} - {"image-not-in-inventory", "expired-ignore"}
    assert named - found == set()
    repaired = imagelint("examples/repaired", "--today=2026-11-24", cwd=ROOT)
    assert (repaired.returncode, repaired.stdout) == (0, "")
