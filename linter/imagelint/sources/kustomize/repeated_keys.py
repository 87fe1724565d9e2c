"""Keys that a strategic merge patch has more than once, of which kustomize takes the first."""

from __future__ import annotations

from imagelint.text.nodes import Mapping, Node, Scalar, Sequence


class Repeating(Mapping):
    """A mapping of a patch with a key more than once: `nodes` has all of them, what looks a key up finds the first.

    Merged into another mapping, it gives the first (`kyaml/yaml/walk/map.go`). Added as it is, it keeps all of them,
    and kustomize refuses the object unless a later patch removes it.
    """

    __slots__ = ()

    def own_entries(self) -> dict[str, tuple[Scalar, Node]]:
        """The first pair of each scalar key, by its text."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in self.items:
            if isinstance(key, Scalar):
                entries.setdefault(key.value, (key, value))
        return entries

    def last_of_each(self) -> Mapping:
        """A mapping with the last pair of each key."""
        nodes = [part for pair in super().own_entries().values() for part in pair]
        return Mapping(nodes, self.start, self.end, self.places)

    @property
    def repeated(self) -> Scalar | None:
        """The first key that is there again."""
        known: set[str] = set()
        for key in self.nodes[::2]:
            if isinstance(key, Scalar):
                if key.value in known:
                    return key
                known.add(key.value)
        return None


def repeated_key(node: Node) -> Scalar | None:
    """A key that a mapping in a node has more than once; None if there is none."""
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, Repeating) and (key := part.repeated) is not None:
            return key
        if not isinstance(part, Scalar):
            children = part.items if isinstance(part, Sequence) else part.nodes[1::2]
            pending += [child for child in reversed(children) if not isinstance(child, Scalar)]
    return None
