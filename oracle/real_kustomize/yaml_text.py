"""JSON values as YAML in the styles in which people write manifests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_PLAIN = re.compile(r"[A-Za-z/$^.][\w./@$()*^|+-]*(?::[\w./@-]+)*|[\w./-]*[A-Za-z][\w./-]*")
_NOT_TEXT = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|[.\d].*|[^a-z]*\*.*")


class Written(str):
    """YAML that is written as it is: `1.10`, `*anchor`."""

    __slots__ = ()


class Writer:
    """Writes each file in a style of its own."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._flow = random.choice((0, 0, 0, 0.02, 0.1))
        self._quotes = random.choice((0, 0, 0.1, 0.5))
        self._list_indent = random.choice(("", "", "  "))

    def document(self, value: Any) -> str:  # noqa: ANN401 - any JSON value
        """A document; a list of none is an empty one."""
        if not value:
            return ""
        if self._random.random() < self._flow and _is_plain_json(value):
            return json.dumps(value, ensure_ascii=False) + "\n"
        return "".join(f"{line}\n" for line in self._lines(value))

    def documents(self, values: list[Any]) -> str:
        """A stream of documents, with separators in some of their forms."""
        separator = self._random.choice(("---\n", "---\n", "---\n", "---\n---\n", "--- # next\n", "\n---\n\n"))
        text = separator.join(self.document(value) for value in values)
        before = self._random.choice(("", "", "", "---\n", "# a comment\n", "---\n# a comment\n"))
        return before + text + self._random.choice(("", "", "", "---\n", "\n", "# the end\n"))

    def _lines(self, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
        if is_object(value):
            for key, part in value.items():
                yield from self._entry(f"{self._key(key)}:", part)
        else:
            for item in value:
                yield from self._item(item)

    def _entry(self, key: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
        if not (is_object(value) or is_array(value)) or not value or self._is_flow(value):
            yield from self._scalar_lines(f"{key} ", value, "  ")
            return
        yield key
        indent = self._list_indent if is_array(value) else "  "
        yield from (f"{indent}{line}" for line in self._lines(value))

    def _item(self, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
        if not (is_object(value) or is_array(value)) or not value or self._is_flow(value):
            yield from self._scalar_lines("- ", value, "  ")
            return
        lines = self._lines(value)
        yield f"- {next(lines)}"
        yield from (f"  {line}" for line in lines)

    def _is_flow(self, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return self._random.random() < self._flow and _is_plain_json(value)

    def _scalar_lines(self, start: str, value: Any, indent: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
        if isinstance(value, str) and "\n" in value and not isinstance(value, Written):
            yield start + ("|" if value.endswith("\n") else "|-")
            yield from (f"{indent}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
        else:
            yield start + self._scalar(value)

    def _key(self, key: str) -> str:
        return key if isinstance(key, Written) or key == "<<" or re.fullmatch(r"[$\w./-]+", key) else json.dumps(key)

    def _scalar(self, value: Any) -> str:  # noqa: ANN401 - any JSON value
        if isinstance(value, Written):
            return value
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        is_plain = _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value) and not value.endswith(":")
        if not is_plain or self._random.random() < self._quotes:
            quoted = json.dumps(value, ensure_ascii=False)
            return "'" + value.replace("'", "''") + "'" if self._random.random() < 0.5 else quoted
        return value


def _is_plain_json(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if is_object(value):
        return all(not isinstance(key, Written) and key != "<<" and _is_plain_json(part) for key, part in value.items())
    if is_array(value):
        return all(_is_plain_json(part) for part in value)
    return not isinstance(value, Written)
