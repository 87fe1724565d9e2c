"""The manual is true: its files and its commands work as they stand, in a folder with what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from imagelint.compose import compose
from imagelint.configuration import load_configuration
from imagelint.knowledge.added import read_knowledge
from imagelint_rules import RULES
from support import ROOT, imagelint

PAGES = sorted((ROOT / "docs").glob("*.md"))
OF_OTHER_TOOLS = {"--spec", "--namespace", "--docker-server", "--docker-username", "--docker-password"}
_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class Fence(NamedTuple):
    """A fenced block of a page; one with a title is the file of that name."""

    language: str
    title: str
    text: str


def fences(page: Path) -> list[Fence]:
    return [Fence(*match.groups(default="")) for match in _FENCE.finditer(page.read_text(encoding="utf-8"))]


def write(folder: Path, file: Fence) -> None:
    path = folder / file.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file.text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of a work tree: what is above it says nothing."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def commands(console: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = [part.partition("\n") for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]]
    return [(command, printed) for command, _, printed in parts]


def printed_by(command: str, folder: Path) -> str:
    """What a shell prints, on both streams, with the imagelint under test."""
    environment = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "NO_COLOR", "CI"}}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**environment, "PATH": path},
    )
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(page: Path, folder: Path) -> None:
    found = fences(page)
    for file in reversed([file for file in found if file.title]):
        write(folder, file)
    for fence in found:
        if fence.title:
            write(folder, fence)
        for command, printed in commands(fence.text) if fence.language == "console" else ():
            assert printed_by(command, folder) == printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_are_what_they_are_called(page: Path, folder: Path) -> None:
    found = fences(page)
    for file in found:
        assert file.language not in {"yaml", "toml", "python"} or file.title, file.text
        if file.title:
            write(folder, file)
    for file in found:
        path = str(folder / file.title)
        if file.title.endswith((".imagelint.yaml", "pyproject.toml")):
            load_configuration(path, RULES)
        elif file.title == "our-registries.yaml":
            assert read_knowledge([path]).registries.find("registry.example.com")
        elif file.language == "yaml":
            assert compose(file.text.encode())


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_option_that_a_page_names_is_there(page: Path) -> None:
    helps = [
        imagelint(*words, "--help", cwd=ROOT).stdout for words in (["check"], ["images"], ["init"], ["config", "show"])
    ]
    text = re.sub(r"`(?:docker|skopeo|crictl|ctr|kubectl) [^`]*`", "", page.read_text(encoding="utf-8"))
    for option in set(re.findall(r"(?<![\w|-])--[a-z][a-z-]+", text)) - OF_OTHER_TOOLS:
        assert any(option in shown for shown in helps), option


def test_the_examples_hold_a_defect_of_each_kind_and_their_twins_none() -> None:
    broken = imagelint("examples/broken", "--format=concise", "--today=2026-11-24", cwd=ROOT)
    found = set(re.findall(r"\[([a-z-]+)\]", broken.stdout))
    named = {rule.name for rule in RULES if rule.on} - {"image-not-in-inventory", "expired-ignore"}
    assert named - found == set()
    repaired = imagelint("examples/repaired", "--today=2026-11-24", cwd=ROOT)
    assert (repaired.returncode, repaired.stdout) == (0, "")
