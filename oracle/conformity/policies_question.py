"""The effective pull policy of each container, and the pull secrets and the account of a pod."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformity.object_cases import random_object, smaller_objects
from conformity.question import Answer, Case, Difference, Question, general
from imagelint.facts.extract import extract
from imagelint.index.index import Index
from imagelint.kubelet.pull_policy import POLICIES as NAMES
from imagelint.kubelet.pull_policy import effective_policy
from imagelint.kubelet.reference import ImageReference, InvalidReferenceError, parse_reference
from imagelint.text.places import SourceId
from imagelint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds
    from imagelint.facts.model import Container


def _cases(random: Random, seeds: Seeds, count: int) -> Iterator[Case]:
    for _ in range(count):
        yield {"op": "object", "object": random_object(random, seeds, is_odd=False)}


def _compare(case: Case, answer: Answer) -> Difference | None:
    if "containers" not in answer:
        return Difference(f"not decoded there: {general(str(answer))}")
    index = Index({SourceId("x.json"): extract(Source(SourceId("x.json"), json.dumps(case["object"]).encode()))})
    if len(index.pods) != 1:
        return Difference(f"{len(index.pods)} pods here")
    spec = index.pods[0].spec
    ours = [(one.type.value, one.name or "", one.image.value if one.image else "") for one in spec.containers]
    if ours != [(type_, name, image) for type_, name, image, _ in answer["containers"]]:
        return Difference("other containers")
    for container, (_, _, image, policy) in zip(spec.containers, answer["containers"], strict=True):
        found = _compare_policy(container, image, policy)
        if found:
            return found
    if [secret.value for secret in spec.pull_secrets] != answer["pull_secrets"]:
        return Difference("other pull secrets")
    account = spec.service_account.value if spec.service_account else ""
    return None if account == answer["account"] else Difference("another account")


def _compare_policy(container: Container, image: str, theirs: str) -> Difference | None:
    if container.type == "volume" and not image and not theirs:
        return None  # without a reference nothing is pulled, and no policy is set
    ours = effective_policy(_parsed(image), container.pull_policy.value if container.pull_policy else None)
    if ours is None:
        return Difference(f"policy refused here, {theirs} there") if theirs in NAMES else None
    return None if ours == theirs else Difference(f"{container.type} with {ours} here, {theirs or 'none'} there")


def _parsed(image: str) -> ImageReference | None:
    try:
        return parse_reference(image)
    except InvalidReferenceError:
        return None


def _smaller(case: Case) -> Iterator[Case]:
    yield from ({**case, "object": smaller} for smaller in smaller_objects(case["object"]))


POLICIES = Question("policy", 6_000, _cases, _compare, _smaller)
