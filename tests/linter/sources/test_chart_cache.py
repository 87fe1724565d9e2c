"""Rendered charts are kept for the next run, but never the content of a Secret."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from imagelint.config.charts import RenderOptions
from imagelint.session import Request, Session
from imagelint.sources.charts.secret_content import error_to_keep, may_be_kept, without_content
from imagelint.world.world import World
from linter.sources.charts import HELMS, chart, needs_helm, path_with, write

if TYPE_CHECKING:
    from pathlib import Path

WORD = "correct-horse-battery"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: login}}
type: Opaque
stringData:
  password: |
    {WORD}

    {WORD}
immutable: true
"""
OTHERS = [
    f"apiVersion: v1\nkind: List\nitems:\n  - kind: Secret\n    apiVersion: v1\n    stringData: {{a: {WORD}}}\n",
    f'{{"apiVersion": "v1", "kind": "Secret", "stringData": {{"a": "{WORD}"}}}}\n',
    f"apiVersion: v1\nitems: [{{kind: 'Secret', stringData: {{a: {WORD}}}}}]\nkind: List\n",
]


@pytest.mark.parametrize("key", ["stringData", "data", '"data"'])
def test_lines_of_content_are_emptied_and_none_moves(key: str) -> None:
    text = f"---\n# Source: shop/a.yaml\n{SECRET.replace('stringData', key)}---\nkind: Pod\ndata: kept\n"
    emptied = without_content(text.encode()).decode()
    assert WORD not in emptied
    assert may_be_kept(emptied.encode())
    lines = [*zip(text.split("\n"), emptied.split("\n"), strict=True)]
    assert [before for before, after in lines if before != after] == [
        f"{key}:",
        "  password: |",
        f"    {WORD}",
        f"    {WORD}",
    ]


@pytest.mark.parametrize("text", OTHERS)
def test_other_secrets_are_not_kept(text: str) -> None:
    assert not may_be_kept(without_content(text.encode()))


def test_references_to_other_kinds_are_kept() -> None:
    assert may_be_kept(b"kind: ExternalSecret\nspec: {kind: SecretStore, secretName: a}\n")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (f'template: shop/templates/a.yaml:1:2: wrong type for value; "{WORD}" has the wrong type', True),
        (f"execution error at (shop/templates/a.yaml:1:4): {WORD}", False),
        (f"template: shop/templates/a.yaml:1:3: error calling fail: {WORD}", False),
    ],
)
def test_errors_are_kept_without_values(message: str, kept: bool) -> None:
    found = error_to_keep(message)
    assert (found is not None, WORD in (found or "")) == (kept, False)


@needs_helm
@pytest.mark.parametrize("template", [SECRET, *OTHERS, f"{{{{ fail {WORD!r} }}}}"])
def test_nothing_secret_is_in_the_cache(template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, cache = tmp_path / "tree", tmp_path / "cache"
    template = template.replace(f"'{WORD}'", f'"{WORD}"')
    write(tree, {".git/HEAD": "", **chart("shop"), "shop/templates/other.yaml": template})
    monkeypatch.chdir(tree)
    monkeypatch.setenv("PATH", path_with(HELMS[0]))

    def images() -> list[str]:
        session = Session()
        session.read(Request(["."], charts=RenderOptions(cache=str(cache))))
        return [use.effective for use in session.index(World()).images]

    cold = images()
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept or template != SECRET
    assert not [path for path in kept if WORD.encode() in zlib.decompress(path.read_bytes())]
    assert images() == cold == ["ghcr.io/acme/shop:3.1"]
