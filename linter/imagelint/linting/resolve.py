"""From where a finding was judged to where its text was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagelint.linting.finding import Finding
    from imagelint.text.sources import Sources


def resolve(finding: Finding, sources: Sources) -> Finding:
    """The finding with the places where its text was written; itself in text that nobody rendered."""
    origins = sources.trace(finding.at.source).origins(finding.at.span)
    if not origins:
        return finding
    # Nobody can edit rendered text, and what would repair it elsewhere is not known here.
    return finding._replace(written=origins, fix=None)
