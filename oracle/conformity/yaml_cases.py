"""Lines of YAML in other styles: scalars, keys, separators, anchors, tags and stray characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from conformity.parts import parts
from conformity.texts import mutated

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_PLAIN = parts("yaml_values")
_TAGS = parts("yaml_properties")
SEPARATORS = parts("yaml_separators")
_KEYS = parts("yaml_keys")
_EXTRA_LINES = parts("yaml_lines")
_CHARACTERS = "\t \n\r:#-?,[]{}&*!|>'\"%@`~<=\\\x85\xa0\u2028\u2029\ufeff\x00\x01\x0b\x0c\x7fé\U0001f600ya1."
_ENDINGS = parts("yaml_line_ends")
_VALUES = parts("yaml_openings")
_LINE = re.compile(r"^(\s*(?:- +)*)([\w./-]+):(.*)$", re.DOTALL)
_INTERESTING = re.compile(r"image|kind|apiVersion|ullSecrets|name:|containers")
_NOT_PLAIN = ("'", '"', "|", ">", "[", "{", "&", "*", "!")


def mutated_yaml(random: Random, text: str) -> str:
    """The text with none to three lines in another style, most of them lines that name an image or an object."""
    lines = text.split("\n")
    for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3))):
        interesting = [number for number, line in enumerate(lines) if _INTERESTING.search(line)]
        numbers = interesting if interesting and random.random() < 0.7 else range(len(lines))
        random.choices(_EDITS, _WEIGHTS)[0](random, lines, random.choice(numbers))
    return "\n".join(lines)


def _restyle_value(random: Random, lines: list[str], at: int) -> None:
    found = _LINE.match(lines[at])
    if not found:
        return
    value = found[3].strip()
    is_plain = bool(value) and not value.startswith(_NOT_PLAIN)
    written = _styled(random, value, _indent_of(lines[at])) if is_plain else random.choice(_PLAIN)
    lines[at] = f"{found[1]}{found[2]}: {written}"


def _styled(random: Random, value: str, indent: str) -> str:
    more, at = indent + "  ", random.randint(0, len(value))
    before, after = value[:at], value[at:]
    block = random.choice((">-", ">", "|", "|-", "|+", ">+", "|2", "|1-", ">-2", "|0", "| # c", "|-# c", ">-\t"))
    quote = random.choice("'\"")
    tag = random.choice(_TAGS)
    end = random.choice(("#c", " #c", "\t#c", " \t", "\t", "  ", ":", " :", " -", f"\n{indent}# c", "\x85", "\u2028x"))
    styles: tuple[Callable[[], str], ...] = (
        lambda: "'" + value.replace("'", "''") + "'",
        lambda: json.dumps(value, ensure_ascii=random.random() < 0.5),
        lambda: f"{block}\n{more}{value}",
        lambda: f"{block}\n\n{more}{value}\n" + random.choice(("", "\n", f"{more}x\n", f"{indent}# c\n")),
        lambda: f'"{before}\\\n{more}{after}"',
        lambda: f"{before}\n{more}{after}",
        lambda: f"{quote}{before}\n" + random.choice((more, indent, "", "\t", "---\n")) + after + quote,
        lambda: f"\n{more}{value}",
        lambda: f"\n{indent}" + random.choice(("", " ", "\t")) + value,
        lambda: tag + value,
        lambda: tag + json.dumps(value),
        lambda: tag + random.choice(_PLAIN),
        lambda: value + end,
        lambda: random.choice(_PLAIN),
    )
    return random.choice(styles)()


def _restyle_key(random: Random, lines: list[str], at: int) -> None:
    found = _LINE.match(lines[at])
    if found:
        key = random.choice(_KEYS).format(found[2], _indent_of(lines[at]))
        lines[at] = f"{found[1]}{key}{found[3]}"


def _repeat(_: Random, lines: list[str], at: int) -> None:
    lines.insert(at, lines[at])


def _remove(_: Random, lines: list[str], at: int) -> None:
    lines[at : at + 1] = [] if len(lines) > 1 else [""]


def _insert(random: Random, lines: list[str], at: int) -> None:
    indent = _indent_of(lines[at])
    lines.insert(at + random.randint(0, 1), indent + random.choice(_EXTRA_LINES).format(indent))


def _scramble(random: Random, lines: list[str], at: int) -> None:
    lines[at] = mutated(random, lines[at], _CHARACTERS)


def _reindent(random: Random, lines: list[str], at: int) -> None:
    line = lines[at].lstrip() if random.random() < 0.5 else lines[at]
    lines[at] = random.choice((" ", "  ", "\t", "")) + line


def _recase(random: Random, lines: list[str], at: int) -> None:
    place = random.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + lines[at][place:].swapcase()


def _append(random: Random, lines: list[str], at: int) -> None:
    found = _LINE.match(lines[at])
    is_open = bool(found) and not (found and found[3].strip())
    lines[at] += f" {random.choice(_VALUES)}" if is_open and random.random() < 0.6 else random.choice(_ENDINGS)


def _separate(random: Random, lines: list[str], at: int) -> None:
    lines.insert(at, random.choice(SEPARATORS).rstrip("\n"))


def _indent_block(random: Random, lines: list[str], at: int) -> None:
    end = min(len(lines), at + random.randint(1, 6))
    lines[at:end] = [random.choice((" ", "  ")) + line for line in lines[at:end]]


_WEIGHTED: tuple[tuple[Callable[[Random, list[str], int], None], int], ...] = (
    *((_restyle_value, 5), (_restyle_key, 1), (_repeat, 1), (_remove, 1), (_insert, 2), (_scramble, 1), (_reindent, 1)),
    *((_append, 2), (_separate, 1), (_indent_block, 1), (_recase, 1)),
)
_EDITS, _WEIGHTS = zip(*_WEIGHTED, strict=True)


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" -"))].replace("-", " ")
