"""What YAML 1.2 reads and libyaml refuses is read at any size, without the slow parser, as that parser reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagelint.facts.extract import extract
from imagelint.text import compose as module
from imagelint.text import parsers
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import SourceId
from imagelint.text.source import Source

TEXTS = [
    "{name: c, image: q/a/b:1}",
    "{image: localhost:5000/a@sha256:0123, url: http://h/p?a=b&c=d:e}",
    "[a:b, a::b, ::1, a?b, a ?b, a?, b:]",
    '{"a":b:c, "d:e": "f?g", \'h:i\': j:k}',
    "a: &x !t:u {b: c:d}\n# x:y\ne: [f:g, 'h?i', \"j:k\"]\n",
    "- |\n  a:b?c\n- {d: e:f}\n",
    "é😀: {ü: ü:1, x: [😀?]}\n",
    "{a: b:\u00a0c, d:\u3000e: f}",
]


def described(node: Node | None) -> Any:
    if isinstance(node, Scalar):
        return node.value, node.plain, node.span
    if isinstance(node, Sequence):
        return [described(item) for item in node.items], node.span
    return ([described(part) for part in node.nodes], node.span) if node else None


def read(text: str, *, with_c: bool) -> Any:
    """The nodes as one of the parsers alone reads them."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        if with_c:
            monkeypatch.setattr(module, "_MAX_PURE", 0)
        else:
            monkeypatch.setattr(parsers, "C_PART", None)
        return described(compose(text.encode()))


@pytest.mark.parametrize("text", TEXTS)
def test_the_c_part_reads_what_the_pure_parser_reads(text: str) -> None:
    assert read(text, with_c=True) == read(text, with_c=False)


# Anything that begins with a letter and holds no indicator but those two.
words = st.from_regex(r"[a-z][a-z0-9:?/.=@-]{0,12}", fullmatch=True)


@settings(max_examples=50)
@given(words, words, st.sampled_from(["{{k: {}, l: [{}]}}", "[{}, 'a:b', {}]", "k: {}\nl: {{m: {}}}\n"]))
def test_words_of_any_kind(first: str, second: str, text: str) -> None:
    text = text.format(first, second)
    try:
        expected = read(text, with_c=False)
    except ComposeError:
        with pytest.raises(ComposeError):
            read(text, with_c=True)
    else:
        assert read(text, with_c=True) == expected


@pytest.mark.parametrize("padding", ["", "# padding\n" * 110_000, "x: [" + "a, " * 400_000 + "]\n"])
def test_the_same_answer_at_any_size(padding: str) -> None:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
    text = f"{head}{padding}spec: {{containers: [{{name: c, image: q/a/b:1}}]}}\n"
    facts = extract(Source(SourceId("a.yaml"), text.encode()))
    assert facts.problems == ()
    assert [container.image.value for pod in facts.pods for container in pod.containers if container.image] == [
        "q/a/b:1"
    ]


def test_sources_of_templates_are_left_to_the_fast_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pure_events", None)
    for line in ("  a: b: c", "{% if a %}\n", "x: [{{ a }\n"):
        text = f"apiVersion: v1\nkind: Pod\n{line}\n# {{{{ .Values.b }}}}\n"
        assert extract(Source(SourceId("a.yaml"), text.encode())).templated


def test_another_version_of_yaml_keeps_its_own_rules() -> None:
    for text in ("%YAML 1.1\n--- {a: b:c}\n", "%YAML 1.1\n--- {a: b?c}\n"):
        for with_c in (True, False):
            with pytest.raises(ComposeError):
                read(text, with_c=with_c)


@pytest.mark.parametrize(
    "text",
    ['{"%s": "\ufeff"}', "{a: b:c, d: '%s'}", "a: {{ .Values.b }}\nb: '%s'\n"],
    ids=["mark", "colon", "expression"],
)
@pytest.mark.parametrize("private", ["\ue000", "\ue03a\ue080\ue17f", "\uefff"], ids=ascii)
def test_characters_of_private_use_are_text(text: str, private: str) -> None:
    root = compose((text % private).encode())
    assert isinstance(root, Mapping)
    assert private in {scalar.value for pair in root.items for scalar in pair if isinstance(scalar, Scalar)}
