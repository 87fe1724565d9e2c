"""What the XML formats share."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.findings import Finding


def by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file, which stand together already."""
    for path, group in groupby(findings, key=lambda finding: finding.place.path):
        yield path, list(group)


def document(root: ET.Element) -> str:
    """The text of an XML document. Its strings must be printable: XML has no way to write a control character."""
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
