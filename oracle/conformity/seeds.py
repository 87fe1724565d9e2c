"""Real texts that random cases begin from: those of this project, and of a folder of manifests if one is named."""

from __future__ import annotations

import re
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IMAGE = re.compile(rb"^[ \t-]*[\"']?image[\"']?:[ \t]*[\"']?([^\s\"'{}$]+)", re.MULTILINE)
_SEPARATOR = re.compile(r"^---[^\n]*\n", re.MULTILINE)
_IMAGE_LINE = re.compile(r"^\s*-? *image:", re.MULTILINE)
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
# Of a large corpus a part is enough, and the parsers take their time.
_MAX_BYTES, _MAX_DOCUMENTS = 150_000, 3000


class Seeds:
    """Images, documents (small, with an image) and whole files."""

    def __init__(self, project: Path, corpus: Path | None = None) -> None:
        own = chain.from_iterable(_files(project / name) for name in ("examples", "tests/cases", "rules"))
        self.own_files = [*own]
        self.corpus = [*_files(corpus)] if corpus else []
        images: dict[str, None] = {}
        self.documents: list[str] = []
        paths = [*self.own_files, *Random(7).sample(self.corpus, len(self.corpus))]
        for path in paths:
            raw = path.read_bytes()
            images.update(dict.fromkeys(match[1].decode("utf-8", "replace") for match in _IMAGE.finditer(raw)))
            if len(self.documents) < _MAX_DOCUMENTS:
                self.documents += _documents(raw)
        self.images = [*images]

    def files(self) -> Iterator[bytes]:
        """Every file that is not too large to be compared."""
        for path in chain(self.own_files, self.corpus):
            raw = path.read_bytes()
            if len(raw) <= _MAX_BYTES:
                yield raw


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _documents(raw: bytes) -> list[str]:
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    parts = (part for part in _SEPARATOR.split(text) if "kind:" in part and len(part) < 1500 and "{{" not in part)
    return [part for part in parts if _IMAGE_LINE.search(part)][:3]
