"""Text in an image that something should have replaced before the manifest is applied."""

from __future__ import annotations

import re
from functools import cache

_WORDS = r"CHANGE[_-]?ME|REPLACE(?:[_-]?(?:ME|THIS|WITH))?|FIX[_-]?ME|TODO|PLACEHOLDER|INSERT|FILL[_-]?IN"
_PATTERNS = (
    r"\{\{.{0,80}?\}\}|\{\{",  # Go templates, Helm, Argo Workflows, Jinja
    r"\{%.{0,80}?%\}",
    r"\Ako://\S{1,80}",  # a Go import path, which `ko resolve` builds
    r"\$\{[^}]{0,80}\}",  # shell, Flux, OpenShift templates
    r"\$\([^)]{0,80}\)",  # make, Tekton, kustomize vars
    r"\$[A-Za-z_][A-Za-z0-9_]*",
    r"\[\[.{0,80}?\]\]",
    r"<(?!no value>|nil>)[^<>]{1,80}>",  # `<your-registry>`; what Go renders for nothing is no placeholder
    r"\{[A-Za-z_][\w. -]{0,60}\}",  # Python's format strings
    r"%[A-Za-z_][A-Za-z0-9_]*%",  # batch files
    r"@[A-Z][A-Z0-9_]*@",  # autoconf
    r"__[A-Za-z][A-Za-z0-9_]*?__",
    rf"(?<![A-Za-z0-9])(?:[A-Z0-9_-]{{0,60}}_)?(?:{_WORDS})(?:[_-][A-Z0-9_-]*)?(?![a-z0-9])",
    r"(?<![A-Za-z0-9])YOUR[_-][A-Z0-9_-]+",
    r"(?<![A-Za-z0-9._-])[A-Z][A-Z0-9]*(?:_[A-Z][A-Z0-9]*)+(?![A-Za-z0-9.-])(?=[/:@]|\Z)(?<!:)",  # PROJECT_ID
)
_TRIGGERS = frozenset("{$[<%@") | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_LONGEST = 4096


def find_placeholder(image: str) -> str | None:
    """The first placeholder in an image as written, or None: `${TAG}` of `app:${TAG}`."""
    if not _TRIGGERS.intersection(image) and not image.startswith("ko://"):
        return None
    matches = (match for pattern in _patterns() if (match := pattern.search(image[:_LONGEST])))
    first = min(matches, key=lambda match: match.start(), default=None)
    return first[0] if first else None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compiled when the first image has a character that may belong to a placeholder: most runs have none."""
    return tuple(re.compile(pattern, re.ASCII) for pattern in _PATTERNS)
