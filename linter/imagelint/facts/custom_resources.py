"""Custom resources: PodSpecs by their shape, and images and pull secrets where the schema of a kind has them."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from imagelint.facts.image_catalogs import catalog_reference
from imagelint.facts.kinds import CustomKind, custom_kind, group_kind, value_source
from imagelint.facts.model import Container, ContainerType, PodSpec
from imagelint.facts.podspecs import PodSpecReader, service_account_name, shaped_pod_specs
from imagelint.facts.possible_images import possible_images
from imagelint.facts.spark import submission
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.kubelet.platforms import NodePlatform
from imagelint.text.nodes import Mapping, Node, Path, Scalar, as_text, locate, mapping, select, text, written
from imagelint.text.places import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.kinds import SplitImage
    from imagelint.facts.model import Resource
    from imagelint.facts.podspecs import ShapedPod

_LIST_TYPES = {"initContainers": ContainerType.INIT, "ephemeralContainers": ContainerType.EPHEMERAL}
_URL_SCHEMES = ("oci://", "docker://")
# Of globs and regular expressions, and of no image.
_PATTERN = r"[*^|]|\\[.A-Za-z]|\A!|\$\Z"


def custom_pod_specs(node: Mapping, resource: Resource, shaped: Iterable[ShapedPod]) -> Iterator[PodSpec]:
    """The PodSpecs of a custom resource, and one more for each list of pull secrets with the images that it is for.

    `shaped`: what has the shape of a PodSpec in it.
    """
    # The values of a chart are not pods, even if they have the shape of one.
    has_values = value_source(group_kind(resource.api_version, resource.kind)) is not None
    specs = {} if has_values else dict(shaped_pod_specs(shaped, resource))
    of_spark = submission(node, group_kind(resource.api_version, resource.kind))
    if of_spark is not None:
        specs = {path: of_spark.completed(spec, path) for path, spec in specs.items()}
    kind = custom_kind(resource.api_version, resource.kind)
    if kind is None:
        specs = {path: _without_patterns(spec) for path, spec in specs.items()}
        yield from specs.values()
        read = {container.image.span for spec in specs.values() for container in spec.containers if container.image}
        yield from possible_images(node, resource, read) if not has_values else ()
    else:
        policy = None if of_spark is None else of_spark.pull_policy
        yield from _KnownKind(node, resource, kind, policy).pod_specs(specs)


def _without_patterns(spec: PodSpec) -> PodSpec:
    """A PodSpec of an unknown kind without what is compared with images: `ghcr.io/*`, `^gcr.io/.*$`, `!*:latest`."""
    kept = tuple(
        container
        for container in spec.containers
        if container.image is None
        or find_placeholder(container.image.value) is not None
        or not re.search(_PATTERN, container.image.value)
    )
    return spec._replace(containers=kept)


class _KnownKind:
    def __init__(self, node: Mapping, resource: Resource, kind: CustomKind, pull_policy: Text | None) -> None:
        self._node = node
        self._pull_policy = pull_policy
        self._resource = resource
        self._kind = kind
        self._reader = PodSpecReader(resource, None, custom=True)

    def pod_specs(self, specs: dict[Path, PodSpec]) -> Iterator[PodSpec]:
        for selector in self._kind.pods:
            for path, spec in locate(self._node, selector):
                if isinstance(spec, Mapping) and path not in specs:
                    specs[path] = self._reader.read(spec, path, complete=False)
        lists = self._secret_lists()
        for path, names in lists.items():
            self._give(specs, path, names)
        read = {container.image.span for spec in specs.values() for container in spec.containers if container.image}
        for path, container in self._images():
            if container.image is None or container.image.span in read:
                continue
            read.add(container.image.span)
            owner = _owner(path, specs, lists)
            specs.setdefault(owner, self._bare(owner))
            specs[owner] = specs[owner]._replace(containers=(*specs[owner].containers, container))
        reference = catalog_reference(self._node, group_kind(self._resource.api_version, self._resource.kind))
        if reference is not None:
            owner = next(iter(lists), ())
            specs[owner] = specs.get(owner, self._bare(owner))._replace(catalog=reference)
        yield from (spec for spec in specs.values() if spec.containers or spec.pull_secrets or spec.catalog)

    def _give(self, specs: dict[Path, PodSpec], path: Path, names: tuple[Text, ...]) -> None:
        """Assign a list of pull secrets to its PodSpec, else to the surrounding ones that have no list of their own."""
        if path in specs and specs[path].pull_secrets:
            return
        below = [inner for inner in specs if inner[: len(path)] == path and not specs[inner].pull_secrets]
        for inner in below:
            specs[inner] = specs[inner]._replace(pull_secrets=names)
        if path not in specs:
            specs[path] = self._bare(path)._replace(pull_secrets=names)

    def _bare(self, path: Path) -> PodSpec:
        """A PodSpec for images that an operator puts into pods of its own making."""
        around = select(self._node, written(path)) if not any(isinstance(part, int) for part in path) else []
        spec = around[0] if around and isinstance(around[0], Mapping) else self._node
        account = service_account_name(spec) or service_account_name(mapping(self._node, "spec") or self._node)
        return PodSpec(
            resource=self._resource,
            containers=(),
            pull_secrets=(),
            service_account=account,
            nodes=NodePlatform(),
            span=spec.span,
            path=written(path),
            core=False,
            complete=False,
        )

    def _secret_lists(self) -> dict[Path, tuple[Text, ...]]:
        """The names of each list (or single field), by the path of the mapping that has the field."""
        found: dict[Path, tuple[Text, ...]] = {}
        for selector in self._kind.secrets:
            depth = 1 + selector.removesuffix(".name").endswith("[]") + selector.endswith(".name")
            for path, name in locate(self._node, selector):
                written_name = as_text(name)
                if written_name is not None:
                    found[path[:-depth]] = (*found.get(path[:-depth], ()), written_name)
        return found

    def _images(self) -> Iterator[tuple[Path, Container]]:
        for selector in self._kind.containers:
            type_ = _LIST_TYPES.get(selector.removesuffix("[]").rpartition(".")[2], ContainerType.CONTAINER)
            for path, node in locate(self._node, selector):
                if isinstance(node, Mapping):
                    yield path, self._reader.container(node, type_)
        for path, node in self._at(self._kind.volumes):
            if isinstance(node, Mapping):
                yield path, self._reader.volume(node, None)
        yield from self._scalars()
        for split in self._kind.split:
            yield from self._joined(split)

    def _scalars(self) -> Iterator[tuple[Path, Container]]:
        """Images that one field names in full, or all but their tag."""
        for path, node in self._at(self._kind.images):
            yield path, self._custom(as_text(node), path)
        for path, node in self._at(self._kind.artifacts):
            yield path, self._artifact(node, path)
        for path, node in self._at(self._kind.untagged):
            yield path, self._custom(as_text(node), path, tag_elsewhere=True)
        for path, node in self._at(self._kind.urls):
            yield path, self._custom(_without_scheme(as_text(node)), path, tag_elsewhere=True)
        for path, node in self._at(self._kind.references):
            yield path, self._custom(_docker_image(node), path)

    def _at(self, selectors: tuple[str, ...]) -> Iterator[tuple[Path, Node]]:
        for selector in selectors:
            yield from locate(self._node, selector)

    def _joined(self, split: SplitImage) -> Iterator[tuple[Path, Container]]:
        for path, node in locate(self._node, split.path):
            if isinstance(node, Scalar):
                yield path, self._custom(as_text(node), path)
                continue
            parts = {name: part for name in split.fields if (part := text(node, name)) is not None and part.value}
            place = parts.get("image") or parts.get("repository")
            if place is not None:
                has_tag = any(name in parts for name in ("tag", "version", "versionTag", "digest", "hash"))
                image = Text(_join(parts), place.span)
                yield (*path, "repository"), self._custom(image, (*path, "repository"), tag_elsewhere=not has_tag)

    def _artifact(self, node: Node, path: Path) -> Container:
        """A name or URL, with the tag or digest that `ref` beside it asks for."""
        written = as_text(node)
        image = _without_scheme(written) or written
        ref = next((mapping(parent, "ref") for parent in self._parents(path)), None)
        tag, digest = text(ref, "tag"), text(ref, "digest")
        if image is not None:
            version = (f":{tag.value}" if tag else "") + (f"@{digest.value}" if digest else "")
            image = image._replace(value=image.value + version)
        container = self._custom(image, path, tag_elsewhere=True)
        return container._replace(type=ContainerType.ARTIFACT)

    def _custom(self, image: Text | None, path: Path, *, tag_elsewhere: bool = False) -> Container:
        policy = next((text(parent, "imagePullPolicy") for parent in self._parents(path)), None)
        return Container(
            type=ContainerType.CUSTOM,
            name=None,
            image=image if image is not None and image.value else None,
            pull_policy=policy or self._pull_policy,
            span=image.span if image else Span(1, 1, 1, 1),
            tag_elsewhere=tag_elsewhere,
        )

    def _parents(self, path: Path) -> Iterator[Mapping]:
        node = self._node
        for part in path[:-1]:
            child = node.get(part) if isinstance(part, str) else None
            if not isinstance(child, Mapping):
                return
            node = child
        yield node


def _join(parts: dict[str, Text]) -> str:
    name = "/".join(parts[field].value.strip("/") for field in ("registry", "repository", "image") if field in parts)
    tag = next((parts[field].value for field in ("tag", "version", "versionTag") if field in parts), None)
    digest = next((parts[field].value for field in ("digest", "hash") if field in parts), None)
    if tag and tag.startswith("sha256:") and digest is None:  # a digest instead of the tag
        tag, digest = None, tag
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _without_scheme(url: Text | None) -> Text | None:
    for scheme in _URL_SCHEMES:
        if url is not None and url.value.startswith(scheme):
            line, column, end_line, end_column = url.span
            return Text(url.value.removeprefix(scheme), Span(line, column + len(scheme), end_line, end_column))
    return None


def _docker_image(reference: Node) -> Text | None:
    kind = text(reference, "kind")
    return text(reference, "name") if kind and kind.value == "DockerImage" else None


def _owner(image: Path, specs: Iterable[Path], lists: Iterable[Path]) -> Path:
    """Whose pull secrets an image gets: the PodSpec around it, else the nearest list, if there is one."""
    around = [path for path in specs if path and image[: len(path)] == path]
    if around:
        return max(around, key=len)
    lengths = {path: _common(path, image) for path in lists}
    longest = max(lengths.values(), default=0)
    nearest = [path for path, length in lengths.items() if length == longest]
    return nearest[0] if len(nearest) == 1 or longest > 1 else ()


def _common(path: Path, other: Path) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, other, strict=False)))
