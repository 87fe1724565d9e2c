"""Marks in templates that come out beside what they render, and templates that go on where a value is unset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# An entry of a list of pull secrets, below its key.
_ENTRY = re.compile(r"\s*-\s+(?:name\s*:[ \t]*)?")
_PULL_SECRETS = re.compile(r"\s*(?:-\s+)?imagePullSecrets\s*:")
_MARKED = re.compile(r"\s*(?:-\s+)?[\"']?(?:image|imagePullPolicy|imagePullSecrets|serviceAccountName)[\"']?\s*:[ \t]*")
# No comment may follow: a block begins, an expression takes the rest of the line, or one is there.
_PAIRS = (("{", "}"), ("(", ")"), ("[", "]"))
_COMMENT = re.compile(r"\s+#[^\"'{}]*$")
_ENDS = ("-}}", "|", ">", "|-", ">-")
MARK = re.compile(rb" #zz(\d{1,9})zz")
# Nobody writes a longer one.
_LONGEST_ACTION = 10_000
# One that nothing ends goes on to the end, so that each character is looked at once.
_LITERAL = re.compile(r"(\"(?:\\[\s\S]|[^\"\\])*+(?:\"|\Z)|`[^`]*+(?:`|\Z))")
_REQUIRED = re.compile(r"(?<![.\w$])required(?=[\s(]|$)")
_FAIL = re.compile(r"(?<![.\w$])fail(?=[\s(]|$)")
_LOOKUP = re.compile(r"(?<![.\w$])lookup(?=[\s(]|$)")
# An object that a template finds in a cluster, without anything in it: the first argument of `coalesce` that has some.
_FOUND = (
    'coalesce (dict "metadata" (dict "labels" (dict) "annotations" (dict)) "data" (dict) "spec" (dict) "status" (dict))'
)
# What a softened template prints for a value that it requires.
UNSET = "zz-unset-zz"


class TemplateLine(NamedTuple):
    """A line of a template that decides an image, a policy, pull secrets or an account."""

    path: str
    line: int
    # 1-based, of what is behind the key.
    column: int
    end_column: int
    # What is written there, without a comment.
    text: str = ""


class Markers:
    """Numbers the lines of templates that decide something, so that the numbers come out in what they render."""

    def __init__(self) -> None:
        self.lines: list[TemplateLine] = []

    def mark(self, text: str, path: str) -> str:
        """A template with a comment at the end of each line that counts."""
        marked: list[str] = []
        is_listed = False
        for number, line in enumerate(text.split("\n"), 1):
            bare = line.rstrip()
            key = (_ENTRY if is_listed else _MARKED).match(bare) or _MARKED.match(bare)
            is_open = bare.endswith(_ENDS) or any(bare.count(one) != bare.count(other) for one, other in _PAIRS)
            # Expressions between a key and its entries steer them only.
            is_listed = _PULL_SECRETS.match(bare) is not None or (is_listed and bare.lstrip().startswith(("-", "{{")))
            if key is not None and not is_open:
                end = len(_COMMENT.sub("", bare))
                span = key.end() + 1, max(end, key.end() + 1) + 1
                self.lines.append(TemplateLine(path, number, *span, bare[key.end() : end]))
                line = f"{bare} #zz{len(self.lines) - 1}zz{line[len(bare) :]}"  # noqa: PLW2901 - the same line
            marked.append(line)
        return "\n".join(marked)


def without_marks(rendered: bytes) -> bytes:
    """Rendered text with the marks blotted out; no place changes."""
    return MARK.sub(b"", rendered)


def softened(template: str, *, finds_objects: bool = False) -> str:
    """A template that renders where `required` or `fail` would end it: what is unset becomes `UNSET`, or empty.

    With `finds_objects`, `lookup` gives an object without content.
    """
    parts: list[str] = []
    done = 0
    while (start := template.find("{{", done)) >= 0 and (end := template.find("}}", start)) >= 0:
        action = template[start : end + 2]
        is_read = len(action) <= _LONGEST_ACTION
        parts += [template[done:start], *(_soft(action, finds_objects=finds_objects) if is_read else [action])]
        done = end + 2
    return "".join([*parts, template[done:]])


def _soft(action: str, *, finds_objects: bool) -> Iterator[str]:
    if action.startswith(("{{/*", "{{- /*")):
        yield action
        return
    is_message = False
    for number, part in enumerate(_LITERAL.split(action)):
        if number % 2:
            yield f'"{UNSET}"' if is_message else part
            continue
        is_message = re.search(r"(?<![.\w$])required\s*$", part) is not None
        soft = _FAIL.sub("trunc 0", _REQUIRED.sub("default", part))
        yield _LOOKUP.sub(_FOUND, soft) if finds_objects else soft
