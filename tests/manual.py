"""The examples of a page of the manual, and a place to run them in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = ROOT / "docs"
# Pages whose commands lint the manifests of a project; the others show all that they need.
WITH_A_PROJECT = ("index", "ci", "reports", "editors", "model", "comparison")
_FENCE = re.compile(r'^```(\w+)(?: title="([^"\n]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.+\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)
# Programs that are not part of the project: each prints or runs what the real one would.
_STUBS = {
    **dict.fromkeys(("helm", "kustomize", "argocd"), "cat manifests/storefront.yaml"),
    "git": "echo 0000000",
    "kubectl": 'case "$1" in kustomize) exec kustomize;; describe) exec cat pods.txt;; esac; exec "kubectl-$@"',
    "docker": 'while [ "$1" != IMAGE ]; do shift; done; shift; exec imagelint "$@"',
}


class Fence(NamedTuple):
    """A fenced example: its language, the file that it is (empty if none) and its text."""

    language: str
    title: str
    text: str


def fences(page: str, *languages: str) -> list[Fence]:
    """The examples of a page, all or those in some languages."""
    found = (Fence(*match.groups("")) for match in _FENCE.finditer(page))
    return [fence for fence in found if not languages or fence.language in languages]


def shell(script: str, folder: Path, *programs: Path) -> tuple[int, str]:
    """Exit status and all that a script prints, as in a terminal, with the imagelint under test."""
    environment = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "NO_COLOR", "CI"}}
    path = os.pathsep.join([*map(str, programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**environment, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


class Place:
    """A work tree of a user, on request with `manifests/`, and the programs that examples call."""

    def __init__(self, folder: Path, *, with_a_project: bool = True, programs: Mapping[str, str] | None = None) -> None:
        self.folder = folder / "project"
        (self.folder / ".git").mkdir(parents=True)  # what is above it says nothing
        if with_a_project:
            shutil.copytree(ROOT / "examples/repaired", self.folder / "manifests")
        self._programs = folder / "programs"
        self._programs.mkdir()
        for name, script in {**_STUBS, **(programs or {})}.items():
            (self._programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (self._programs / name).chmod(0o755)

    def run(self, script: str) -> tuple[int, str]:
        """Exit status and everything that is printed."""
        return shell(script, self.folder, self._programs)

    def with_outputs(self, page: str) -> str:
        """The page with what its examples print, run from top to bottom; each file is there as it was shown last."""
        for file in reversed(fences(page)):
            self.write(file)
        return _FENCE.sub(self._fence, page)

    def write(self, file: Fence) -> None:
        """Put a file where its title says; an example without a title is none."""
        if file.title:
            path = self.folder / file.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")

    def _fence(self, match: re.Match[str]) -> str:
        language, title, text = match.groups("")
        self.write(Fence(language, title, text))
        if language == "sh":
            status, output = self.run(text)
            assert status in {0, 1}, output
            assert not re.search(r"Error: |Traceback|not found|No such file", output), output
        if language != "console":
            return match[0]
        return f"```console\n{_COMMAND.sub(lambda one: f'$ {one[1]}{self.run(one[1])[1]}', text)}```"
