"""Image references out of parts that parsers read in different ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformity.parts import parts
from conformity.texts import mutated

if TYPE_CHECKING:
    from random import Random

    from conformity.seeds import Seeds

_HOSTS = parts("image_hosts")
_COMMON = parts("usual_components")
_COMPONENTS = parts("components")
_TAGS = parts("tags")
_ALGORITHMS = parts("digest_algorithms")
_DIGEST_SIZES = (*(64,) * 6, 63, 65, 96, 128, 32, 31, 0, 40, 127, 129)
_PATH_SIZES = (240, 246, 247, 248, 249, 253, 254, 255, 256, 257, 300)


def random_image(random: Random) -> str:
    """A reference with or without a host, of likely and unlikely parts."""
    names = [random.choice(_HOSTS)] if random.random() < 0.6 else []
    lists = random.choices((_COMMON, _COMPONENTS), (7, 3), k=random.choice((1, 1, 1, 2, 2, 3, 4, 0)))
    names += [random.choice(components) for components in lists]
    if random.random() < 0.03 and names:
        before = len("/".join(names[:-1]))
        names[-1] = "a" * max(1, random.choice(_PATH_SIZES) - random.choice((0, 0, before)))
    text = "/".join(names)
    if random.random() < 0.5:
        text += f":{random.choice(_TAGS)}"
    if random.random() < 0.25:
        text += f"@{_random_digest(random)}"
        if random.random() < 0.05:
            text += f":{random.choice(_TAGS)}"
    return text


def any_image(random: Random, seeds: Seeds) -> str:
    """A random reference, or a real one with some edits."""
    kind = random.random()
    if kind < 0.45:
        return random_image(random)
    return mutated(random, random_image(random) if kind < 0.7 else random.choice(seeds.images))


def _random_digest(random: Random) -> str:
    value = "".join(random.choices("0123456789abcdef", k=random.choice(_DIGEST_SIZES)))
    if random.random() < 0.1 and value:
        at = random.randrange(len(value))
        value = value[:at] + random.choice("gGAF-_+ ") + value[at + 1 :]
    return f"{random.choice(_ALGORITHMS)}:{value}"
