"""Secrets and the objects that make them: name, namespace, type, and what they hold for pulls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.json_types import JsonType, is_of
from imagelint.facts.model import NamespacedName, SecretDefinition
from imagelint.kubelet.docker_config import DOCKER_KEYS, DockerConfig, InvalidSecretError, Verdict, judge
from imagelint.kubelet.placeholders import is_placeholder_of_content
from imagelint.text.go_base64 import decode_base64
from imagelint.text.nodes import Mapping, Scalar, Sequence, as_text, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from imagelint.facts.kinds import SecretProducer
    from imagelint.facts.model import Resource
    from imagelint.text.nodes import Node
    from imagelint.text.places import Span, Text

# Annotations with the hosts for which Tekton gives a Secret to its steps (`pkg/credentials/dockercreds`, v1.0).
_OF_STEPS = "tekton.dev/docker-"
# Annotations by which reflector and replicator copy a Secret into other namespaces.
_COPIES = (
    "reflector.v1.k8s.emberstack.com/reflection-",
    "replicator.v1.mittwald.de/replicat",
)
# Annotations by which the vault plugin of Argo CD, or one of the two above, writes the content.
_FILLING = (
    "avp.kubernetes.io/",
    "reflector.v1.k8s.emberstack.com/reflects",
    "replicator.v1.mittwald.de/replicate-from",
)
# Fields of a Secret, and of its metadata, that hold nothing to hide.
_SHOWN = frozenset({"apiVersion", "kind", "type", "immutable"})
_NAMES = frozenset({"name", "namespace", "generateName"})
_FIELD_TYPES = {
    "type": JsonType.STRING,
    "immutable": JsonType.BOOLEAN,
    "data": JsonType.OBJECT,
    "stringData": JsonType.OBJECT,
}
_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type
_ACCOUNT = "kubernetes.io/service-account.name"
# What Flux, Helm, envsubst, SOPS and the vault plugin of Argo CD put in before the API server looks.
_FILLED_IN = r"\$\{|\$\(|\{\{|\AENC\[|<path:"

_NOT_WRONG = frozenset({Verdict.VALID, Verdict.IGNORED})


def secrets_of(node: Mapping, resource: Resource, producers: Iterable[SecretProducer]) -> Iterator[SecretDefinition]:
    """The Secrets that exist in a cluster once this object does."""
    if resource.api_version == "v1" and resource.kind == "Secret":
        yield from _plain_secret(node, resource)
    for producer in producers:
        for item in select(node, producer.items):
            if isinstance(item, Mapping) and _makes_secrets(item, producer):
                yield from _produced(item, resource, producer)


def hidden_spans(secret: Mapping) -> Iterator[Span]:
    """The places in a Secret that no output may show: everything except its identity, regardless of field names.

    An annotation may repeat all of its data. Repeated keys, merge keys and keys that are not text are included.
    """
    for key, value in secret.items:
        name = key.value if isinstance(key, Scalar) else None
        if name == "metadata" and isinstance(value, Mapping):
            yield from _values_but(value, _NAMES)
        elif name not in _SHOWN:
            yield from _values_but(value)
            if name is None:
                yield key.span


def _values_but(node: Node, shown: Container[str] = ()) -> Iterator[Span]:
    """The places of the values of a mapping, else of the node itself."""
    if not isinstance(node, Mapping):
        yield node.span
        return
    for key, value in node.items:
        if not isinstance(key, Scalar):
            yield key.span
        if not (isinstance(key, Scalar) and key.value in shown):
            yield from _values_but(value) if isinstance(value, Mapping) else (value.span,)


def _plain_secret(node: Mapping, resource: Resource) -> Iterator[SecretDefinition]:
    if not resource.name:
        return
    type_ = text(node, "type")
    written = type_.value if type_ else "Opaque"
    annotations = mapping(mapping(node, "metadata"), "annotations")
    pairs = annotations.pairs() if annotations else ()
    config = _config(node, written)
    is_wrong = config is not None and config.verdict not in _NOT_WRONG and config.meant_type is None
    is_template = is_wrong and _is_placeholder(node, written)
    hosts = (value.value for key, value in pairs if key.value.startswith(_OF_STEPS) and isinstance(value, Scalar))
    definition = SecretDefinition(
        NamespacedName(resource.namespace, resource.name),
        resource,
        resource.span,
        type=None if re.search(_FILLED_IN, written) else written,
        config=None if is_template else config,
        is_placeholder=is_template,
        config_span=_config_span(node, written),
        hosts_of_steps=tuple(host.partition("://")[2] or host for host in hosts),
    )
    yield definition
    if annotations and any(key.value.startswith(_COPIES) for key, _ in annotations.pairs()):
        yield definition._replace(id=NamespacedName(None, resource.name), anywhere=True)


def _config(node: Mapping, type_: str) -> DockerConfig | None:
    """What the kubelet makes of the Secret; None if something fills it in, or it is encrypted (SOPS)."""
    if node.get("sops") or re.search(_FILLED_IN, type_) or _is_filled_in(node):
        return None
    try:
        _check_types(node)
        data = {key: _decoded(key, value) for key, value in _pairs(node, "data")}
        data |= {key: _string(key, value).encode("utf-8", "replace") for key, value in _pairs(node, "stringData")}
    except InvalidSecretError as error:
        return DockerConfig(Verdict.INVALID, str(error))
    return judge(type_, data)


def _check_types(node: Mapping) -> None:
    """Raise InvalidSecretError for what cannot be decoded into a Secret, or lacks the annotation of its type."""
    for name, type_ in _FIELD_TYPES.items():
        if not is_of(node.get(name), type_):
            raise InvalidSecretError(f"its `{name}` is not {type_}")
    account = text(mapping(mapping(node, "metadata"), "annotations"), _ACCOUNT)
    if _value(node, "type") == _ACCOUNT_TOKEN and not (account and account.value):
        raise InvalidSecretError(f"it has no annotation `{_ACCOUNT}`, which its type requires")


def _is_filled_in(node: Mapping) -> bool:
    annotations = mapping(mapping(node, "metadata"), "annotations")
    if annotations and any(key.value.startswith(_FILLING) for key, _ in annotations.pairs()):
        return True
    values = [*_pairs(node, "data"), *_pairs(node, "stringData")]
    return any(isinstance(value, Scalar) and re.search(_FILLED_IN, value.value) for _, value in values)


def _is_placeholder(node: Mapping, type_: str) -> bool:
    """Whether the docker config is a placeholder, as written or in base64."""
    key = DOCKER_KEYS.get(type_, "")
    plain, encoded = (text(mapping(node, name), key) for name in ("stringData", "data"))
    if encoded is None or plain is not None:
        return plain is not None and is_placeholder_of_content(plain.value)
    try:
        decoded = decode_base64(encoded.value).decode()
    except ValueError:
        decoded = ""
    return is_placeholder_of_content(encoded.value) or is_placeholder_of_content(decoded)


def _pairs(node: Mapping, name: str) -> list[tuple[str, Node]]:
    values = mapping(node, name)
    return [(key.value, value) for key, value in values.pairs()] if values else []


def _decoded(key: str, value: Node) -> bytes:
    if isinstance(value, Sequence):
        return _listed_bytes(key, value)
    written = _string(key, value)
    try:
        return decode_base64(written)
    except ValueError as error:
        hint = ": plain text belongs under `stringData`" if written.lstrip().startswith("{") else ""
        raise InvalidSecretError(f"`{key}` of its data is not base64 ({error}){hint}") from None


def _listed_bytes(key: str, value: Sequence) -> bytes:
    """The value of a field of bytes that is written as a list of numbers, which Go takes as well."""
    numbers = [item.value for item in value.items if isinstance(item, Scalar) and not item.is_text]
    if len(numbers) < len(value.items) or not all(number.isdecimal() and int(number) < 256 for number in numbers):
        raise InvalidSecretError(f"`{key}` of its data is not a string")
    return bytes(map(int, numbers))


def _string(key: str, value: Node) -> str:
    if isinstance(value, Scalar) and value.is_null:
        return ""
    if not isinstance(value, Scalar) or not value.is_text:
        raise InvalidSecretError(f"`{key}` of its data is not a string")
    return value.value


def _config_span(node: Mapping, type_: str) -> Span:
    """The place of the docker config, by its key; else of the type, else of the name of the Secret."""
    key = DOCKER_KEYS.get(type_)
    for values in (mapping(node, "stringData"), mapping(node, "data")):
        found = values.entry(key) if values and key else None
        if found is not None:
            return found[0].span
    named = node.get("type") or node.get("kind")
    return named.span if named else node.span


def _makes_secrets(item: Mapping, producer: SecretProducer) -> bool:
    return all(_value(item, path) == value for path, value in producer.only_if.items()) and not any(
        _value(item, path) == value for path, value in producer.unless.items()
    )


def _value(node: Mapping, path: str) -> str | None:
    found = select(node, path)
    return found[0].value if found and isinstance(found[0], Scalar) else None


def _produced(item: Mapping, resource: Resource, producer: SecretProducer) -> Iterator[SecretDefinition]:
    written = next((found for path in producer.types if (found := _value(item, path))), "Opaque")
    type_ = written if producer.types else None
    for name in _first(item, producer.names):
        for namespace in _namespaces(item, resource, producer):
            anywhere = namespace is None and (producer.anywhere or resource.kind.startswith("Cluster"))
            identity = NamespacedName(namespace, name.value)
            yield SecretDefinition(identity, resource, name.span, type_, anywhere=anywhere)


def _first(item: Mapping, paths: Iterable[str]) -> list[Text]:
    """The texts at the first path that has any: the later ones are defaults."""
    for path in paths:
        found = [name for child in select(item, path) if (name := as_text(child)) is not None]
        if found:
            return found
    return []


def _namespaces(item: Mapping, resource: Resource, producer: SecretProducer) -> list[str | None]:
    if producer.anywhere:
        return [None]
    stated: list[str | None] = [name.value for name in _first(item, producer.namespaces)]
    if producer.namespaces and resource.kind.startswith("Cluster"):
        return [*stated, None]  # selectors add namespaces that no file states
    return stated or [resource.namespace]
