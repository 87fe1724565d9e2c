"""Variables of scripts, Makefiles, pipelines and build files, with the values that the same text gives them.

Nothing is run: a variable has every value that it is assigned. One that is not known may be anything, and becomes a
star.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_NAME = 255
# How deep variables refer to others, the values that one of them takes, and those of a word with several of them.
_DEPTH, _MOST_VALUES, _MOST_WORDS = 8, 16, 32
_MOST_LINES = 60
# A word of a command line with the variables of shells, Make, GitHub and Go's templates in it. What it took it keeps:
# `${{a}}` could be read in two ways, and many of them in two to the power of their number.
WORD = (
    r"(?:\$\{\{[^{}\n]{0,80}\}\}|\{\{[^{}\n]{0,80}\}\}|\$\([^()\n]{0,80}\)|\$\{[^{}\n]{0,80}\}|<[\w -]{1,40}>"
    r"|[\w./:@$%*-])++"
)
_NAME = r"[A-Za-z_]\w{0,60}"
# `A=b`, `A ?= b`, `a: b`, `export A="${A:-b}"`, `def a = 'b'`, `environment { A = 'b' }`, `: "${A:=b}"`
_ASSIGNED = re.compile(
    rf"(?:^|[{{;])[ \t]*(?:-[ \t]+)?(?:(?:export|readonly|local|def|val|var|set|ENV|ARG)[ \t]+(?:--global[ \t]+)?)?"
    rf"(?:\$env:)?\"?({_NAME})\"?[ \t]*(?:[?:!]{{0,2}}=|:[ \t])[ \t]*[\"']?(?:\$\{{\1:?[-=])?[\"']?({WORD})",
    re.MULTILINE,
)
_DEFAULT = re.compile(rf"\$\{{({_NAME}):?=[\"']?({WORD})")
# `echo "A=b" >> $GITHUB_ENV`
_EXPORTED = re.compile(rf"\becho[ \t]+[\"']?(?:::set-output name=)?({_NAME})(?:=|::)({WORD})[\"']?[ \t]*>>")
# What Bake, Azure Pipelines and others write with a name of its own.
_NAMED = (
    re.compile(rf"\bvariable[ \t]+\"({_NAME})\"[ \t]*\{{[^{{}}]{{0,400}}?\bdefault[ \t]*=[ \t]*\"([^\"\n]{{0,255}})\""),
    re.compile(
        rf"\"({_NAME})\"\s{{0,80}}:\s{{0,80}}\{{\s{{0,80}}\"default\"\s{{0,80}}:\s{{0,80}}\"([^\"\n]{{0,255}})\""
    ),
    re.compile(rf"-[ \t]+name:[ \t]*[\"']?({_NAME})[\"']?[ \t]*\n[ \t]+value:[ \t]*[\"']?({WORD})"),
)
# Lists: `for a in b c; do`, `A=(b c)`, and `a: [b, c]` of a matrix, also with an item on each line.
_LISTS = (
    re.compile(rf"\bfor[ \t]+({_NAME})[ \t]+in[ \t]+([^;\n]{{1,1000}})"),
    re.compile(rf"^[ \t]*(?:declare[ \t]+-a[ \t]+)?({_NAME})=\(([^()]{{1,1000}})\)", re.MULTILINE),
    re.compile(rf"^[ \t]*(?:-[ \t]+)?({_NAME}):[ \t]*\[([^\[\]{{}}]{{1,1000}})\]", re.MULTILINE),
)
_HEAD = re.compile(rf"[ \t]*(?:-[ \t]+)?({_NAME}):[ \t]*")
_ITEM = re.compile(rf"[ \t]*-[ \t]+[\"']?({WORD})[\"']?[ \t]*")
_BETWEEN = re.compile(r"[\s,\"']+")
_VARIABLE = re.compile(
    rf"\$\{{\{{\s{{0,80}}(?!secrets\.|github\.(?!event\.))(?:[\w-]+\.)+({_NAME})[^{{}}]{{0,80}}\}}\}}"
    rf"|\$\{{({_NAME})(?:\[[@*]\])?(?::?-([^{{}}]*))?\}}|\$\(({_NAME})\)|\$\$?(?:env:)?({_NAME})|%({_NAME})%"
    rf"|\{{\{{\s{{0,80}}\.?(?:Env\.)?({_NAME})\s{{0,80}}\}}\}}"
    r"|\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|<[^<>]*>|\$\$?[@*<^0-9]"
)


class Variables:
    """What a text assigns to its variables."""

    def __init__(self, text: str) -> None:
        self._assigned: dict[str, dict[str, None]] = {}
        for name, value in _assignments(text):
            values = self._assigned.setdefault(name, {})
            if len(values) < _MOST_VALUES:
                values[value[:LONGEST_NAME]] = None
        self._values: dict[str, tuple[str, ...]] = {}

    def assigned(self) -> Iterator[tuple[str, str]]:
        """The variables, each with the values that are written for it."""
        return ((name, value) for name, values in self._assigned.items() for value in values)

    def values(self, word: str, depth: int = _DEPTH) -> tuple[str, ...]:
        """What a word may be with its variables replaced, with a star for those that are not known."""
        word = word[:LONGEST_NAME]
        texts, end = [""], 0
        for found in _VARIABLE.finditer(word):
            before, options = word[end : found.start()], self._options(found, depth)
            texts = [(text + before + option)[:LONGEST_NAME] for text in texts for option in options][:_MOST_WORDS]
            end = found.end()
        return tuple((text + word[end:])[:LONGEST_NAME] for text in texts)

    def first(self, word: str) -> str:
        """What a word is with the first value of each of its variables."""
        return self.values(word)[0]

    def _options(self, found: re.Match[str], depth: int) -> tuple[str, ...]:
        default = found[3]
        name = next((one for one in found.group(1, 2, 4, 5, 6, 7) if one), None)
        if name is None or name not in self._assigned:
            return self.values(default, depth - 1) if default and depth else ("*",)
        if name not in self._values:
            self._values[name] = ("*",)  # in the value of which it is itself
            values = (value for one in self._assigned[name] for value in self.values(one, depth - 1)) if depth else ()
            self._values[name] = tuple(dict.fromkeys(values))[:_MOST_VALUES] or ("*",)
        return self._values[name]


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_ASSIGNED, _DEFAULT, _EXPORTED, *_NAMED):
        # An `image` with a tag is what a job runs in.
        yield from ((name, value) for name, value in pattern.findall(text) if name != "image" or ":" not in value)
    for pattern in _LISTS:
        for name, values in pattern.findall(text):
            yield from ((name, value) for value in _BETWEEN.split(values) if value)
    if "matrix" in text:
        yield from _items(text)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """The items of lists with one on each line, by the key of the list."""
    key, left = None, 0
    for line in text.splitlines():
        head, item = _HEAD.fullmatch(line), _ITEM.fullmatch(line)
        if head is not None:
            key, left = head[1], _MOST_LINES
        elif item is not None and key is not None and left:
            left -= 1
            yield key, item[1]
        else:
            key = None


NOTHING = Variables("")
