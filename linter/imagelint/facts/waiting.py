"""Containers that do nothing but wait, so that people can run commands in them."""

from __future__ import annotations

import posixpath
import re

from imagelint.text.nodes import Mapping, Scalar, Sequence, as_text, text

_SHELLS = frozenset({"sh", "ash", "bash", "dash", "zsh"})
# What waits for input.
_READERS = _SHELLS | {"cat"}
_SLEEP = r"sleep\s+(?:infinity|inf|[0-9.]+[smhd]?)"
_FOREVER = r"tail\s+-[fF]\s+/dev/null"
# The option with which the next word is a script: `-c`, `-ec`.
_SCRIPT_OPTION = r"-[a-z]*c"
# Statements of a script besides those that wait.
_LOOP = r"while\s+(?:true|:)|until\s+false|do|done|wait|true|:"
_PREFIX = r"\A(?:do\s+)?(?:exec\s+)?"
_TRAP = r"trap\s+[\"']?(?::|exit(?:\s+[0-9]+)?)[\"']?(?:\s+[A-Z0-9]+)+"
_LONGEST_SCRIPT = 1000


def only_waits(container: Mapping) -> bool:
    """Whether the program of a container only sleeps, or reads an input that somebody has to attach to."""
    words = [*_words(container, "command"), *_words(container, "args")]
    # What a hook starts runs beside it.
    if not words or None in words or container.get("lifecycle") is not None:
        return False
    program, *rest = (posixpath.basename(words[0] or ""), *(word or "" for word in words[1:]))
    if not rest and program in _READERS:
        return any((field := text(container, key)) is not None and field.value == "true" for key in ("stdin", "tty"))
    if program in _SHELLS:
        return _is_waiting_script(rest)
    return _waits(" ".join((program, *rest)))


def _words(container: Mapping, key: str) -> list[str | None]:
    """The words of `command` or `args`; None for what is not text."""
    listed = container.get(key)
    if not isinstance(listed, Sequence):
        return [] if listed is None or (isinstance(listed, Scalar) and listed.is_null) else [None]
    return [word.value if (word := as_text(item)) is not None else None for item in listed.items]


def _is_waiting_script(arguments: list[str]) -> bool:
    """Whether a shell gets a script with nothing but commands that wait, and loops around them."""
    option, *rest = arguments
    script = [*rest[1:]] if rest[:1] == ["--"] else rest
    if not re.fullmatch(_SCRIPT_OPTION, option) or len(script) != 1 or len(script[0]) > _LONGEST_SCRIPT:
        return False
    lines = (line for line in script[0].splitlines() if not line.lstrip().startswith("#"))
    parts = (part.strip() for part in re.split(r"[;&\n]", "\n".join(lines)))
    statements = [re.sub(_PREFIX, "", part) for part in parts if part]
    others = [one for one in statements if not _waits(one)]
    return len(others) < len(statements) and all(re.fullmatch(f"{_LOOP}|{_TRAP}", one) for one in others)


def _waits(command: str) -> bool:
    return re.fullmatch(f"{_SLEEP}|{_FOREVER}", command) is not None
