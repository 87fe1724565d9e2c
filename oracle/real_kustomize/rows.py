"""What a set of objects deploys, as rows that two builds of a kustomization have to share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from conformity.stream_reading import read_documents
from imagelint.text.nodes import Mapping, Scalar, Sequence, items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.text.nodes import Node

# The image of a container whose text imagelint does not know.
UNKNOWN = "?"
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class Row(NamedTuple):
    """A container with what the kubelet pulls its image with, or an object, whose other fields are empty."""

    kind: str
    name: str
    namespace: str
    # The key path of the list that the container is in: `spec.template.spec.containers`.
    path: str = ""
    container: str = ""
    image: str = ""
    # Of the pod, or else of its service account.
    pull_secrets: tuple[str, ...] = ()
    account: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What distinguishes a container from others."""
        return self[:5]

    @classmethod
    def of(cls, values: list[Any]) -> Row:
        """The row that a list of JSON values is."""
        kind, name, namespace, path, container, image, pull_secrets, account = values
        return cls(kind, name, namespace, path, container, image, tuple(pull_secrets), account)


def read_rows(text: bytes) -> list[Row]:
    """The rows of the objects in a stream of YAML. Raises ValueError where a document cannot be read."""
    documents = [*read_documents(text)]
    objects = [node for node in documents if isinstance(node, Mapping)]
    if len(objects) < len(documents):
        raise ValueError(f"a document is not an object: {documents}")
    return rows(objects)


def rows(objects: Iterable[Mapping], unknown_lines: frozenset[int] = frozenset()) -> list[Row]:
    """A row for each object and for each of its containers, sorted; images on unknown lines are `UNKNOWN`."""
    objects = [*objects]
    accounts = {
        (_text(mapping(one, "metadata"), "namespace"), _text(mapping(one, "metadata"), "name")): _names(one)
        for one in objects
        if _text(one, "kind") == "ServiceAccount"
    }
    return sorted(row for one in objects for row in _rows_of(one, accounts, unknown_lines))


def difference(ours: list[Row], theirs: list[Row]) -> str | None:
    """How two lists of rows differ, as the label of a class; None if they are the same."""
    here, there = Counter(ours), Counter(theirs)
    only_here, only_there = [*(here - there).elements()], [*(there - here).elements()]
    if not only_here and not only_there:
        return None
    for row in only_there:
        for other in only_here:
            fields = [name for name, one, two in zip(Row._fields, row, other, strict=True) if one != two]
            if len(fields) == 1:
                return f"another {fields[0]} of {_what(row)}"
    if only_there:
        return f"only there: {_what(only_there[0])}"
    return f"only here: {_what(only_here[0])}"


def in_common(ours: list[Row], theirs: list[Row]) -> int:
    """The number of containers that both have."""
    return sum((Counter(row for row in ours if row.path) & Counter(row for row in theirs if row.path)).values())


def _what(row: Row) -> str:
    return f"a container of {row.kind}" if row.path else row.kind


def _rows_of(
    one: Mapping, accounts: dict[tuple[str, str], tuple[str, ...]], unknown_lines: frozenset[int]
) -> Iterator[Row]:
    metadata = mapping(one, "metadata")
    row = Row(_text(one, "kind"), _text(metadata, "name"), _text(metadata, "namespace"))
    yield row
    for path, spec in _pod_specs(one, ""):
        account = _text(spec, "serviceAccountName") or _text(spec, "serviceAccount")
        pull_secrets = _names(spec) or accounts.get((row.namespace, account or "default"), ())
        for field in _CONTAINERS:
            for container in items(spec, field):
                image = container.get("image") if isinstance(container, Mapping) else None
                is_unknown = image is not None and image.span.line in unknown_lines
                yield row._replace(
                    path=f"{path}{field}",
                    container=_text(container, "name"),
                    image=UNKNOWN if is_unknown else _text(container, "image"),
                    pull_secrets=pull_secrets,
                    account=account,
                )


def _pod_specs(node: Node, path: str) -> Iterator[tuple[str, Mapping]]:
    """Every mapping with a list of containers, in objects of any kind."""
    if isinstance(node, Mapping):
        if any(items(node, field) for field in _CONTAINERS):
            yield path, node
        for key, value in node.pairs():
            yield from _pod_specs(value, f"{path}{key.value}.")
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _pod_specs(item, path)


def _names(node: Node) -> tuple[str, ...]:
    return tuple(_text(item, "name") for item in items(node, "imagePullSecrets"))


def _printed(value: str) -> str:
    """A number as kustomize prints it, `1.10` as `1.1`; what is none as it is."""
    try:
        return f"{float(value):.17g}"
    except ValueError:
        return value


def _text(node: Node | None, key: str) -> str:
    value = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(value, Scalar):
        return "" if value.is_null else value.value if value.is_text else _printed(value.value)
    return "" if value is None else f"a {type(value).__name__}"
