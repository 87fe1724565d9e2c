"""Nodes keep text and place; bounds hold; the C part and the pure parser agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagelint.text import compose as module
from imagelint.text import parsers
from imagelint.text.compose import MAX_ALIASED, MAX_DEPTH, ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, select
from imagelint.text.places import DocumentStart, Span

# JSON text is YAML; what the parsers disagree on (surrogates, control characters) is not in manifests.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
values = st.recursive(texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


def plain(node: Node | None) -> Any:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs()} if node else None


def root(text: str) -> Mapping:
    node = compose(text.encode())
    assert isinstance(node, Mapping)
    return node


def pure(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Node | None:
    with monkeypatch.context() as patch:
        patch.setattr(parsers, "C_PART", None)
        return compose(data)


def place_of_refusal(data: bytes) -> tuple[int, int]:
    try:
        compose(data)
    except ComposeError as error:
        return error.line, error.column
    return 1, 1


@given(values)
def test_reads_what_was_written(value: Any) -> None:
    assert plain(compose(json.dumps({"key": value}, ensure_ascii=False).encode())) == {"key": value}


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_raises_nothing_but_its_own_error(text: str) -> None:
    assert place_of_refusal(text.encode("utf-8", "surrogatepass")) >= (1, 1)


@pytest.mark.parametrize("written", ["1.10", "yes", "0o17", "2001-01-01", "1e+07", "NULL", "0x1F"])
def test_converts_nothing(written: str) -> None:
    value = root(f"key: {written}").get("key")
    assert isinstance(value, Scalar)
    assert value.value == written


@pytest.mark.parametrize(("written", "null"), [("", True), ("~", True), ("null", True), ("''", False), ('"~"', False)])
def test_null_is_a_plain_scalar(written: str, null: bool) -> None:
    value = root(f"key: {written}").get("key")
    assert isinstance(value, Scalar)
    assert value.is_null is null


def test_spans_are_one_based_code_points() -> None:
    node = root('é😀: "ü"\nlist:\n  - a\n  - {b: c}\nlast: x\n')
    spans = {key.value: (key.span, value.span) for key, value in node.pairs()}
    assert spans["é😀"] == (Span(1, 1, 1, 3), Span(1, 5, 1, 8))
    assert spans["list"][1] == Span(3, 3, 4, 11)
    assert node.span == Span(1, 1, 5, 8)


def test_places_count_from_the_origin() -> None:
    node = compose(b"a: b\nc: d", start=DocumentStart(41, 5))
    assert node
    assert node.span == Span(41, 5, 42, 5)
    with pytest.raises(ComposeError) as caught:
        compose(b"a: b\n: : :\n  - [", start=DocumentStart(41, 1))
    assert caught.value.line > 41


def test_merge_keys_and_aliases_have_the_places_of_their_text() -> None:
    node = root("base: &b {image: one, name: n}\nown:\n  <<: *b\n  name: mine\nlist: [*b]\n")
    own = node.get("own")
    assert isinstance(own, Mapping)
    image, name = own.get("image"), own.get("name")
    assert image
    assert name
    assert (image.span.line, name.span.line) == (1, 4)
    assert plain(own) == {"name": "mine", "image": "one"}
    assert plain(node.get("list")) == [{"image": "one", "name": "n"}]


def test_first_merge_source_wins_and_last_duplicate_key_wins() -> None:
    node = root("a: &a {k: 1}\nb: &b {k: 2}\nc: {<<: [*a, *b]}\nd: {k: 1, k: 2}\n")
    assert plain(node.get("c")) == {"k": "1"}
    last = node.get("d")
    assert isinstance(last, Mapping)
    assert plain(last.get("k")) == "2"


def test_duplicate_anchors_and_unknown_tags_are_accepted() -> None:
    assert plain(root("a: &x 1\nb: &x 2\nc: *x\nd: !Ref {e: !!set f}\n")) == {
        "a": "1", "b": "2", "c": "2", "d": {"e": "f"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[" * 100_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("- " * 100_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("{a: " * 100_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("a: *nothing", "undefined alias `nothing`"),
        ("a: &a [*a]", "anchor `a` contains itself"),
        ("a: [1", "expected"),
        ("a:\n\tb: 1", "found character '\\t'"),
    ],
)
def test_problems_have_a_place(text: str, problem: str) -> None:
    with pytest.raises(ComposeError) as caught:
        compose(text.encode())
    assert problem in caught.value.message


def test_braces_that_begin_no_expression() -> None:
    assert plain(root('{"a": {"b": "{{"}}')) == {"a": {"b": "{{"}}
    assert plain(root('{"a": {"b": "{{", "c": "}"}}')) == {"a": {"b": "{{", "c": "}"}}


def test_alias_bomb_is_bounded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    for filler in (0, 2 * MAX_ALIASED):  # what is allowed grows with the text, up to a bound
        text = "\n".join([f"filler: {'x' * filler}", *lines])
        with pytest.raises(ComposeError, match="aliases expand to more than") as caught:
            compose(text.encode())
        assert int(caught.value.message.split()[5].replace(",", "")) <= MAX_ALIASED


def test_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NODES", 10)
    for text in ("[a, a, a, a, a, a, a, a, a]", "{a: 1, b: 2, c: [], d: {}}\n"):
        compose(text.encode())
    for text in ("[a, a, a, a, a, a, a, a, a, a]", "a: &a 1\n? b\n: [[], *a, {}, *a, *a, *a]\n"):
        with pytest.raises(ComposeError, match="more than 4,000,000 keys and values in one document") as caught:
            compose(text.encode(), start=DocumentStart(7, 1))
        assert caught.value.line > 6


def test_aliases_do_not_nest_deeper_than_brackets_may() -> None:
    lines = [f"a{n}: &a{n} {'[' * 100}*a{n - 1}{']' * 100}" for n in range(1, 4)]
    with pytest.raises(ComposeError, match=f"nested deeper than {MAX_DEPTH} levels"):
        compose("\n".join(["a0: &a0 x", *lines]).encode())


@given(values)
@settings(max_examples=50)
def test_the_pure_parser_gives_the_same_nodes(value: Any) -> None:
    data = json.dumps({"key": value}, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as monkeypatch:
        without_c = pure(data, monkeypatch)
    with_c = compose(data)
    assert plain(without_c) == plain(with_c)
    assert without_c
    assert with_c
    assert without_c.span == with_c.span


BLOCK = "a: &x\n  - 1\n  - {b: 'c', d: \"e\"}\n# comment\nf: |\n  text\n  more\ng: *x\n"


def test_the_pure_parser_gives_the_same_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    def spans(node: Node | None) -> list[Span]:
        if isinstance(node, Sequence):
            return [node.span, *(span for item in node.items for span in spans(item))]
        if isinstance(node, Mapping):
            return [node.span, *(span for pair in node.items for part in pair for span in spans(part))]
        return [node.span] if node else []

    assert spans(pure(BLOCK.encode(), monkeypatch)) == spans(compose(BLOCK.encode()))


def test_select_follows_keys_items_and_values() -> None:
    node = root("a:\n  - {b: 1}\n  - {b: 2}\nmap: {x: {n: 3}, y: {n: 4}}\n")
    assert [plain(found) for found in select(node, "a[].b")] == ["1", "2"]
    assert [plain(found) for found in select(node, "map.*.n")] == ["3", "4"]
    assert select(node, "a.b") == []
    assert select(node, "") == [node]
