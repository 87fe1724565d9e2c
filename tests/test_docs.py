"""The examples of the manual work as they stand."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

from imagelint.configuration import load_configuration
from imagelint.knowledge.added import read_knowledge
from imagelint.reporters import FORMATS
from imagelint_rules import RULES
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

DOCS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
CONFIGURATION = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPORTS = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```yaml\n(.*?)^```$", CONFIGURATION, re.MULTILINE | re.DOTALL)
OF_OTHER_TOOLS = {"--spec", "--namespace", "--docker-server", "--docker-username", "--docker-password"}


def test_the_configuration_of_the_manual_is_one(tmp_path: Path) -> None:
    path = tmp_path / ".imagelint.yaml"
    path.write_text(FENCES[0], encoding="utf-8")
    configuration = load_configuration(str(path), [rule.name for rule in RULES])
    assert configuration.settings["namespace"] == "default"


def test_the_rules_of_the_manual_are_rules(tmp_path: Path) -> None:
    path = tmp_path / ".imagelint.yaml"
    path.write_text(FENCES[2], encoding="utf-8")
    configuration = load_configuration(str(path), [rule.name for rule in RULES])
    assert [rule.name for rule in configuration.own_rules] == ["only-our-registry", "no-early-versions"]


def test_the_knowledge_of_the_manual_is_one(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.yaml"
    path.write_text(FENCES[3], encoding="utf-8")
    registry = read_knowledge([str(path)]).registries.find("registry.example.com")
    assert registry is not None
    assert registry.is_shut_down


@pytest.mark.parametrize("command", re.findall(r"^imagelint (manifests/ .+)$", REPORTS, re.MULTILINE))
def test_the_commands_of_the_manual_write_reports(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/broken", tmp_path / "manifests")
    done = imagelint(*shlex.split(command), cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    outputs = re.findall(r"--output (\S+)", command)
    assert all((tmp_path / output).stat().st_size > 1000 for output in outputs)
    assert bool(done.stdout) == (command.count("--format") > len(outputs))


def test_the_sample_of_the_readme_is_what_is_printed(tmp_path: Path) -> None:
    (sample,) = re.findall(r"^```console\n\$ imagelint manifests/\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    shutil.copytree(ROOT / "examples/broken", tmp_path / "manifests")
    assert f"\n{sample}" in imagelint("manifests/", cwd=tmp_path).stdout


def test_every_format_is_in_the_manual() -> None:
    assert re.findall(r"^\| `(\w+)` \|", REPORTS, re.MULTILINE) == [*FORMATS]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_option_that_the_readme_names_is_there() -> None:
    shown = imagelint("check", "--help", cwd=ROOT).stdout + imagelint("images", "--help", cwd=ROOT).stdout
    for option in set(re.findall(r"(?<![\w|-])--[a-z][a-z-]+", README)) - OF_OTHER_TOOLS:
        assert option in shown, option


def test_the_examples_hold_a_defect_of_each_kind_and_their_twins_none() -> None:
    broken = imagelint("examples/broken", "--format=concise", "--today=2026-11-24", cwd=ROOT)
    found = set(re.findall(r"\[([a-z-]+)\]", broken.stdout))
    named = {rule.name for rule in RULES if rule.on} - {"image-not-in-inventory", "expired-ignore", "internal-error"}
    assert named - found == set()
    repaired = imagelint("examples/repaired", "--today=2026-11-24", cwd=ROOT)
    assert (repaired.returncode, repaired.stdout) == (0, "")
