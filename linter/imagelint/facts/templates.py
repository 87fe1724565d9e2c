"""Objects that are templates: something has to fill them in before the API server can take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from imagelint.text.nodes import Node

_PLACEHOLDER = r"(?as)\{\{.*\}\}|\{%.*%\}|\$\{[A-Za-z_]\w*[^}]*\}|@[A-Z][A-Z0-9_]*@"
# Templates of Go and of Jinja: nothing but a template has control statements.
_CONTROL = r"(?a)\{\{-?\s*(?:if|range|with|end|else|include|template|define)\b|\{%-?\s*\w"
# Text for shells and programs, in which Kubernetes lets everything be.
_FREE_TEXT = frozenset(
    {
        *("args", "command", "env", "data", "stringData", "binaryData", "annotations", "description", "script"),
        *("exec", "httpHeaders", "value"),
    }
)
_IMAGE = "image"
_CHARACTERS = frozenset("{@")


def is_template(node: Mapping) -> bool:
    """Whether an object has placeholders where Kubernetes takes none, besides those in images."""
    pending: list[tuple[Node, bool]] = [(node, False)]
    while pending:
        part, is_free = pending.pop()
        if isinstance(part, Mapping):
            entries = ((key.value, value) for key, value in part.pairs() if key.value != _IMAGE)
            pending.extend((value, is_free or key in _FREE_TEXT) for key, value in entries)
        elif isinstance(part, Sequence):
            pending.extend((item, is_free) for item in part.items)
        elif _is_filled_in(part, is_free=is_free):
            return True
    return False


def _is_filled_in(scalar: Scalar, *, is_free: bool) -> bool:
    # Most scalars have none of the characters that a placeholder consists of.
    is_possible = not _CHARACTERS.isdisjoint(scalar.value)
    return is_possible and re.search(_CONTROL if is_free else _PLACEHOLDER, scalar.value) is not None
