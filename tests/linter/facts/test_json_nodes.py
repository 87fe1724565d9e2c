"""JSON by its own reader gives what the YAML parser gives: the same nodes, places and facts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.facts import extract as module
from imagelint.facts import json_decoder
from imagelint.facts import json_nodes as json_text
from imagelint.facts.extract import extract
from imagelint.facts.json_nodes import Listing, compose_json, document_starts, json_stream
from imagelint.text.compose import MAX_DEPTH, ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import DocumentStart, SourceId
from imagelint.text.source import Source

if TYPE_CHECKING:
    from imagelint.facts.model import FileFacts

# What libyaml refuses in a string or reads as a line break is left out, and what looks like a template expression.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="{\ufffe\uffff"),
    max_size=8,
)
values: st.SearchStrategy[Any] = st.recursive(
    texts | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)
KINDS = ["List", "Pod", "PodList", "Secret", "ConfigMap", "ServiceAccountList", "Deployment", "Widget", ""]
objects: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"apiVersion": st.sampled_from(["v1", "apps/v1", "acme.example/v1", "none"]), "kind": st.sampled_from(KINDS)},
    optional={
        "metadata": st.fixed_dictionaries({"name": texts}),
        "spec": st.fixed_dictionaries({"containers": st.lists(st.fixed_dictionaries({"image": texts, "name": texts}))}),
        "data": st.dictionaries(texts, texts, max_size=2),
    },
)
lists: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"apiVersion": st.just("v1"), "items": st.lists(objects | st.integers()), "kind": st.sampled_from(KINDS)}
)
styles: st.SearchStrategy[Any] = st.sampled_from([{"indent": 4}, {"indent": None}, {"separators": (",", ":")}])


def described(node: Node | None) -> Any:
    if isinstance(node, Scalar):
        return (node.value, node.plain, node.span)
    if isinstance(node, Sequence):
        return ([described(item) for item in node.items], node.span)
    return ([(described(key), described(value)) for key, value in node.items], node.span) if node else None


def listing_of(text: str) -> Listing:
    stream = json_stream(text)
    assert (len(stream.listings), stream.rest) == (1, len(text))
    return stream.listings[0]


def composed(text: str) -> Node:
    (part,) = listing_of(text).objects
    (start,) = document_starts(text, [part.start])
    return compose_json(text, part, start)


@given(st.dictionaries(texts, values), styles)
def test_nodes_and_places_are_those_of_the_yaml_parser(value: Any, style: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, **style)
    assert described(composed(text)) == described(compose(text.encode()))


@given(lists | objects, styles, st.sampled_from(["", " \n", "\n\n"]))
def test_facts_are_those_of_the_yaml_parser(value: Any, style: dict[str, Any], space: str) -> None:
    source = Source(SourceId("a.json"), f"{space}{json.dumps(value, ensure_ascii=False, **style)}{space}".encode())
    assert extract(source) == by_yaml(source)


def by_yaml(source: Source) -> FileFacts:
    with patch.object(module, "looks_json", return_value=False):
        return extract(source)


def test_escapes_are_those_of_json() -> None:
    root = composed('{"a": "\\ud83d\\ude00\\/\\u00e9\\n", "b\\t": -1.5e3, "c": true}')
    assert isinstance(root, Mapping)
    found = {key.value: value.value for key, value in root.pairs() if isinstance(value, Scalar)}
    assert found == {"a": "😀/é\n", "b\t": "-1.5e3", "c": "true"}


def test_items_of_a_list_have_the_places_of_the_file() -> None:
    text = json.dumps({"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod"}, {"kind": "Pod"}]}, indent=2)
    found = [*document_starts(text, [part.start for part in listing_of(text).objects])]
    lines = text.split("\n")
    assert found == [DocumentStart(5, 5), DocumentStart(8, 5)]
    assert [lines[line - 1][column - 1] for line, column in found] == ["{", "{"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", '{"a"}', '{"a":}', '{"a": 1,}', "{1: 2}", "{a: b}", '{"items": [}', '{"a": NaN}'),
        *('{"kind": "List", "items": [1 2]}', '{"a": "\n"}', '{"items": ' + "[" * 100_000),
    ],
)
def test_what_is_not_json_is_left_to_the_yaml_parser(text: str) -> None:
    stream = json_stream(text)
    assert (stream.listings, stream.rest) == ([], 0)


@pytest.mark.parametrize(
    ("text", "values", "rest", "is_refused"),
    [
        ('{"a": 1}{"b": 2}\n{"c": 3}', 3, "", False),
        ('{"a": 1} [2] "x"\n', 3, "", False),
        ('{"a": 1}\n---\n{"b": 2}', 1, '---\n{"b": 2}', False),
        ('{"a": 1}\u2028\u00a0\n---\n', 1, "---\n", False),
        ('{"a": 1} # comment', 1, "# comment", False),
        ('{"a": 1}{"b": 2}\n---\n', 2, "---\n", True),
        ('{"a": 1}\n---', 1, "---", False),
        ('{"a": 1}---', 1, "---", True),
        ('{"a": 1} # c', 1, "# c", True),
        ('{"a": 1}\n# ', 1, "# ", True),
        ("{}}", 1, "}", True),
    ],
)
def test_values_one_after_the_other(text: str, values: int, rest: str, *, is_refused: bool) -> None:
    stream = json_stream(text)
    assert (len(stream.listings), text[stream.rest :], stream.refusal is not None) == (values, rest, is_refused)


def test_depth_is_bounded() -> None:
    text = '{"a": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}"
    with pytest.raises(ComposeError, match=f"nested deeper than {MAX_DEPTH} levels"):
        composed(text)


def test_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_NODES", 10)
    assert composed('{"a": [1, 2, 3, 4, 5]}')
    with pytest.raises(ComposeError, match="more than 4,000,000 keys and values in one document"):
        composed('{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9]}')


def test_one_bad_item_hides_no_other() -> None:
    deep: Any = []
    for _ in range(MAX_DEPTH):
        deep = [deep]
    pods = [{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "a"}], "x": x}} for x in (deep, 1)]
    facts = extract(
        Source(SourceId("a.json"), json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}).encode())
    )
    assert (len(facts.pods), len(facts.problems)) == (1, 1)


def test_an_object_that_is_cut_off_is_reported() -> None:
    text = '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "A"]}}'
    (problem,) = extract(Source(SourceId("a.json"), text.encode())).problems
    assert problem.place.line == 1


@given(lists | objects, styles, st.integers(1, 9))
def test_long_texts_are_decoded_in_parts(value: Any, style: dict[str, Any], block: int) -> None:
    text = json.dumps(value, ensure_ascii=False, **style) + "123456"
    with patch.multiple(json_decoder, MAX_NODES=60, _BLOCK=block):
        in_parts = json_stream(text)
    assert [listing.end for listing in in_parts.listings] == [listing.end for listing in json_stream(text).listings]


def test_too_large_objects_of_a_list_cost_no_other() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "a:1"}]}}
    large = {**pod, "metadata": {"labels": {f"k{number}": "x" for number in range(60)}}}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [pod, large, pod]})
    with patch.multiple(json_decoder, MAX_NODES=60, _BLOCK=16), patch.object(json_text, "MAX_NODES", 60):
        facts = extract(Source(SourceId("a.json"), text.encode()))
    assert len(facts.pods) == 2
    assert [problem.message for problem in facts.problems] == ["more than 4,000,000 keys and values in one document"]


@pytest.mark.parametrize("text", ['{"kind": "List", "apiVersion": "v1", "items": [{}, {}, {}, {}]}', "{} {} {} {}"])
def test_objects_are_bounded(text: str) -> None:
    with patch.object(json_text, "MAX_OBJECTS", 3):
        (problem,) = extract(Source(SourceId("a.json"), text.encode())).problems
    assert (problem.message, problem.place.line) == (json_text.TOO_MANY_OBJECTS, 1)
    assert text[problem.place.column - 1 :].startswith("{}")
