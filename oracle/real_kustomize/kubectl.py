"""The real kustomize, as `kubectl kustomize` of a version of kubectl."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from real_kustomize.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformity.question import Answer, Case

# Remote bases would take longer: there is no network, and no git.
_SECONDS = 60


class Kubectl:
    """Answers each case with its rows, or with the reason why kustomize refuses it."""

    def __init__(self, program: Path) -> None:
        self._program = program.resolve()
        self._folder = tempfile.TemporaryDirectory()
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def version(self) -> str:
        """The version of kustomize in it."""
        text = subprocess.run([self._program, "version", "--client"], capture_output=True, text=True, check=True).stdout
        return text.partition("Kustomize Version: v")[2].strip()

    def ask(self, cases: Sequence[Case]) -> list[Answer]:
        """The answers in the order of the cases."""
        return [*self._pool.map(self._answer, cases)]

    def _answer(self, case: Case) -> Answer:
        if "folder" in case:
            return self._build(Path(case["folder"]), case["root"])
        with tempfile.TemporaryDirectory(dir=self._folder.name) as folder:
            write_tree(Path(folder), case["files"])
            return self._build(Path(folder), case["root"])

    def _build(self, folder: Path, root: str) -> Answer:
        environment = {"HOME": self._folder.name, "PATH": "", "HTTPS_PROXY": "http://127.0.0.1:9"}
        try:
            run = subprocess.run(
                [self._program, "kustomize", "./" + root],
                cwd=folder, env=environment, capture_output=True, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"refused": "takes too long"}
        if run.returncode:
            return {"refused": _reason(run.stderr.decode("utf-8", "replace"), folder)}
        try:
            return {"rows": [[*row] for row in read_rows(run.stdout)]}
        except ValueError as error:
            return {"oracle_error": str(error)}


def write_tree(folder: Path, files: dict[str, str]) -> None:
    """Write texts by path below a folder."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def tree_of(folder: Path, paths: Iterator[Path]) -> dict[str, str]:
    """The texts of files by their path in a folder."""
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace") for path in paths}


def _reason(text: str, folder: Path) -> str:
    lines = [line for line in text.splitlines() if not line.startswith(("# Warning", "W", "I")) or ": " not in line]
    message = " ".join(lines).removeprefix("error: ").replace(f"{folder}/", "").replace(str(folder), ".")
    return re.sub(r"\s+", " ", message)[-400:]
