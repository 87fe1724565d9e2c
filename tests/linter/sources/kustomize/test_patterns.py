"""Patterns and selectors of targets match what those of Go match; the expectations are answers of Go."""

from __future__ import annotations

import pytest

from imagelint.sources.kustomize.fields import RefusedError
from imagelint.sources.kustomize.pattern_compiler import PatternError
from imagelint.sources.kustomize.patterns import compiled
from imagelint.sources.kustomize.selectors import parse_selector


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("(?i)WEB", "web", True),
        ("(?i)w[A-C]b", "wBb", True),
        ("(?i)[^a]", "A", False),
        ("(?i)[^a]", "b", True),
        ("a(?i)b|C", "c", True),
        ("(a(?i)b)c", "aBc", True),
        ("(a(?i)b)c", "aBC", False),
        ("(?i:a)b", "Ab", True),
        ("(?i:a)b", "AB", False),
        ("(?i)(?-i)a", "A", False),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        (r"\bweb\b", "web", True),
        (r"\Aweb\z", "web", True),
        (r"we\Bb", "web", True),
        (r"we\bb", "web", False),
        ("web|api", "api", True),
        ("we{1,2}b", "weeb", True),
        ("we{1,2}b", "weeeb", False),
    ],
)
def test_patterns_match_whole_names(pattern: str, text: str, is_match: bool) -> None:
    assert compiled(pattern).matches(text) is is_match


@pytest.mark.parametrize("pattern", [r"\y", "(?x)a", "(?i", "(?=a)", "[", "*", "a)", "a{2000}"])
def test_patterns_that_go_refuses_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compiled(pattern)


@pytest.mark.parametrize("selector", ["app=web,", ",", "app in (web", "=web", "app=we b"])
def test_selectors_that_kubernetes_refuses_are_refused(selector: str) -> None:
    with pytest.raises(RefusedError):
        parse_selector(selector)
