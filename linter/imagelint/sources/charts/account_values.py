"""The values of a chart that name the service accounts of its pods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.charts.values import leaves
from imagelint.text.nodes import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Mapping

# A value in an expression: `.Values.account.name`, `$job.account`.
_VALUE = re.compile(r"(?<![\w.$\"`)])\$?\w*\.(?:Values\.)?([A-Za-z_]\w*(?:\.\w+)*)")
# What `with` and `range` are at: `{{ . }}`, `{{ . | quote }}`.
_CURRENT = re.compile(r"\{\{-?\s*\.\s*(?:\||-?\}\})")


def key_of_account(template: str, account: str, values: Mapping | None) -> str | None:
    """The key path of the value that is all of an account's name, as the line of a template has it; None without one.

    In a chart inside of another one, and in what `with` or `range` is at, only the end of the path is known. Without a
    value in the line, a helper of the chart makes the name: then the value has `create: false` beside it.
    """
    if values is None or "{{" not in template:
        return None
    ends = [*_ends(template)]
    texts = {tuple(map(str, path)): leaf.value for path, leaf in leaves(values)}
    for path, value in texts.items():
        is_existing = path[-1] == "name" and texts.get((*path[:-1], "create")) == "false"
        if value == account and (is_existing or any(path[len(path) - len(end) :] == end for end in ends)):
            return written(path)
    return None


def _ends(template: str) -> Iterator[tuple[str, ...]]:
    """The ends of the key paths of all values in a line."""
    if _CURRENT.search(template):
        yield ()
    yield from (tuple(match[1].split(".")) for match in _VALUE.finditer(template))
