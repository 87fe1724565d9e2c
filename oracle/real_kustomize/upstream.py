"""The cases of kustomize's own tests, read from a folder of their Go source: data of others, never kept here."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformity.question import Case

_FUNCTION = re.compile(r"^func (?:\([^)]*\) )?(\w+)\(.*?\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_TEXT = r"`((?:[^`]|` ?\+ ?\"`\" ?\+ ?`)*)`"
_EVENT = re.compile(
    rf"\b[wW]rite([KCF])\(\s*\"([^\"]*)\",\s*{_TEXT}\s*\)"  # a file
    r"|\b(?:Run|RunWithErr)\(\s*(?:th\.Join\()?\"([^\"]*)\""  # a root that is built
    r"|\brunPath:\s*\"([^\"]*)\""  # the same in a table of cases
    r"|\b(input:)"  # the next case of a table begins
    r"|\b(\w+)(?=\(th\b|,|\}|\(t,)",  # a function that may write files
)
_HEADS = {
    "F": "",
    "K": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    "C": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
}


def upstream_cases(folder: Path) -> Iterator[Case]:
    """Each root that a test builds, with the files that it wrote before; what a test computes is left out."""
    for path in sorted(folder.rglob("*_test.go")):
        text = path.read_text(encoding="utf-8")
        functions = dict(_FUNCTION.findall(text))
        for name in functions:
            if name.startswith("Test"):
                yield from _cases_of(name, functions)


def _cases_of(test: str, functions: dict[str, str]) -> Iterator[Case]:
    files: dict[str, str] = {}
    for event in _events(test, functions, (test,)):
        kind, path, text, run, table_run, table, _ = event
        if kind:
            name = posixpath.join(path, "kustomization.yaml") if kind != "F" else path
            files[_relative(name)] = _HEADS[kind] + text
        elif table:
            files = {}
        elif files and (run or table_run):
            yield {"op": "kustomize", "files": dict(files), "root": _relative(run or table_run)}


def _events(name: str, functions: dict[str, str], seen: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for event in _EVENT.findall(functions[name]):
        called = event[-1]
        if called in functions and called not in seen:
            yield from _events(called, functions, (*seen, called))
        elif not called:
            yield event


def _relative(path: str) -> str:
    """Tests write to a file system of their own, some of them below its root."""
    return posixpath.normpath(path.lstrip("/"))
