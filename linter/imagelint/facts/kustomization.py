"""What a kustomization says of the files that it lists."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Node, Scalar, as_text, items, mapping, text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.text.places import Span

# A kind, and not `imagePullSecrets`.
_KIND = r"Secret(?!s)"
# `#- ../webhook`, `# - path: patch.yaml`, `#  path: patch.yaml`
_COMMENTED = re.compile(
    rb"(?m)^[ \t]*#+[ \t]*(?:-[ \t]+(?:path:[ \t]+)?|path:[ \t]+)[\"']?([\w./+-]+)[\"']?[ \t]*(?:#.*)?\r?$"
)
_MOST_COMMENTED = 100


class Kustomization(NamedTuple):
    """What a kustomization lists; paths are as written, relative to it."""

    resources: tuple[str, ...]
    # They change what the kustomization around them has gathered, and not only what they list.
    components: tuple[str, ...]
    # Files with patches, or texts that are patches themselves.
    patches: tuple[str, ...]
    # It is a component itself, and nothing is deployed of it alone.
    is_component: bool
    # Entries that are commented out.
    commented: tuple[str, ...] = ()
    # There is nothing in the file.
    is_empty: bool = False

    @property
    def listed(self) -> tuple[str, ...]:
        """The paths of everything that it deploys something of."""
        return (*self.resources, *self.components, *(patch for patch in self.patches if "\n" not in patch))


def kustomization_of(node: Mapping, data: bytes) -> Kustomization:
    """The paths in a kustomization (kustomize v5 field names); `data` is its text."""
    kind = text(node, "kind")
    return Kustomization(
        resources=tuple(_strings(node, "resources", "bases")),
        components=tuple(_strings(node, "components")),
        patches=tuple(_patches(node)),
        is_component=kind is not None and kind.value == "Component",
        commented=tuple(path for path, _ in commented_in(data)),
    )


def empty_kustomization(data: bytes) -> Kustomization | None:
    """What an empty text is as a kustomization; None if it has content, or entries that are commented out."""
    is_empty = all(line.strip() in {b"", b"---"} or line.lstrip().startswith(b"#") for line in data.splitlines())
    if not is_empty or _COMMENTED.search(data) is not None:
        return None
    return Kustomization((), (), (), is_component=False, is_empty=True)


def commented_in(data: bytes) -> Iterator[tuple[str, int]]:
    """The paths that comments of a kustomization list, each with its line."""
    for found in islice(_COMMENTED.finditer(data), _MOST_COMMENTED):
        yield found[1].decode(), data.count(b"\n", 0, found.start(1)) + 1


def _strings(node: Node, *keys: str) -> Iterator[str]:
    for key in keys:
        yield from (item.value for item in items(node, key) if isinstance(item, Scalar))


def _patches(node: Mapping) -> Iterator[str]:
    for key in ("patchesStrategicMerge", "patches", "patchesJson6902"):
        for item in items(node, key):
            found = as_text(item) or text(item, "path")
            if found is not None:
                yield found.value


def hidden_literals(node: Mapping) -> Iterator[Span]:
    """The places of `literals` of generated Secrets and of inline patches of Secrets, which no output may show."""
    for item in items(node, "secretGenerator"):
        yield from (literal.span for literal in items(item, "literals"))
    for key in ("patchesStrategicMerge", "patches", "patchesJson6902"):
        yield from hidden_patches(items(node, key))


def hidden_patches(entries: Iterable[Node]) -> Iterator[Span]:
    """The places of those patches that may be for Secrets, in entries as a kustomization has them."""
    for entry in entries:
        patch = as_text(entry) or text(entry, "patch")
        if patch is not None and _may_be_for_secrets(entry, patch.value):
            yield patch.span


def _may_be_for_secrets(item: Node, patch: str) -> bool:
    """Whether a patch may change Secrets: by its target, a regular expression, or by what it says of itself."""
    kind = text(mapping(item, "target"), "kind")
    return (
        re.search(_KIND, patch) is not None
        or (kind is not None and not kind.value.isalnum())
        or "Secret" in (kind.value if kind else "")
    )
