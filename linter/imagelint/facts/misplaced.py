"""Image pull fields at places where the API does not define them: they are dropped, or the object is rejected.

Source: Kubernetes v1.36 `staging/src/k8s.io/api/core/v1/types.go` (PodSpec, Container, ServiceAccount).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.facts.json_types import JsonType, is_of, json_type
from imagelint.facts.kinds import core_kinds
from imagelint.facts.podspecs import CONTAINER_LISTS, is_mirror, pull_secret_names, service_account_name
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, as_text, items, mapping, text
from imagelint.text.places import Text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Resource

_NAME = r"[a-z][a-z0-9.-]*"
_SECRETS, _POLICY, _IMAGE = "imagePullSecrets", "imagePullPolicy", "image"
_POD: dict[str, JsonType] = dict.fromkeys(("serviceAccountName", "serviceAccount"), JsonType.STRING)
_CONTAINER: dict[str, JsonType] = dict.fromkeys((_IMAGE, _POLICY), JsonType.STRING)
_METADATA: dict[str, JsonType] = dict.fromkeys(("name", "namespace"), JsonType.STRING)
_ALL = (_SECRETS, _POLICY, _IMAGE)
_IMAGE_VOLUME = {"reference": JsonType.STRING, "pullPolicy": JsonType.STRING}


class MisplacedField(NamedTuple):
    """A field of image pulls where the API server has none of that name."""

    resource: Resource
    container: str | None
    key: Text
    problem: str
    remedy: str
    # What to write for `key` if that is all.
    repair: str | None = None
    # The API server rejects the object; otherwise it drops the field.
    is_rejected: bool = False
    # `key` is an entry of a list, and the repair a mapping that takes the place of its quotes as well.
    is_entry: bool = False


def misplaced_in_pod(node: Mapping, resource: Resource, kind: str) -> Iterator[MisplacedField]:
    """The misplaced fields of an object of a core kind, from its root down to its containers."""
    path = core_kinds().pod_specs[kind]
    around: Node | None = node
    above = ""
    yield from _wrong_types(mapping(node, "metadata"), resource, _METADATA)
    for key in path.split("."):
        place = f"`{above}`" if above else "the object"
        yield from _check(around, resource, place, path, allowed=())
        yield from _check(mapping(around, "metadata"), resource, f"the metadata of {place}", path, allowed=())
        around = around.get(key) if isinstance(around, Mapping) else None
        above = f"{above}.{key}" if above else key
    if resource.kind == "Pod" and is_mirror(mapping(node, "metadata")):
        yield from _check_mirror(around, resource)
    yield from _check(around, resource, f"the pod (`{path}`)", path, allowed=(_SECRETS,))
    yield from _wrong_types(around, resource, _POD)
    yield from _entries(around, resource)
    for volume in items(around, "volumes"):
        yield from _check_volume(volume, resource)
    yield from _not_containers(around, resource)
    for key, _ in CONTAINER_LISTS:
        for container in items(around, key):
            yield from _check_container(container, resource, f"{path}.{key}[]", path)


def _check_mirror(spec: Node | None, resource: Resource) -> Iterator[MisplacedField]:
    """The references of a mirror pod, for which admission refuses it (v1.36 `serviceaccount/admission.go`)."""
    named = service_account_name(spec) if isinstance(spec, Mapping) else None
    secrets = pull_secret_names(spec) if isinstance(spec, Mapping) else ()
    for name, field in ((named, "a service account"), *((name, "a pull secret") for name in secrets)):
        if name is not None and name.value:
            problem = f"a mirror pod may not name {field}, here `{name.value}`"
            remedy = "apply a Pod without the annotation `kubernetes.io/config.mirror`, which a kubelet sets"
            yield MisplacedField(resource, None, name, problem, remedy, is_rejected=True)


def misplaced_in_account(node: Mapping, resource: Resource) -> Iterator[MisplacedField]:
    """The misplaced fields of a ServiceAccount, which has its list at the top."""
    yield from _check(node, resource, "the service account", "", allowed=(_SECRETS,), about=(_SECRETS,))
    for key in ("spec", "metadata"):
        yield from _check(mapping(node, key), resource, f"`{key}`", "", allowed=(), about=(_SECRETS,))
    yield from _entries(node, resource)


def _check(
    node: Node | None,
    resource: Resource,
    place: str,
    pod: str,
    *,
    allowed: tuple[str, ...],
    about: tuple[str, ...] = _ALL,
) -> Iterator[MisplacedField]:
    if not isinstance(node, Mapping):
        return
    keys = node.by_key()
    found = [(key, meant) for key in keys if key not in allowed and (meant := _meant(key)) in about]
    if not found:  # as in most
        return
    spellings = Counter(map(_meant, keys))
    for name, meant in found:
        key = keys[name][0]
        is_at_home = meant in allowed
        remedy = f"rename it to `{meant}`" if is_at_home else f"move it to {_home(meant, pod)}"
        if is_at_home and spellings[meant] > 1:
            remedy = f"keep one of the {spellings[meant]} spellings and rename it to `{meant}`"
        repair = meant if is_at_home and spellings[meant] == 1 else None
        problem = f"`{key.value}` is not a field of {place}"
        yield MisplacedField(resource, None, Text(key.value, key.span), problem, remedy, repair)


def _check_container(node: Node, resource: Resource, path: str, pod: str) -> Iterator[MisplacedField]:
    found = [
        *_check(node, resource, f"a container (`{path}`)", pod, allowed=(_IMAGE, _POLICY)),
        *_wrong_types(node, resource, _CONTAINER),
    ]
    name = text(node, "name") if found else None
    yield from (field._replace(container=name.value if name else None) for field in found)


def _not_containers(spec: Node | None, resource: Resource) -> Iterator[MisplacedField]:
    """Fields of containers without a list, and entries of another type; their images are not read."""
    for key, _ in CONTAINER_LISTS:
        value = spec.get(key) if isinstance(spec, Mapping) else None
        if value is None or _is_left_open(value):
            continue
        if not isinstance(value, Sequence):
            problem, remedy = f"`{key}` is not a list", "write a list of containers: `- name: NAME`"
            yield MisplacedField(resource, None, Text(key, value.span), problem, remedy, is_rejected=True)
            continue
        for item in value.items:
            if not isinstance(item, Mapping) and not _is_left_open(item):
                problem = f"an entry of `{key}` is {json_type(item)}"
                remedy = "an entry is a mapping with `name` and `image`"
                yield MisplacedField(resource, None, Text(key, item.span), problem, remedy, is_rejected=True)


def _is_left_open(value: Node) -> bool:
    """Whether a value is null, or a placeholder for something else."""
    return isinstance(value, Scalar) and (value.is_null or find_placeholder(value.value) is not None)


def _check_volume(volume: Node, resource: Resource) -> Iterator[MisplacedField]:
    """The fields of an OCI image volume; the `image` of other volumes is deeper down."""
    yield from _wrong_types(volume, resource, {_IMAGE: JsonType.OBJECT})
    source = mapping(volume, _IMAGE)
    yield from _wrong_types(source, resource, _IMAGE_VOLUME)
    for key, _ in source.pairs() if source else ():
        if key.value not in _IMAGE_VOLUME:
            fields = " and ".join(f"`{name}`" for name in _IMAGE_VOLUME)
            problem = f"`{key.value}` is not a field of an image volume"
            yield MisplacedField(resource, None, Text(key.value, key.span), problem, f"an image volume has {fields}")


def _wrong_types(node: Node | None, resource: Resource, types: dict[str, JsonType]) -> Iterator[MisplacedField]:
    """Fields whose value the API server cannot decode, since it has another type in JSON."""
    for key, type_ in types.items():
        value = node.get(key) if isinstance(node, Mapping) else None
        if value is None or is_of(value, type_):
            continue
        if isinstance(value, Scalar):
            written = Text(value.value, value.span)
            problem = f"YAML reads `{value.value}` as {json_type(value)}, but `{key}` must be {type_}"
        else:
            written = Text(key, value.span)
            problem = f"`{key}` is {json_type(value)}, but must be {type_}"
        remedy = f'put it in quotes: "{written.value}"' if isinstance(value, Scalar) else f"write {type_}"
        if key == _IMAGE and isinstance(value, Scalar):
            remedy = f"write the full image name, or {remedy}"
        yield MisplacedField(resource, None, written, problem, remedy, is_rejected=True)


@lru_cache(maxsize=4096)
def _meant(key: str) -> str | None:
    """The field that someone means with a key: pods have no other fields about images and pulls than the three."""
    name = key.lower().replace("_", "").replace("-", "")
    if "pull" not in name and not name.startswith("image"):
        return None
    if "secret" in name:
        return _SECRETS
    return _POLICY if "polic" in name else _IMAGE


def _home(meant: str, pod: str) -> str:
    if meant == _SECRETS:
        return f"`{pod}.{_SECRETS}`, which applies to all containers of the pod" if pod else "the top of the object"
    return f"each container that needs it (`{pod}.containers[].{meant}`)"


def _entries(node: Node | None, resource: Resource) -> Iterator[MisplacedField]:
    """Entries of a list of pull secrets that are not exactly `{name: …}`."""
    found = node.entry(_SECRETS) if isinstance(node, Mapping) else None
    if found is None:
        return
    key, value = found
    if isinstance(value, Mapping) or (isinstance(value, Scalar) and not value.is_null):
        problem = f"`{_SECRETS}` is not a list"
        remedy = f"write it as a list:\n{_list(value)}"
        written = as_text(value) or text(value, "name") or Text(key.value, key.span)
        yield MisplacedField(resource, None, written, problem, remedy, is_rejected=True)
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item, Scalar) and not item.is_null:
            problem = f"entry `{item.value}` of `{_SECRETS}` is {json_type(item)}"
            remedy = f"write an object with a name:\n{_list(item)}"
            written = Text(item.value, item.span)
            repair = _as_entry(item)
            yield MisplacedField(resource, None, written, problem, remedy, repair, is_rejected=True, is_entry=True)
        elif isinstance(item, Sequence):
            problem = f"an entry of `{_SECRETS}` is a list"
            remedy = f"an entry is an object with a name:\n{_list(item)}"
            yield MisplacedField(resource, None, Text(_SECRETS, item.span), problem, remedy, is_rejected=True)
        elif isinstance(item, Mapping):
            yield from _wrong_types(item, resource, {"name": JsonType.STRING})
            yield from _extra_fields(item, resource)


def _extra_fields(entry: Mapping, resource: Resource) -> Iterator[MisplacedField]:
    for extra, _ in entry.pairs():
        if extra.value != "name":
            problem = f"an entry of `{_SECRETS}` has no field `{extra.value}`"
            remedy, repair = _remedy_of_entry(extra, entry)
            yield MisplacedField(resource, None, Text(extra.value, extra.span), problem, remedy, repair)


def _list(value: Node) -> str:
    name = value.value if isinstance(value, Scalar) else (text(value, "name") or Text("NAME", value.span)).value
    return f"{_SECRETS}:\n  - name: {name}"


def _as_entry(item: Scalar) -> str | None:
    """The entry that a string was meant to be; quoted if the string is, which JSON requires."""
    if not item.is_text or not re.fullmatch(_NAME, item.value):
        return None
    return f"{{name: {item.value}}}" if item.plain else f'{{"name": "{item.value}"}}'


def _remedy_of_entry(extra: Scalar, entry: Mapping) -> tuple[str, str | None]:
    """The remedy for an unknown field of an entry, and the new key if renaming it is enough."""
    if extra.value == "namespace":
        remedy = "remove it: pull secrets are always read from the namespace of the pod, so the Secret must exist there"
        return remedy, None
    others = [key for key, _ in entry.pairs() if key.value != "namespace"]
    if others == [extra] and text(entry, extra.value) is not None:
        return "rename it to `name`", "name"
    return "remove it: an entry only has a `name`", None
