"""Whether the API server accepts a Secret, and what the kubelet finds in it."""

from __future__ import annotations

import base64
import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any

from conformity.docker_config_cases import TYPES, random_config
from conformity.json_values import is_object
from conformity.key_cases import random_key
from conformity.keyring_question import compare_errors
from conformity.question import Answer, Case, Difference, Question, general
from conformity.texts import mutated, smaller_texts
from imagelint.facts.extract import extract
from imagelint.kubelet.docker_config import DockerConfig, Verdict
from imagelint.text.places import SourceId
from imagelint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from conformity.seeds import Seeds

_NO_TYPES = (
    *("Opaque", "", None, 5, "kubernetes.io/dockerconfigjson ", "kubernetes.io/tls", "kubernetes.io/basic-auth"),
    *("kubernetes.io/service-account-token", "kubernetes.io/ssh-auth", "bootstrap.kubernetes.io/token", "x"),
)
_NO_KEYS = (
    *(".dockerconfigjson", ".dockercfg", "config.json", "", ".", "..", "..a", "a b", "a/b", "é", "x" * 253, "x" * 254),
    *(".DockerConfigJson", "tls.crt", "username", "ssh-privatekey"),
)
_FILLED_IN = "something fills in a placeholder or decrypts the content before the API server reads the object"
_PLACEHOLDER = re.compile(r"\$\{|\$\(|\{\{|ENC\[|<path:")
_BAD_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00")
_ODD_VALUES: tuple[Any, ...] = (None, [], "x", "", 5, {}, True)
_MEBIBYTE = 1024 * 1024


def _cases(random: Random, _: Seeds, count: int) -> Iterator[Case]:
    for secret in _odd_secrets():
        yield _case(secret)
    for _number in range(count):
        yield _case(_random_secret(random))


def _case(secret: dict[str, Any]) -> Case:
    return {"op": "object", "object": secret, "images": ["ghcr.io/org/app", "nginx"]}


def _odd_secrets() -> Iterator[dict[str, Any]]:
    """Secrets with one field of each type that JSON has."""
    for field, value in product(("data", "stringData", "type", "immutable"), _ODD_VALUES):
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, field: value}


def _random_secret(random: Random) -> dict[str, Any]:
    type_ = random.choice([*TYPES, "kubernetes.io/dockerconfigjson"])
    keys = [random_key(random).text for _ in range(random.choice((0, 1, 1, 2)))]
    raw = random_config(random, type_, keys).encode("utf-8", "replace")
    if random.random() < 0.05:
        raw = raw.replace(b"ser", random.choice(_BAD_BYTES))
    field = TYPES[type_] if random.random() < 0.6 else random.choice((*(TYPES[type_],) * 10, *_NO_KEYS))
    secret: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "type": type_}
    if random.random() < 0.3:
        secret["type"] = random.choice(_NO_TYPES)
    if random.random() < 0.03:
        del secret["type"]
    if random.random() < 0.7:
        secret["data"] = {field: _encoded(random, raw)}
    else:
        plain: Any = raw.decode("utf-8", "replace")
        secret["stringData"] = {field: plain if random.random() < 0.93 else random.choice(_ODD_VALUES)}
        if random.random() < 0.3:
            secret["data"] = {field: _encoded(random, raw)}
    _add_odd_fields(random, secret)
    return secret


def _add_odd_fields(random: Random, secret: dict[str, Any]) -> None:
    if random.random() < 0.05:
        large = base64.b64encode(b"x" * random.choice((_MEBIBYTE, _MEBIBYTE - 300))).decode()
        value = large if random.random() < 0.04 else random.choice(("eA==", "!", "", None))
        secret.setdefault("data", {})[random.choice(("other", "ä", "", ".."))] = value
    if random.random() < 0.05:
        field = random.choice(("data", "stringData", "type", "immutable", "metadata", "kind", "data "))
        secret[field if field not in {"kind", "metadata"} else "x"] = random.choice(_ODD_VALUES)


def _encoded(random: Random, raw: bytes) -> Any:  # noqa: ANN401 - anything that JSON can hold
    text = base64.b64encode(raw).decode()
    if random.random() > 0.35:
        return text
    others: tuple[Callable[[], Any], ...] = (
        lambda: text.rstrip("="),
        lambda: text + random.choice(("=", "\n")),
        lambda: f" {text}",
        lambda: text[:-1],
        lambda: re.sub("(.{20})", "\\1\n", text),
        lambda: text.replace("/", "_").replace("+", "-"),
        lambda: raw.decode("utf-8", "replace"),
        lambda: base64.b64encode(text.encode()).decode(),
        lambda: mutated(random, text, "=\n\r \t-_A9é"),
        lambda: random.choice(_ODD_VALUES),
    )
    return random.choice(others)()


def _compare(case: Case, answer: Answer) -> Difference | None:
    text = json.dumps(case["object"])
    facts = extract(Source(SourceId("secret.json"), text.encode()))
    if facts.problems or len(facts.secrets) != 1:
        return Difference("no Secret is found here")
    config = facts.secrets[0].config
    if config is None:
        return Difference("not judged here", _FILLED_IN if _PLACEHOLDER.search(text) else None)
    refusal = _refusal(answer)
    if refusal is not None:
        is_invalid = config.verdict is Verdict.INVALID
        return None if is_invalid else Difference(f"{config.verdict} here, refused there: {general(refusal)}")
    if config.verdict is Verdict.INVALID:
        return Difference(f"refused here, accepted there: {general(config.reason)}")
    return _compare_accepted(config, answer)


def _refusal(answer: Answer) -> str | None:
    if "decode_error" in answer:
        return str(answer["decode_error"])
    # What strict decoding refuses, such as unknown fields, is dropped if a client does not ask for it.
    errors = [f"{field}: {text}" for field, _, text in answer["errors"]]
    return errors[0] if errors else None


def _compare_accepted(config: DockerConfig, answer: Answer) -> Difference | None:
    ours = config.verdict
    if answer["type"] not in TYPES:
        return None if ours is Verdict.IGNORED else Difference(f"{ours} here, ignored there")
    error = answer["kubelet"].get("error")
    if error is not None or ours is Verdict.BROKEN:
        return compare_errors(config.reason if ours is Verdict.BROKEN else None, error)
    has_credentials = any(has_user for has_user, _ in answer["entries"])
    if (ours is Verdict.VALID) != has_credentials:
        return Difference(f"{ours} here, {'credentials' if has_credentials else 'none'} there")
    theirs = sorted((has_user, has_password) for has_user, has_password in answer["entries"])
    here = sorted((entry.has_username, entry.has_password) for entry in config.entries)
    return None if here == theirs else Difference("other entries")


def _smaller(case: Case) -> Iterator[Case]:
    secret = case["object"]
    for part in ("data", "stringData"):
        values = secret.get(part)
        if not is_object(values):
            continue
        for key, value in values.items():
            rest = {name: other for name, other in values.items() if name != key}
            yield {**case, "object": {**secret, part: rest}}
            for shorter in _smaller_values(value, is_encoded=part == "data"):
                yield {**case, "object": {**secret, part: {**values, key: shorter}}}


def _smaller_values(value: object, *, is_encoded: bool) -> Iterator[str]:
    if not isinstance(value, str):
        return
    try:
        plain = base64.b64decode(value, validate=True).decode() if is_encoded else None
    except ValueError:
        plain = None
    if plain is None:
        yield from smaller_texts(value)
    else:
        yield from (base64.b64encode(text.encode()).decode() for text in smaller_texts(plain))


SECRETS = Question("secret", 12_000, _cases, _compare, _smaller)
