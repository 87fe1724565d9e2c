"""What is found does not depend on whether ruamel.yaml's C part is installed.

The pure parser reads about 0.3 MB a second, so that of the shared files one in ten is read;
`IMAGELINT_WHOLE_CORPUS=1 pytest tests/test_parsers.py` reads them all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from imagelint.facts.extract import extract
from imagelint.sources.discover import discover
from imagelint.text import parsers
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError, read_source
from shared import SHARED, needs_shared
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.facts.model import FileFacts

PART = 1 if os.environ.get("IMAGELINT_WHOLE_CORPUS") else 10
OWN = [*(ROOT / "tests/cases").rglob("*.yaml"), *(ROOT / "examples").rglob("*.yaml")]


def without_c(source: Source) -> FileFacts:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(parsers, "C_PART", None)
        return extract(source)


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_cases_and_examples(path: Path) -> None:
    source = read_source(str(path))
    assert without_c(source) == extract(source)


@pytest.mark.parametrize(
    "text",
    [
        "a:\nb: 1\nc:\n",
        "containers:\n- \n-\n- image:\n  name:\n\n# end\n",
        "a: &x\nb: *x\nc: !t\n",
        "{a, b: , c: }\n",
        "? \n: \n? a\n",
        "a: # c\nb:\n# x\nc: d\n",
        "a: >\n  b\n\n  c\n",
        'a: "b\\\n  c"\n',
        "a:\tb\nc: d\t\ne:\t\n  f: [g\t, h]\t# i\n",
        "image: nginx\t\ncontainers:\t\n- name:\tweb\t\n  image:\t'nginx'\t\n",
    ],
)
def test_absent_and_odd_values(text: str) -> None:
    head = "apiVersion: v1\nkind: Pod\nspec:\n  "
    source = Source(SourceId("a.yaml"), (head + text.replace("\n", "\n  ")).encode())
    assert without_c(source) == extract(source)


@pytest.mark.parametrize(
    ("text", "with_c", "problem"),
    [
        # YAML allows tabs within a plain scalar, and libyaml takes them; ruamel.yaml's own scanner ends the scalar.
        ("image: nginx\t1", [], "expected <block end>, but found '<scalar>'"),
        # In YAML 1.2 a colon may be a part of the name of an anchor; libyaml ends the name before it.
        ("&a: b\n  c: d", ["kubectl refuses this: null cannot be a key"], "mapping values are not allowed here"),
    ],
)
def test_what_only_c_reads(text: str, with_c: list[str], problem: str) -> None:
    """The differences that are left. No shared file has any of them."""
    source = Source(SourceId("a.yaml"), f"apiVersion: v1\nkind: Pod\nspec:\n  {text}\n".encode())
    assert [found.message for found in extract(source).problems] == with_c
    assert [found.message for found in without_c(source).problems] == [problem]


@needs_shared
def test_shared_files() -> None:
    differing: list[str] = []
    for file in discover([str(SHARED / "corpus")]).files[::PART]:
        try:
            source = read_source(file.path)
        except UnreadableError:
            continue
        if without_c(source) != extract(source):
            differing.append(file.path)
    assert differing == []
