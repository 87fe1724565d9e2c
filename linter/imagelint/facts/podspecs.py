"""PodSpecs: where they are in an object, and the images, pull secrets and account in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.kinds import core_kinds
from imagelint.facts.model import Container, ContainerType, PodSpec
from imagelint.kubelet.placeholders import is_filled_in
from imagelint.kubelet.platforms import node_platform
from imagelint.kubelet.reference import has_version
from imagelint.text.nodes import (
    Mapping,
    Node,
    Path,
    Scalar,
    Sequence,
    as_text,
    has_text,
    items,
    mapping,
    select,
    text,
    written,
)
from imagelint.text.places import Text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Resource

CONTAINER_LISTS = (
    ("containers", ContainerType.CONTAINER),
    ("initContainers", ContainerType.INIT),
    ("ephemeralContainers", ContainerType.EPHEMERAL),
)
_LIST_NAMES = frozenset(name for name, _ in CONTAINER_LISTS)
# Not written by people, or not about pods of this object.
_SKIPPED_KEYS = frozenset({"status", "managedFields"})
# Where a PodSpec refers to Secrets besides pull secrets, and the key that has the name.
_OF_SECRETS = (
    *(
        (f"{containers}[].{path}", "name")
        for containers in ("containers", "initContainers")
        for path in ("env[].valueFrom.secretKeyRef", "envFrom[].secretRef")
    ),
    ("volumes[].secret", "secretName"),
    ("volumes[].projected.sources[].secret", "name"),
)
_TAG_KEYS = ("tag", "imageTag", "version")
_TAG = r"(?a)\w[\w.-]{0,127}"
_SERVER_FIELDS = ("uid", "resourceVersion", "generation", "ownerReferences")


class ShapedPod(NamedTuple):
    """A mapping with the shape of a PodSpec, with its path and the mapping around it."""

    path: Path
    spec: Mapping
    around: Mapping | None


def core_pod_specs(node: Mapping, resource: Resource, kind: str) -> Iterator[PodSpec]:
    """The PodSpec of an object of a core kind; its template may be left out."""
    core = core_kinds()
    needed = core.needs.get(kind)
    complete = resource.name is not None and (needed is None or bool(select(node, needed))) and not _is_stored(node)
    path = core.pod_specs[kind].split(".")
    template: Mapping | None = node
    for key in path[:-1]:
        template = mapping(template, key)
    spec = mapping(template, path[-1])
    if spec is not None:
        reader = PodSpecReader(resource, mapping(template, "metadata"), custom=False)
        yield reader.read(spec, (*path,), complete=complete)


def shaped_pod_specs(pods: Iterable[ShapedPod], resource: Resource) -> Iterator[tuple[Path, PodSpec]]:
    """The PodSpecs at any depth, as custom resources embed them."""
    for path, pod, parent in pods:
        reader = PodSpecReader(resource, mapping(parent, "metadata"), custom=True)
        yield path, reader.read(pod, path, complete=False)


def shaped_pods(node: Mapping) -> Iterator[ShapedPod]:
    """Any mapping with a list of containers."""
    pending: list[tuple[Node, Path, Mapping | None]] = [(node, (), None)]
    while pending:
        current, path, parent = pending.pop()
        if isinstance(current, Sequence):
            numbered = [
                (item, (*path, number), parent)
                for number, item in enumerate(current.items)
                if not isinstance(item, Scalar)
            ]
            pending.extend(reversed(numbered))
        elif isinstance(current, Mapping):
            is_spec = _is_pod_spec(current)
            if is_spec:
                yield ShapedPod(path, current, parent)
            skipped = _SKIPPED_KEYS | _LIST_NAMES if is_spec else _SKIPPED_KEYS
            children = [
                (value, (*path, key), current)
                for key, (_, value) in current.by_key().items()
                if not isinstance(value, Scalar) and key not in skipped
            ]
            pending.extend(reversed(children))


def _is_pod_spec(node: Mapping) -> bool:
    entries = node.by_key()
    if "containers" not in entries and "initContainers" not in entries:  # as most
        return False
    return any(
        isinstance(item, Mapping) and (has_text(item, "image") or has_text(item, "name"))
        for key in ("containers", "initContainers")
        for item in items(node, key)
    )


def _is_stored(node: Mapping) -> bool:
    """Whether the object was read from a cluster: the API server accepted it, even if fields were removed since."""
    metadata = mapping(node, "metadata")
    return any(metadata is not None and metadata.get(field) is not None for field in _SERVER_FIELDS)


def pull_secret_names(node: Mapping) -> tuple[Text, ...]:
    """The entries of `imagePullSecrets` of `node`, an entry without a name as an empty text.

    A string instead of `{name: …}` counts as a name, and an object instead of a list as an entry: the API server
    rejects them, but their meaning is clear.
    """
    listed = node.get("imagePullSecrets")
    if listed is None or (isinstance(listed, Scalar) and listed.is_null):
        return ()
    return tuple(_entry_name(item) for item in (listed.items if isinstance(listed, Sequence) else [listed]))


def _entry_name(item: Node) -> Text:
    name = item if isinstance(item, Scalar) else item.get("name") if isinstance(item, Mapping) else None
    # At the place of a name of another type, where it is rejected.
    return as_text(name) or Text("", item.span if name is None or isinstance(name, Scalar) else name.span)


class PodSpecReader:
    """Reads the PodSpecs of one object; `metadata` is that of the pod or of its template."""

    def __init__(self, resource: Resource, metadata: Mapping | None, *, custom: bool) -> None:
        self._resource = resource
        self._custom = custom
        self._is_mirror = resource.kind == "Pod" and is_mirror(metadata)
        self._injected = (resource.kind != "Pod" and custom) or _injects(metadata)

    def read(self, spec: Mapping, path: Path, *, complete: bool) -> PodSpec:
        """The PodSpec at `path`. `complete`: it is not a patch."""
        listed = [
            self.container(item, type_)
            for key, type_ in CONTAINER_LISTS
            for item in items(spec, key)
            if isinstance(item, Mapping)
        ]
        pull_secrets = pull_secret_names(spec)
        return PodSpec(
            resource=self._resource,
            containers=(*listed, *self._volumes(spec)),
            pull_secrets=pull_secrets,
            service_account=service_account_name(spec),
            nodes=node_platform(spec),
            span=spec.span,
            path=written(path),
            core=not self._custom,
            complete=complete,
            is_mirror=self._is_mirror,
            needed_secrets=_needed_secrets(spec) if pull_secrets else (),
        )

    def container(self, node: Mapping, type_: ContainerType) -> Container:
        """A container, from a mapping with its fields."""
        name = text(node, "name")
        image = text(node, "image") or self._of_another_type(node)
        return Container(
            type=type_,
            name=name.value if name else None,
            image=image,
            pull_policy=text(node, "imagePullPolicy"),
            span=node.span,
            image_filled_in=type_ is not ContainerType.EPHEMERAL and self._filled_in(image, name),
            is_waiting=type_ is ContainerType.CONTAINER and self._is_waiting(node, image),
            stray_tag=None if image is None or self._custom else _stray_tag(node, image),
        )

    def _is_waiting(self, node: Mapping, image: Text | None) -> bool:
        """Whether a container of a core workload, whose tag is `latest` or absent, does nothing but wait.

        That of a StatefulSet has data of a program that is stopped for a while.
        """
        if image is None or self._custom or self._resource.kind == "StatefulSet":
            return False
        if has_version(image.value) and not image.value.endswith(":latest"):
            return False
        from imagelint.facts.waiting import only_waits

        return only_waits(node)

    def _of_another_type(self, node: Mapping) -> Text | None:
        """No image, at the place of the list or mapping that the API server rejects instead of one."""
        image = node.get("image")
        return None if self._custom or image is None or isinstance(image, Scalar) else Text("", image.span)

    def _volumes(self, spec: Mapping) -> Iterator[Container]:
        """OCI image volumes; `volumes[].rbd.image` is a block device and no image."""
        for volume in items(spec, "volumes"):
            source = mapping(volume, "image")
            if source is not None:
                yield self.volume(source, text(volume, "name"))

    def volume(self, source: Mapping, name: Text | None) -> Container:
        """An image volume, from a mapping with `reference` and `pullPolicy`."""
        return Container(
            type=ContainerType.VOLUME,
            name=name.value if name else None,
            image=text(source, "reference"),
            pull_policy=text(source, "pullPolicy"),
            span=source.span,
        )

    def _filled_in(self, image: Text | None, name: Text | None) -> bool:
        if image is None:
            return False
        if image.value == "auto":  # a label of the namespace may request the injection as well
            return self._injected or (name is not None and name.value == "istio-proxy")
        if is_filled_in(image.value):
            return True
        # OpenShift's image change triggers replace a blank image; the API server accepts `" "` in a template, not `""`.
        is_accepted = bool(image.value) or self._custom
        return is_accepted and not image.value.strip() and self._resource.kind != "Pod"


def _stray_tag(node: Mapping, image: Text) -> tuple[str, str] | None:
    """A tag in a field that values of charts have beside `image`, and a container has not."""
    for key in _TAG_KEYS:
        tag = text(node, key)
        if tag is not None and re.fullmatch(_TAG, tag.value) and not has_version(image.value):
            return key, tag.value
    return None


def _needed_secrets(spec: Mapping) -> tuple[Text, ...]:
    """The Secrets in environment variables and volumes of a PodSpec that are not optional, each once."""
    found = (
        text(reference, key)
        for path, key in _OF_SECRETS
        for reference in select(spec, path)
        if (optional := text(reference, "optional")) is None or optional.value != "true"
    )
    return tuple({name.value: name for name in found if name is not None and name.value}.values())


def service_account_name(spec: Mapping) -> Text | None:
    """`serviceAccountName`, else its old alias; an empty one counts as absent (Kubernetes v1.36 `conversion.go`)."""
    named = (text(spec, key) for key in ("serviceAccountName", "serviceAccount"))
    return next((name for name in named if name is not None and name.value), None)


def is_mirror(metadata: Mapping | None) -> bool:
    """Whether a Pod with this metadata is what a kubelet shows of a static pod (`config.mirror`)."""
    annotations = mapping(metadata, "annotations")
    return annotations is not None and annotations.get("kubernetes.io/config.mirror") is not None


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


def without_expressions(spec: PodSpec) -> PodSpec:
    """A PodSpec whose images with `{{ … }}` are filled in, as the program does that renders the template around it."""
    filled = (
        container._replace(image_filled_in=True) if container.image and "{{" in container.image.value else container
        for container in spec.containers
    )
    return spec._replace(containers=tuple(filled))
