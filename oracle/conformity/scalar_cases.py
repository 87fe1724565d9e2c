"""Plain scalars of YAML that look like numbers, booleans, null or dates."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

from conformity.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_ALPHABET = "0123789._+-eExObaf:TZ"
_WORDS = parts("scalar_words")


def random_scalars(random: Random, count: int) -> Iterator[str]:
    """All texts of one to three characters, then longer ones and changed words."""
    for characters in chain.from_iterable(product(_ALPHABET, repeat=size) for size in (1, 2, 3)):
        yield "".join(characters)
    for _ in range(count):
        if random.random() < 0.3:
            word = random.choice(_WORDS)
            changed = (word.upper(), word.title(), word.capitalize(), word[:1] + word[1:].upper())
            yield random.choice((word, *changed, word + random.choice("_.01")))
        else:
            yield "".join(random.choices(_ALPHABET, k=random.randint(4, 9)))
