"""PodSpecs: where they are in an object, and the images, pull secrets and account in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts import Container, ContainerType, PodSpec
from imagelint.kinds import core_kinds
from imagelint.nodes import Mapping, Node, Scalar, Sequence, Text, as_text, items, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts import Resource

_LISTS = (
    ("containers", ContainerType.CONTAINER),
    ("initContainers", ContainerType.INIT),
    ("ephemeralContainers", ContainerType.EPHEMERAL),
)
_LIST_NAMES = frozenset(name for name, _ in _LISTS)
# Not written by people, or not about pods of this object.
_SERVER_FIELDS = ("uid", "resourceVersion", "generation", "ownerReferences")
_SKIPPED_KEYS = frozenset({"status", "managedFields"})


def pod_specs_of(node: Mapping, resource: Resource, kind: str) -> Iterator[PodSpec]:
    """The PodSpecs of an object: at the path of a core kind, else wherever the shape is one."""
    core = core_kinds()
    path = core.pod_specs.get(kind)
    if path is None:
        yield from _by_shape(node, resource)
        return
    needed = core.needs.get(kind)
    complete = resource.name is not None and (needed is None or bool(select(node, needed))) and not _is_stored(node)
    for spec in select(node, path):
        if isinstance(spec, Mapping):
            parent = path.rpartition(".")[0]
            template = (select(node, parent) or [node])[0]
            reader = _PodSpecReader(resource, mapping(template, "metadata"), custom=False)
            yield reader.read(spec, path, complete=complete)


def _is_stored(node: Mapping) -> bool:
    """Whether the object was read from a cluster: the API server took it once, whatever was cut out of it since."""
    metadata = mapping(node, "metadata")
    return any(metadata is not None and metadata.get(field) is not None for field in _SERVER_FIELDS)


def _by_shape(node: Mapping, resource: Resource) -> Iterator[PodSpec]:
    """Any mapping with a list of containers, at any depth, as custom resources embed them."""
    pending: list[tuple[Node, str, Mapping | None]] = [(node, "", None)]
    while pending:
        current, path, parent = pending.pop()
        if isinstance(current, Sequence):
            pending.extend((item, f"{path}[]", parent) for item in reversed(current.items))
        elif isinstance(current, Mapping):
            is_spec = _is_pod_spec(current)
            if is_spec:
                reader = _PodSpecReader(resource, mapping(parent, "metadata"), custom=True)
                yield reader.read(current, path, complete=False)
            skipped = _SKIPPED_KEYS | _LIST_NAMES if is_spec else _SKIPPED_KEYS
            children = [(value, key.value) for key, value in current.pairs() if key.value not in skipped]
            pending.extend((child, f"{path}.{key}".lstrip("."), current) for child, key in reversed(children))


def _is_pod_spec(node: Mapping) -> bool:
    return any(
        isinstance(item, Mapping) and (text(item, "image") is not None or text(item, "name") is not None)
        for key in ("containers", "initContainers")
        for item in items(node, key)
    )


def pull_secret_names(node: Mapping, *, strings: bool) -> tuple[Text, ...]:
    """The names in `imagePullSecrets` of `node`; with `strings` also of a list of plain strings."""
    found: list[Text] = []
    for item in items(node, "imagePullSecrets"):
        name = as_text(item) if strings and isinstance(item, Scalar) else text(item, "name")
        if name is not None and name.value:
            found.append(name)
    return tuple(found)


class _PodSpecReader:
    def __init__(self, resource: Resource, metadata: Mapping | None, *, custom: bool) -> None:
        self._resource = resource
        self._custom = custom
        self._injected = (resource.kind != "Pod" and custom) or _injects(metadata)

    def read(self, spec: Mapping, path: str, *, complete: bool) -> PodSpec:
        listed = [
            self._container(item, type_)
            for key, type_ in _LISTS
            for item in items(spec, key)
            if isinstance(item, Mapping)
        ]
        return PodSpec(
            resource=self._resource,
            containers=(*listed, *self._volumes(spec)),
            pull_secrets=pull_secret_names(spec, strings=self._custom),
            has_pull_secrets=bool(items(spec, "imagePullSecrets")),
            service_account=text(spec, "serviceAccountName") or text(spec, "serviceAccount"),
            span=spec.span,
            path=path,
            core=not self._custom,
            complete=complete,
        )

    def _container(self, node: Mapping, type_: ContainerType) -> Container:
        name = text(node, "name")
        image = text(node, "image")
        return Container(
            type=type_,
            name=name.value if name else None,
            image=image,
            pull_policy=text(node, "imagePullPolicy"),
            span=node.span,
            image_filled_in=self._filled_in(image),
        )

    def _volumes(self, spec: Mapping) -> Iterator[Container]:
        """OCI image volumes; `volumes[].rbd.image` is a block device and no image."""
        for volume in items(spec, "volumes"):
            source = mapping(volume, "image")
            if source is not None:
                name = text(volume, "name")
                yield Container(
                    type=ContainerType.VOLUME,
                    name=name.value if name else None,
                    image=text(source, "reference"),
                    pull_policy=text(source, "pullPolicy"),
                    span=source.span,
                )

    def _filled_in(self, image: Text | None) -> bool:
        if image is None:
            return False
        if image.value == "auto":
            return self._injected
        # OpenShift's image change triggers replace a blank image; the API server accepts it in a template.
        return not image.value.strip() and self._resource.kind != "Pod"


def _injects(metadata: Mapping | None) -> bool:
    """Whether Istio's webhook completes the pod (`inject.istio.io/templates`, `sidecar.istio.io/inject`)."""
    for key in ("annotations", "labels"):
        entries = mapping(metadata, key)
        if entries is None:
            continue
        inject = text(entries, "sidecar.istio.io/inject")
        if inject and inject.value == "true":
            return True
        if entries.get("inject.istio.io/templates") or entries.get("istio.io/rev"):
            return True
    return False
