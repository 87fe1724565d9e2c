"""Which keys of docker configs the kubelet tries for an image, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformity.key_cases import hub_key, images_for, random_key
from conformity.question import Answer, Case, Difference, Question
from conformity.texts import smaller_texts
from imagelint.kubelet.keyring import matching_keys, stored_key
from imagelint.kubelet.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds


def _cases(random: Random, _: Seeds, count: int) -> Iterator[Case]:
    for _number in range(count):
        keys = [random_key(random) for _ in range(random.choice((1, 1, 2, 3, 5)))]
        if random.random() < 0.2:
            keys.append(hub_key(random))
        texts = [*dict.fromkeys(key.text for key in keys)]
        yield {"op": "match", "keys": texts, "images": images_for(random, keys, 4)}


def _compare(case: Case, answer: Answer) -> Difference | None:
    positions: dict[str, set[str]] = {}
    for position, key in enumerate(case["keys"]):
        stored = stored_key(key)
        if stored is not None:
            positions.setdefault(stored, set()).add(str(position))
    for image, lookup in zip(case["images"], answer["lookups"], strict=True):
        if "image_error" in lookup:
            return Difference("the image is refused there")
        ours = [positions[key] for key in matching_keys(case["keys"], parse_reference(image).normalized)]
        found = _compare_order(ours, [user for _, user in lookup["tried"]])
        if found:
            return found
    return None


def _compare_order(ours: list[set[str]], theirs: list[str]) -> Difference | None:
    """Keys with one stored form are equal to the kubelet, and tried in any order."""
    here, there = set[str]().union(*ours), set(theirs)
    if here != there:
        return Difference("matches there only" if there - here else "matches here only")
    at = 0
    for equal in ours:
        if set(theirs[at : at + len(equal)]) != equal:
            return Difference("another order")
        at += len(equal)
    return None


def _smaller(case: Case) -> Iterator[Case]:
    keys: list[str] = case["keys"]
    yield from ({**case, "images": [image]} for image in case["images"] if len(case["images"]) > 1)
    for position, key in enumerate(keys):
        before, after = keys[:position], keys[position + 1 :]
        if before or after:
            yield {**case, "keys": [*before, *after]}
        for shorter in smaller_texts(key):
            if shorter not in keys:
                yield {**case, "keys": [*before, shorter, *after]}


KEYS = Question("match", 20_000, _cases, _compare, _smaller)
