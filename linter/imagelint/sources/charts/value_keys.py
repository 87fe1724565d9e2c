"""The values that the images of a rendered chart are from, found by what they are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.value_images import images_in
from imagelint.kubelet.reference import has_version
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar
from imagelint.text.places import DocumentStart, Place, SourceId, Span
from imagelint.text.source import UnreadableError, read_source
from imagelint.text.trace import Origin, Part, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.facts.value_fields import ValueFields
    from imagelint.text.places import Text

# Where the lines of the next values file begin: the line of a node shows which file it is in.
_FILE = 1 << 40


class ValueKeys:
    """The images in a set of values files, each over those before it."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        merged: Node | None = None
        for number, path in enumerate(paths):
            try:
                root = compose(read_source(path).data, start=DocumentStart(number * _FILE + 1, 1), needs_reason=False)
            except (ComposeError, UnreadableError):
                continue
            merged = root if merged is None or root is None else _over(root, merged)
        images = images_in(merged) if isinstance(merged, Mapping) else ()
        self._fields = [image.value for image in images if image.value is not None and image.value.name is not None]

    def of(self, image: str) -> ValueFields | None:
        """The values that alone make an image of this text; None if there are none, or several."""
        exact = [fields for fields in self._fields if fields.image == image]
        found = exact or [fields for fields in self._fields if _completes(fields, image)]
        return found[0] if len(found) == 1 else None

    def origin(self, fields: ValueFields, part: Part) -> Origin:
        """Where a part of an image is written."""
        parts = {
            Part.TAG: (fields.tag, fields.digest, fields.name),
            Part.DIGEST: (fields.digest, fields.tag, fields.name),
            Part.NAME: (fields.name,),
        }
        found = next(text for text in parts.get(part, (fields.name,)) if text is not None)
        return Origin(self._place(found), Role.VALUE, fields.key)

    def _place(self, text: Text) -> Place:
        line, column, end_line, end_column = text.span
        number = line // _FILE
        base = number * _FILE
        return Place(SourceId(self._paths[number]), Span(line - base, column, end_line - base, end_column))


def _completes(fields: ValueFields, image: str) -> bool:
    """Whether an image is a name in the values with a tag that the chart adds."""
    name = fields.image or ""
    return not fields.has_version and has_version(image) and image.startswith((f"{name}:", f"{name}@"))


def _over(upper: Node, lower: Node) -> Node:
    """Values over others, as helm merges them: mapping by mapping, everything else as a whole."""
    if not isinstance(upper, Mapping) or not isinstance(lower, Mapping):
        return lower if isinstance(upper, Scalar) and upper.is_null and isinstance(lower, Mapping) else upper
    entries = {key.value: (key, value) for key, value in lower.pairs()}
    for key, value in upper.pairs():
        below = entries.get(key.value)
        entries[key.value] = (key, _over(value, below[1]) if below is not None else value)
    nodes = [node for pair in entries.values() for node in pair]
    return Mapping(nodes, upper.start, upper.end, upper.places)
