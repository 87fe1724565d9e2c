"""Random changes of a text, and smaller texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

# What parsers trip over: syntax, white space, control characters, and characters whose case folds oddly.
CHARACTERS = (
    "/:@.-_+%~*?[]{}()<>|\\\"'`$#&;=!^, \t\n\r\x00\x0b\x1f\x7f\x85\xa0\u2028\ufeff\u0130\u0131\u017f\u212aéＡ１aAzZ09"
)


def mutated(random: Random, text: str, characters: str = CHARACTERS) -> str:
    """The text after one to three random edits."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = _edited(random, text, characters)
    return text


def _edited(random: Random, text: str, characters: str) -> str:
    at = random.randint(0, len(text))
    before, after = text[:at], text[at:]
    other = random.randint(0, len(text))
    edits = (
        lambda: before + random.choice(characters) + after,
        lambda: before + after[1:],
        lambda: before + random.choice(characters) + after[1:],
        lambda: before + after[:1].swapcase() + after[1:],
        lambda: before + after[: random.randint(1, 8)] + after,
        lambda: before,
        lambda: before + text[other:],
    )
    return random.choice(edits)()


def smaller_texts(text: str) -> Iterator[str]:
    """The text without a part of it: halves first, single characters last."""
    size = max(1, len(text) // 2)
    while text:
        for at in range(0, len(text), size):
            yield text[:at] + text[at + size :]
        if size == 1:
            return
        size //= 2
