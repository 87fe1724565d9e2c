"""Which of several Secrets the kubelet tries for an image, from their bytes on."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from conformity.docker_config_cases import TYPES, random_config
from conformity.key_cases import Key, hub_key, images_for, random_key
from conformity.question import Answer, Case, Difference, Question, general
from conformity.texts import smaller_texts
from imagelint.facts.model import NamespacedName, Resource
from imagelint.index.definitions import Secret
from imagelint.index.pull_secrets import Credentials
from imagelint.kubelet.docker_config import DockerConfig, Verdict, judge
from imagelint.kubelet.reference import parse_reference
from imagelint.text.places import SourceId, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds

_DOCKER_JSON, _DOCKERCFG = TYPES
_SHORT_TYPES = "the names of Go's types in the text of an error are not restated"


def _cases(random: Random, _: Seeds, count: int) -> Iterator[Case]:
    for _number in range(count):
        made = [_random_secret(random, f"s{number}") for number in range(random.choice((1, 1, 2, 3)))]
        images = images_for(random, [key for _, keys in made for key in keys], 3)
        yield {"op": "keyring", "secrets": [secret for secret, _ in made], "images": images}


def _random_secret(random: Random, name: str) -> tuple[dict[str, object], list[Key]]:
    type_ = random.choice((_DOCKER_JSON, _DOCKER_JSON, _DOCKER_JSON, _DOCKER_JSON, _DOCKERCFG))
    field = TYPES[type_]
    keys = [random_key(random) for _ in range(random.choice((0, 1, 1, 2, 3)))]
    if random.random() < 0.4:
        keys.append(hub_key(random))
    text = random_config(random, type_, [key.text for key in keys])
    if random.random() < 0.03:
        type_ = random.choice(("Opaque", "kubernetes.io/dockerconfigJson", _DOCKERCFG, "kubernetes.io/basic-auth"))
    if random.random() < 0.03:
        field = random.choice((".dockerconfigjson", ".dockercfg", "config.json"))
    return {"name": name, "type": type_, "data": {field: _encoded(text)}}, keys


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _compare(case: Case, answer: Answer) -> Difference | None:
    configs = [_judged(secret) for secret in case["secrets"]]
    if any(config.verdict is Verdict.INVALID for config in configs):
        return None  # the API server stores no such object; another question compares that
    broken = next((config for config in configs if config.verdict is Verdict.BROKEN), None)
    if "error" in answer or broken is not None:
        return compare_errors(broken.reason if broken else None, answer.get("error"))
    secrets = [_defined(secret["name"], config) for secret, config in zip(case["secrets"], configs, strict=True)]
    for image, lookup in zip(case["images"], answer["lookups"], strict=True):
        found = _compare_lookup(secrets, image, lookup)
        if found:
            return found
    return None


def _judged(secret: dict[str, dict[str, str]]) -> DockerConfig:
    data = {key: base64.b64decode(value) for key, value in secret["data"].items()}
    return judge(str(secret["type"]), data)


def _defined(name: str, config: DockerConfig) -> Secret:
    span = Span(1, 1, 1, 1)
    identity = NamespacedName("ns", name)
    resource = Resource("v1", "Secret", "ns", name, 0, span)
    return Secret(SourceId("secrets.yaml"), identity, resource, span, None, config, None, name)


def compare_errors(ours: str | None, theirs: str | None) -> Difference | None:
    """Compare the errors of decoding a docker config, which become the waiting reason of a container."""
    if ours == theirs:
        return None
    if theirs is None:
        return Difference(f"imagelint cannot decode: {general(ours or '')}")
    if ours is None:
        return Difference(f"the kubelet cannot decode: {general(theirs)}")
    if theirs.startswith("json:") and theirs.split()[:4] == ours.split()[:4]:
        return Difference("another text of an error of JSON", _SHORT_TYPES)
    return Difference(f"another error: {general(theirs)} / {general(ours)}")


def _compare_lookup(secrets: list[Secret], image: str, lookup: Answer) -> Difference | None:
    if "image_error" in lookup:
        return Difference("the image is refused there")
    definitions = [[secret] for secret in secrets]
    ours = Credentials(definitions, are_known=True).match(parse_reference(image).normalized)
    tried = {name for name, user in lookup["tried"] if user}
    if (ours.match == "matched") != bool(tried):
        theirs = "matched" if tried else "anonymous" if lookup["found"] else "none"
        return Difference(f"{ours.match} here, {theirs} there")
    return None if {secret.id.name for secret in ours.secrets} == tried else Difference("other secrets are tried")


def _smaller(case: Case) -> Iterator[Case]:
    yield from ({**case, "images": [image]} for image in case["images"] if len(case["images"]) > 1)
    secrets = case["secrets"]
    for position, secret in enumerate(secrets):
        before, after = secrets[:position], secrets[position + 1 :]
        if before or after:
            yield {**case, "secrets": [*before, *after]}
        for key, value in secret["data"].items():
            for shorter in smaller_texts(base64.b64decode(value).decode("utf-8", "replace")):
                smaller = {**secret, "data": {**secret["data"], key: _encoded(shorter)}}
                yield {**case, "secrets": [*before, smaller, *after]}


KEYRING = Question("keyring", 20_000, _cases, _compare, _smaller)
