"""The type that YAML gives to a plain scalar."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from conformity.question import Answer, Case, Difference, Question
from conformity.scalar_cases import random_scalars
from conformity.texts import smaller_texts
from imagelint.text.compose import ComposeError
from imagelint.text.kubectl import compose_manifest
from imagelint.text.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds


def _cases(random: Random, _: Seeds, count: int) -> Iterator[Case]:
    for text in random_scalars(random, count):
        yield _case(text)


def _case(text: str) -> Case:
    return {"op": "stream", "bytes": base64.b64encode(f"x: {text}\n".encode()).decode()}


def _compare(case: Case, answer: Answer) -> Difference | None:
    try:
        root = compose_manifest(base64.b64decode(case["bytes"]))
    except ComposeError:
        return None if "error" in answer else Difference("refused here, read there")
    if "error" in answer:
        return Difference("read here, refused there")
    node = root.get("x") if isinstance(root, Mapping) else None
    value = answer["documents"][0]["x"]
    if not isinstance(node, Scalar):
        return None if isinstance(value, (dict, list)) else Difference("another structure")
    is_text = isinstance(value, str)
    if node.is_text != is_text:
        theirs = "text" if is_text else type(value).__name__
        return Difference(f"{theirs} there, {'text' if node.is_text else 'no text'} here")
    return Difference("other text") if is_text and node.value != value else None


def _smaller(case: Case) -> Iterator[Case]:
    text = base64.b64decode(case["bytes"]).decode()[3:-1]
    yield from map(_case, smaller_texts(text))


SCALARS = Question("scalar", 20_000, _cases, _compare, _smaller)
