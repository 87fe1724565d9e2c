"""Images in the patches that an object holds for what it deploys, which may be elsewhere.

They are strategic merge patches and JSON patches (RFC 6902), as texts or as what the text would be. Sources: Flux
`kustomize.toolkit.fluxcd.io/v1` and `helm.toolkit.fluxcd.io/v2` (fluxcd/pkg `apis/kustomize`); Argo CD v3
`ApplicationSourceKustomize`; `$patch` of Kubernetes v1.36 `apimachinery/pkg/util/strategicpatch`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.bare_patches import json_patch
from imagelint.facts.embedded import embedded, embedded_pod_specs
from imagelint.facts.handed_on import nobodys
from imagelint.facts.kustomization import hidden_patches
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Scalar, Sequence, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.kinds import ValueSource
    from imagelint.facts.model import PodSpec, Resource
    from imagelint.text.nodes import Node
    from imagelint.text.places import Span
    from imagelint.text.split import Document

# The text of an entry that has a target beside it.
_TEXT = ".patch"


def inline_patches(node: Mapping, resource: Resource, source: ValueSource, document: Document) -> Iterator[PodSpec]:
    """The images that the patches in an object write, as a PodSpec of nobody's making."""
    blocks = LiteralBlocks(document)
    found = [
        container
        for patch in _selected(node, source, source.patches)
        for root in (blocks.documents(patch) if isinstance(patch, Scalar) else (patch,))
        for spec in _written(root, resource)
        for container in embedded(spec.containers)
    ]
    if found:
        yield nobodys(resource, found, node.span)


def hidden_in_patches(node: Mapping, source: ValueSource) -> Iterator[Span]:
    """The places of patches that may be for Secrets, which no output may show."""
    return hidden_patches(_selected(node, source, [selector.removesuffix(_TEXT) for selector in source.patches]))


def _selected(node: Mapping, source: ValueSource, selectors: Iterable[str]) -> Iterator[Node]:
    for within in source.within:
        for part in select(node, within):
            for selector in selectors:
                yield from select(part, selector)


def _written(root: Node, resource: Resource) -> Iterator[PodSpec]:
    if isinstance(root, Sequence):
        yield from json_patch(root, "", resource.document)
    elif (kept := _without_deleted(root)) is not None:
        yield from embedded_pod_specs(kept, resource)


def _without_deleted(node: Node) -> Node | None:
    """A strategic merge patch without what it only deletes; None if that is all of it."""
    if isinstance(node, Mapping):
        directive = text(node, "$patch")
        if directive is not None and directive.value == "delete":
            return None
        pairs = [(key, kept) for key, value in node.items if (kept := _without_deleted(value)) is not None]
        return Mapping([one for pair in pairs for one in pair], node.start, node.end, node.places)
    if isinstance(node, Sequence):
        kept_items = [kept for item in node.items if (kept := _without_deleted(item)) is not None]
        return Sequence(kept_items, node.start, node.end, node.places)
    return node
