"""`replacements`: values of fields that are copied to other fields (`api/filters/replacement`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark
from imagelint.sources.kustomize.decoding import decode, is_true
from imagelint.sources.kustomize.field_paths import Setter, look_up, split_field_path
from imagelint.sources.kustomize.fields import AbsentError, RefusedError, as_object, is_made, is_null, key_like
from imagelint.sources.kustomize.json_patch import is_bounded
from imagelint.sources.kustomize.layout import Parts
from imagelint.sources.kustomize.resource import DEFAULT_NAMESPACE, is_secret, value_of
from imagelint.sources.kustomize.selectors import Selector
from imagelint.text.nodes import BOOLEANS, NULLS, Mapping, Node, Scalar, Sequence, is_integer, is_number, items, mapping
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.resource import ResId, Resource
    from imagelint.sources.kustomize.state import State
    from imagelint.text.places import Place
    from imagelint.text.trace import Origin

_DEFAULT_PATH = "metadata.name"
# What a value that is not a text can become.
_FITTING = {"null": {"null"}, "boolean": {"boolean"}, "integer": {"integer"}, "number": {"integer", "number"}}


def replacements(state: State, layer: Layer) -> None:
    """`replacements`, inline and in files."""
    for key, entry in layer.entries("replacements"):
        with state.attempt(layer.place(entry)):
            path = layer.scalar("path", entry)
            if path is None:
                replace(state, layer, entry, key)
            elif entry.get("source") is not None or items(entry, "targets"):
                raise RefusedError("a replacement has either `path` or its content")
            else:
                _replace_from_file(state, layer, path)


def _replace_from_file(state: State, layer: Layer, path: Scalar) -> None:
    documents = layer.load(state, path, Role.VALUE)

    def place(node: Node) -> Place:
        return documents.segment.origin(node.span).place

    inner = layer._replace(place=place)
    for node in documents.nodes[:1]:
        entries = node.items if isinstance(node, Sequence) else [node]
        for number, entry in enumerate(entries):
            with state.attempt(place(entry)):
                if not isinstance(entry, Mapping):
                    raise RefusedError("a replacement is a mapping")
                decoded = decode(entry, "Replacement", lambda _, __: None, is_strict=False)
                replace(state, inner, decoded, f"[{number}]")


def replace(state: State, layer: Layer, entry: Mapping, key: str) -> None:
    """One replacement. Raises RefusedError."""
    targets = entry.get("targets")
    source, text = mapping(entry, "source"), entry.get("sourceValue")
    if (source is None and text is None) or not isinstance(targets, Sequence):
        raise RefusedError("a replacement needs a source and at least one target")
    if isinstance(text, Scalar) and source is not None:
        raise RefusedError("a replacement has either `source` or `sourceValue`")
    own = layer.value(state, text, f"{key}.sourceValue") if isinstance(text, Scalar) else None
    value = _Value(own) if own is not None else _source_value(state, source)
    for target in targets.items:
        with state.attempt(layer.place(target)):
            _set_targets(state, layer, target, value)


class _Value:
    """The value of a source, which changes with the source if that is a target, too."""

    __slots__ = ("is_secret", "node", "source")

    def __init__(self, node: Node, source: ResId | None = None, *, is_secret: bool = False) -> None:
        self.node = node
        # The object that it is from: a patch may have written the same node into several.
        self.source = source
        self.is_secret = is_secret

    def as_seen_by(self, resource: Resource, state: State) -> _Value:
        """The value for a target: outside of Secrets, that of a Secret is not known, as messages repeat what is."""
        if not self.is_secret or resource.id.kind == "Secret":
            return self
        return _Value(state.make_unknown(key_like("", self.node)))


def _source_value(state: State, source: Mapping | None) -> _Value:
    resource = _only(state, source)
    path = value_of(source, "fieldPath") or _DEFAULT_PATH
    keys = split_field_path(path)
    found = look_up(resource.node, keys)
    if found is None and resource.may_have(keys):
        return _Value(state.make_unknown(key_like("", resource.node)), resource.id)
    if found is None or is_null(found) or not _has_content(found):
        raise AbsentError(f"`{resource.id}` has no `{path}` for this replacement")
    options = mapping(source, "options")
    delimiter = value_of(options, "delimiter")
    if not delimiter:
        return _Value(found, resource.id, is_secret=is_secret(resource, found))
    if not isinstance(found, Scalar):
        raise RefusedError("only a text has a delimiter")
    pieces, number = found.value.split(delimiter), _number(options, "index")
    if not 0 <= number < len(pieces):
        raise RefusedError(f"`options.index` {number} is out of bounds")
    piece = state.make(pieces[number], state.parts(found), plain=_is_untyped(state, found))
    return _Value(piece, is_secret=is_secret(resource, found))


def _demand_fit(state: State, old: Scalar, text: str) -> None:
    """Raises RefusedError for a text that is not of the type that a file gives to what it replaces."""
    is_typed = old.plain and state.is_written(old) and not is_made(old)
    if is_typed and _type(text) not in _FITTING.get(_type(old.value), {_type(text)}):
        raise RefusedError("this value has another type than what it replaces")


def _type(text: str) -> str:
    """The type of a plain scalar for go-yaml v3, for which `yes` is a text."""
    if text in NULLS:
        return "null"
    if text in BOOLEANS and text.lower() in {"true", "false"}:
        return "boolean"
    if is_integer(text):
        return "integer"
    return "number" if is_number(text) else "text"


def _is_untyped(state: State, scalar: Scalar) -> bool:
    """Whether YAML finds the type of another value, too: what a file has as text stays text (the tag of go-yaml)."""
    return scalar.plain and not (scalar.is_text and state.is_written(scalar))


def _has_content(node: Node) -> bool:
    return bool(node.nodes if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else True)


def _only(state: State, source: Mapping | None) -> Resource:
    """The object that a source selects: by exact names, one of which may be a former one."""
    fields = [value_of(source, key) for key in ("group", "version", "kind", "name", "namespace")]
    state.budget.spend(1 + len(state.resources) // 5)
    found = [resource for resource in state.resources if any(_is_selected(id_, fields) for id_ in resource.ids)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RefusedError("the source of this replacement selects several objects")
    raise AbsentError("the source of this replacement selects no object", state.nearest(fields[3]))


def _is_selected(id: ResId, fields: list[str]) -> bool:  # noqa: A002 - the field of a resource
    group, version, kind, name, namespace = fields
    has_type = group in {"", id.group} and version in {"", id.version} and kind in {"", id.kind}
    # Here kustomize does not care whether the type has namespaces.
    return has_type and name in {"", id.name} and namespace in {"", id.namespace or DEFAULT_NAMESPACE}


def _number(options: Mapping | None, key: str) -> int:
    try:
        return int(value_of(options, key) or "0", 0)
    except ValueError:
        return 0


def _set_targets(state: State, layer: Layer, target: Node, value: _Value) -> None:
    selected = mapping(target, "select")
    if selected is None:
        raise RefusedError("the target of a replacement needs `select`")
    selector = Selector(selected)
    rejected = [Selector(node) for node in items(target, "reject") if isinstance(node, Mapping)]
    options = mapping(target, "options")
    paths = [path for path in items(target, "fieldPaths") if isinstance(path, Scalar)]
    state.budget.spend(len(state.resources) * (selector.cost + sum(other.cost for other in rejected)))
    is_found = False
    for number, resource in enumerate(state.resources):
        if _is_target(resource, selector, rejected):
            is_found = True
            node, own = resource.node, value.as_seen_by(resource, state)
            for path in [path.value for path in paths] or [_DEFAULT_PATH]:
                node = _set(state, node, path, options, own, resource)
            state.resources[number] = resource.changed(node)
    name = value_of(selected, "name")
    if name and not is_found:
        state.miss(Remark(layer.place(selected), f"this replacement matches no object{state.nearest(name)}"))


def _is_target(resource: Resource, selector: Selector, rejected: list[Selector]) -> bool:
    if not selector.has_metadata(resource):
        return False
    if any(other.selects_metadata and other.has_metadata(resource) for other in rejected):
        return False
    ids = resource.ids
    if any(not other.is_empty and any(other.has_id(id_) for id_ in ids) for other in rejected):
        return False
    return any(selector.has_id(id_) for id_ in ids)


def _set(state: State, node: Mapping, path: str, options: Mapping | None, value: _Value, resource: Resource) -> Mapping:
    """An object with the value at one path; `node` is what the paths before made of it. Raises RefusedError."""
    parts = split_field_path(path)
    is_source = resource.id == value.source
    if not is_bounded(value.node, len(parts)):
        raise RefusedError("this replacement makes an object too large")

    def change(old: Node) -> Node:
        new = _combined(state, old, value.node, options)
        value.node = new if is_source and old is value.node else value.node
        return new

    setter = Setter(change, value.node if is_true(options, "create") else None)
    changed = setter.set(node, parts)
    if not setter.count and not resource.may_have(parts):
        raise AbsentError(f"the target of this replacement has no `{path}`")
    return as_object(changed)


def _combined(state: State, old: Node, value: Node, options: Mapping | None) -> Node:
    """What a field becomes: a text keeps its type, and with a delimiter only a piece of it changes."""
    delimiter = value_of(options, "delimiter")
    if not isinstance(old, Scalar) or not isinstance(value, Scalar):
        if delimiter:
            raise RefusedError("only a text has a delimiter")
        return value
    if state.is_unknown(value):
        return state.make_unknown(old)
    own, new, is_untyped = state.parts(old), state.parts(value), _is_untyped(state, old)
    others = tuple(dict.fromkeys((*new.others, *own.others)))
    if not delimiter:
        _demand_fit(state, old, value.value)
        return value if old is value else state.make(value.value, new._replace(others=others), plain=is_untyped)
    pieces, number = old.value.split(delimiter), _number(options, "index")
    if number < 0:
        pieces.insert(0, value.value)
    else:
        pieces[number : number + 1] = [value.value]
    is_last = number >= len(pieces) - 1
    parts = _piece(own, new.whole, delimiter, is_first=number <= 0, is_last=is_last)
    text = delimiter.join(pieces)
    _demand_fit(state, old, text)
    return state.make(text, parts._replace(others=others), plain=is_untyped)


def _piece(old: Parts, new: Origin, delimiter: str, *, is_first: bool, is_last: bool) -> Parts:
    """Who decides an image that a piece was put into."""
    if delimiter == ":":
        return old._replace(whole=new, name=new) if is_first else old._replace(whole=new, tag=new)
    if delimiter == "@":
        return old._replace(whole=new, name=new) if is_first else old._replace(whole=new, digest=new)
    return Parts.one(new)._replace(is_known=old.is_known) if is_last else old._replace(whole=new, name=new)
