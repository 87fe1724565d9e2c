"""What repairs a finding in an overlay: the fix and the remedy at the places that the image is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.reference import image_parts
from imagelint.linting.fix import Edit, Fix
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.linting.finding import Finding
    from imagelint.text.trace import Origin, Trace

# In the order of `ImageParts`.
_FIELDS = {Part.NAME: "newName", Part.TAG: "newTag", Part.DIGEST: "digest"}


class _Change(NamedTuple):
    """A part of an image that has to be another, and the place that decides it."""

    part: Part
    old: str
    new: str
    origin: Origin

    @property
    def is_in_field(self) -> bool:
        """Whether a field of a kustomization has exactly this part."""
        return self.origin.role is Role.VALUE and (self.origin.key or "").endswith(f".{_FIELDS[self.part]}")


def cured(finding: Finding, trace: Trace, origins: Sequence[Origin]) -> Finding:
    """The finding with the fix and the help for what was written, not for what is deployed."""
    if finding.fix is None or not origins:
        return finding
    if len(origins) == 1 and origins[0].key is None:
        return finding._replace(fix=_moved(finding.fix, trace, origins[0]))
    changes = [change for edit in finding.fix.edits for change in _changes(edit, trace)]
    if not changes:
        return finding._replace(fix=None)
    if any(change.origin.role is Role.VALUE and not change.is_in_field for change in changes):
        return finding._replace(fix=None)
    set_fields = " and ".join(f"`{_FIELDS[change.part]}: {change.new}`" for change in changes)
    sources = {change.origin.place.source for change in changes}
    if sources != {origins[0].place.source} or not all(change.is_in_field for change in changes):
        return finding._replace(fix=None, help=f"set {set_fields} in the entry of `images` that matches the image")
    edits = (Edit(change.origin.place.span, change.old, change.new) for change in changes)
    return finding._replace(fix=finding.fix._replace(edits=tuple(edits)), help=f"set {set_fields}")


def _moved(fix: Fix, trace: Trace, at: Origin) -> Fix | None:
    """A fix of scalars that are deployed as they were written; None unless all of them are in the file of the first."""
    edits: list[Edit] = []
    for edit in fix.edits:
        origins = trace.origins(edit.span)
        if len(origins) != 1 or origins[0].place.source != at.place.source:
            return None
        edits.append(edit._replace(span=origins[0].place.span))
    return fix._replace(edits=tuple(edits))


def _changes(edit: Edit, trace: Trace) -> list[_Change]:
    """What an edit of a whole image changes, by part; nothing if it takes a part away."""
    old, new = _parts(edit.old), _parts(edit.new)
    changed = [part for part in _FIELDS if old[part] != new[part]]
    if edit.is_node or not all(new[part] for part in changed):
        return []
    return [_Change(part, old[part], new[part], trace.origins(edit.span, part)[0]) for part in changed]


def _parts(image: str) -> dict[Part, str]:
    return dict(zip(_FIELDS, image_parts(image), strict=True))
