"""Scripts and texts beside manifests that say what is filled in before these are applied: only searched, never run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# What is searched of a tree, at most.
MOST_INSTRUCTIONS = 1000
_SUFFIXES = (".md", ".adoc", ".rst", ".sh", ".bash", ".mk", ".ps1")
_NAMES = frozenset(
    {
        *("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml", "README"),
        *(".gitlab-ci.yml", "cloudbuild.yaml", "azure-pipelines.yml", "bitbucket-pipelines.yml"),
    }
)
_WORKFLOWS = "/.github/workflows/"
# What a line has that replaces a placeholder, or asks the reader to.
_REPLACES = rb"(?i)\b(?:sed|yq|set|your)\b|\bs[/|#]|replac|substitut|chang|\bfill|\bedit|updat"
_VARIABLE = r"(?a)\$\{?([A-Za-z_]\w*)"


def is_instruction(path: str) -> bool:
    """Whether a file has instructions for the manifests around it, for people or machines."""
    name = path.rpartition("/")[2]
    return name.endswith(_SUFFIXES) or name in _NAMES or _WORKFLOWS in f"/{path}"


def filled_in(placeholders: Collection[str], paths: Iterable[str]) -> set[str]:
    """Those of the placeholders that one of the files says are replaced."""
    found: set[str] = set()
    variables: set[str] = set()
    uses_envsubst = False
    for text in _texts(paths):
        uses_envsubst = uses_envsubst or b"envsubst" in text
        found.update(one for one in placeholders if one not in found and _is_replaced(one, text))
        variables.update(one for one in placeholders if one not in variables and _is_named(one, text))
    # Scripts set variables in one file, and substitute them in another.
    return found | variables if uses_envsubst else found


def _texts(paths: Iterable[str]) -> Iterator[bytes]:
    for path in paths:
        try:
            yield read_small(path)
        except (OSError, UnreadableError):
            continue  # it vanished, or may not be read


def _is_replaced(placeholder: str, text: bytes) -> bool:
    token = placeholder.encode()
    lines = (line for line in text.splitlines() if token in line) if token in text else ()
    return any(re.search(_REPLACES, line.replace(token, b" ")) for line in lines)


def _is_named(placeholder: str, text: bytes) -> bool:
    variable = re.match(_VARIABLE, placeholder)
    return variable is not None and re.search(rb"\b%s\b" % re.escape(variable[1].encode()), text) is not None
