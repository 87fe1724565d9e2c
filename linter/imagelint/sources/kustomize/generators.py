"""`configMapGenerator` and `secretGenerator`: objects that kustomize makes of files and literals (`api/kv`)."""

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.embedded import may_hold_pods
from imagelint.facts.unit import Remark
from imagelint.sources.kustomize.decoding import is_true
from imagelint.sources.kustomize.fields import (
    AbsentError,
    MissingError,
    RefusedError,
    empty_mapping,
    key_like,
    with_entries,
    with_entry,
    with_field,
    without_entry,
)
from imagelint.sources.kustomize.layout import Parts
from imagelint.sources.kustomize.resource import Resource, value_of
from imagelint.text.nodes import Mapping, Node, Scalar, items, mapping
from imagelint.text.places import Place, Span
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.text.places import SourceId

    Read = Callable[[State, Layer, Scalar], Iterator["_Pair"]]

_QUOTES = frozenset({'""', "''"})
_LINE = 70
_LONGEST = 2**20
# Reading and encoding them takes about as long as a step of the budget.
_BYTES_IN_A_STEP = 1024
# What a key of a generated object costs.
_STEPS_FOR_KEY = 5


class _Pair(NamedTuple):
    """A key and its value."""

    key: str
    content: bytes
    # The node of the kustomization that names them, and the file that they are from, if it is another one.
    source: Scalar
    file: SourceId | None = None
    # The part of the file that the value is; None for all of it.
    span: Span | None = None


def generators(state: State, layer: Layer) -> None:
    """The objects of `configMapGenerator` and `secretGenerator`."""
    for field, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for key, entry in layer.entries(field):
            with state.attempt(layer.place(entry)):
                generated = generate(state, layer, entry, key, kind, mapping(layer.node, "generatorOptions"))
                absorb(state, generated)


def generate(state: State, layer: Layer, entry: Mapping, key: str, kind: str, common: Mapping | None) -> Resource:
    """The object of one entry. Raises RefusedError if it has no name."""
    name = layer.scalar("name", entry)
    if name is None:
        raise RefusedError("a generated object needs a name")
    node = _skeleton(state, layer, entry, key, kind, name)
    data, binary = dict[str, Node](), dict[str, Node]()
    before = len(state.unread)
    for pair in _pairs(state, layer, entry):
        if kind == "ConfigMap" and _is_text(pair.content):
            data[pair.key] = _text(state, pair, layer.origin(pair.source, key))
        else:
            value = _encoded(pair.content)
            scalar = state.make(value, Parts.one(layer.origin(pair.source, key))) if len(value) <= _LONGEST else None
            (binary if kind == "ConfigMap" else data)[pair.key] = scalar or pair.source
    for field, entries in (("binaryData", binary), ("data", data)):
        if entries or (kind == "Secret" and field == "data"):
            node = with_entry(node, field, with_entries(empty_mapping(node), entries.items()))
    own = mapping(entry, "options")
    node = _with_metadata(node, own, common)
    is_hashed = not (is_true(own, "disableNameSuffixHash") or is_true(common, "disableNameSuffixHash"))
    is_open = len(state.unread) > before
    return Resource(node).generated(needs_hash=is_hashed, behavior=value_of(entry, "behavior"), is_open=is_open)


def _text(state: State, pair: _Pair, origin: Origin) -> Scalar:
    """The value of a ConfigMap: on the lines of its file if it may hold a pod, and where it is written in it."""
    value = pair.content.decode()
    if pair.file is not None and pair.span is None and may_hold_pods(value):
        scalar, segment = state.layout.file(pair.file, value)
        state.segments.add(segment)
        return scalar
    if pair.file is not None and pair.span is not None:
        origin = Origin(Place(pair.file, pair.span), Role.VALUE, pair.key)
    return state.make(value, Parts.one(origin)) if len(value) <= _LONGEST else pair.source


def _skeleton(state: State, layer: Layer, entry: Mapping, key: str, kind: str, name: Scalar) -> Mapping:
    named = layer.value(state, name, f"{key}.name")
    node = empty_mapping(named)
    node = with_entry(node, "apiVersion", key_like("v1", named))
    node = with_entry(node, "kind", key_like(kind, named))
    node = with_field(node, ("metadata", "name"), named)
    namespace = layer.scalar("namespace", entry)
    if namespace is not None:
        node = with_field(node, ("metadata", "namespace"), layer.value(state, namespace, f"{key}.namespace"))
    if kind == "Secret":
        type_ = layer.scalar("type", entry)
        value = layer.value(state, type_, f"{key}.type") if type_ else key_like("Opaque", named)
        node = with_entry(node, "type", value)
    return node


def _with_metadata(node: Mapping, own: Mapping | None, common: Mapping | None) -> Mapping:
    """The labels and annotations of options, those of the entry before those of all."""
    for options in (common, own):
        for field in ("labels", "annotations"):
            found = mapping(options, field)
            pairs = found.pairs() if found else ()
            texts = [(key.value, key_like(value.value, node)) for key, value in pairs if isinstance(value, Scalar)]
            if texts:
                old = mapping(mapping(node, "metadata"), field) or empty_mapping(node)
                node = with_field(node, ("metadata", field), with_entries(old, texts))
    return node


def _pairs(state: State, layer: Layer, entry: Mapping) -> Iterator[_Pair]:
    """The keys of an object with their values; a source that cannot be read is reported."""
    known: set[str] = set()
    for sources, read in ((("envs", "env"), _of_env), (("literals",), _of_literal), (("files",), _of_file)):
        for source in _texts(entry, *sources):
            with state.attempt(layer.place(source)):
                for pair in _read(read, state, layer, source):
                    if pair.key in known:
                        raise RefusedError(f"several sources have the key `{pair.key}`")
                    known.add(pair.key)
                    state.budget.spend(_STEPS_FOR_KEY)
                    yield pair


def _read(read: Read, state: State, layer: Layer, source: Scalar) -> list[_Pair]:
    """What one source gives; nothing of a file that is not here, as those of Secrets are seldom committed."""
    try:
        return [*read(state, layer, source)]
    except MissingError as error:
        state.unread[Remark(layer.place(source), error.message, path=error.path)] = None
        return []


def _texts(entry: Mapping, *keys: str) -> Iterator[Scalar]:
    for key in keys:
        value = entry.get(key)
        found = [value] if isinstance(value, Scalar) else items(entry, key)
        yield from (item for item in found if isinstance(item, Scalar) and item.value)


def _of_literal(state: State, layer: Layer, source: Scalar) -> Iterator[_Pair]:
    del state, layer
    key, equals, value = source.value.partition("=")
    if not equals or not key:
        raise RefusedError("a literal is `key=value`")
    is_quoted = len(value) > 1 and value[0] + value[-1] in _QUOTES
    yield _Pair(key, (value[1:-1] if is_quoted else value).encode("utf-8", "surrogatepass"), source)


def _of_file(state: State, layer: Layer, source: Scalar) -> Iterator[_Pair]:
    key, equals, path = source.value.rpartition("=")
    if equals and not (key and path):
        raise RefusedError("a file is `path` or `key=path`")
    file = layer.files.at(layer.folder, path)
    yield _Pair(key or posixpath.basename(path), _content(state, layer, source, path), source, file.id)


def _of_env(state: State, layer: Layer, source: Scalar) -> Iterator[_Pair]:
    file = layer.files.at(layer.folder, source.value)
    lines = _content(state, layer, source, source.value).decode("utf-8", "replace").split("\n")
    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\r")
        if text.strip() and not text.lstrip().startswith("#"):
            key, _, value = text.lstrip().partition("=")
            span = Span(number, len(text) - len(value) + 1, number, len(text) + 1)
            yield _Pair(key, value.encode("utf-8", "surrogatepass"), source, file.id, span)


def _content(state: State, layer: Layer, source: Scalar, path: str) -> bytes:
    state.budget.spend(1)  # nothing more is read once too much was spent
    file = layer.files.at(layer.folder, path)
    content = layer.files.read_data(file, path)
    state.budget.spend(len(content) // _BYTES_IN_A_STEP)
    state.sources.add(file.id)
    layer.demand_below(state, file, source, path)
    return content


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _encoded(content: bytes) -> str:
    """Base64 in lines (`kyaml/yaml/datamap.go`)."""
    text = base64.b64encode(content).decode()
    if len(text) <= _LINE:
        return text
    return "".join(f"{text[start : start + _LINE]}\n" for start in range(0, len(text), _LINE))


def absorb(state: State, generated: Resource) -> None:
    """Add a generated object, or merge it with one that is there. Raises RefusedError (`appendReplaceOrMerge`)."""
    found = state.matching(generated.id)
    is_new = generated.behavior not in {"merge", "replace"}
    if len(found) > 1:
        raise RefusedError(f"several objects `{generated.id}` could be meant")
    if not found:
        if is_new or state.is_partial:
            state.resources.append(generated)
        if not is_new:
            raise AbsentError(f"there is no object `{generated.id}` to {generated.behavior}")
    elif is_new:
        raise RefusedError(f"the object `{generated.id}` exists: `behavior` must be `merge` or `replace`")
    else:
        merged = _merged(state.resources[found[0]], generated)
        # It was found by any of its identities, and is replaced by the present one, which a patch may have changed.
        if state.resources[found[0]].id.key != merged.id.key:
            raise RefusedError(f"there is no object `{merged.id}` to {generated.behavior} any more")
        state.resources[found[0]] = merged


def _merged(old: Resource, new: Resource) -> Resource:
    node = new.node
    if new.behavior == "merge":
        for field in ("data", "binaryData"):
            node = _united(node, mapping(old.node, field), mapping(new.node, field), field)
    metadata = _metadata(mapping(old.node, "metadata"), mapping(new.node, "metadata"))
    node = with_entry(node, "metadata", metadata) if metadata is not None else node
    is_hashed = old.needs_hash and new.needs_hash
    return old.changed(node).generated(needs_hash=is_hashed, behavior=old.behavior, is_open=old.is_open or new.is_open)


def _united(node: Mapping, old: Mapping | None, new: Mapping | None, field: str) -> Mapping:
    entries = [(key.value, value) for key, value in new.pairs()] if new else []
    united = with_entries(old or empty_mapping(node), entries) if old or entries else None
    return with_entry(node, field, united) if united is not None and united.nodes else node


def _metadata(old: Mapping | None, new: Mapping | None) -> Mapping | None:
    """The metadata of the old object, with the labels and annotations of the new one on top."""
    if old is None or new is None:
        return old or new
    merged = old
    for field in ("labels", "annotations"):
        found: Node | None = new.get(field)
        if isinstance(found, Mapping) and found.nodes:
            texts = ((key.value, value) for key, value in found.pairs())
            merged = with_entry(merged, field, with_entries(mapping(merged, field) or empty_mapping(found), texts))
    return merged if old.get("namespace") is not None else without_entry(merged, "namespace")
