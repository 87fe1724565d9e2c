"""How the kubelet reads an image, and the text that it hands to the runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformity.image_cases import any_image
from conformity.question import Answer, Case, Difference, Question
from conformity.texts import smaller_texts
from imagelint.kubelet.reference import MAX_TEXT, InvalidReferenceError, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds

_TOO_LONG = "no registry accepts a reference of this length, and the bound keeps hostile input cheap"


def _cases(random: Random, seeds: Seeds, count: int) -> Iterator[Case]:
    for image in seeds.images:
        yield _case(image)
    for _ in range(count):
        image = any_image(random, seeds)
        yield _case(image)
        repair = _repair(image)
        if repair is not None:
            yield {**_case(repair), "is_repair": True}


def _case(image: str) -> Case:
    return {"op": "image", "image": image}


def _repair(image: str) -> str | None:
    try:
        parse_reference(image)
    except InvalidReferenceError as error:
        return error.repair
    return None


def _compare(case: Case, answer: Answer) -> Difference | None:
    image = case["image"]
    try:
        ours = parse_reference(image)
    except InvalidReferenceError:
        if "error" in answer:
            return Difference("the repair does not parse") if "is_repair" in case else None
        return Difference("refused here, valid there", _TOO_LONG if len(image) > MAX_TEXT else None)
    if "error" in answer:
        return Difference("valid here, refused there")
    applied = image if ours.tag or ours.digest else f"{image}:latest"
    here = {"repository": ours.normalized, "tag": ours.effective_tag, "digest": ours.digest, "applied": applied}
    return next((Difference(f"another {part}") for part, text in here.items() if (text or "") != answer[part]), None)


def _smaller(case: Case) -> Iterator[Case]:
    for text in smaller_texts(case["image"]):
        yield {**case, "image": text}


IMAGES = Question("image", 220_000, _cases, _compare, _smaller)
