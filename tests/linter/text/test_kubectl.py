"""What kubectl refuses is refused with its reason; templates are read before they are rendered."""

from __future__ import annotations

import pytest

from imagelint.text.compose import ComposeError
from imagelint.text.kubectl import compose_manifest
from imagelint.text.nodes import Mapping, Scalar


def test_the_place_of_a_control_character() -> None:
    with pytest.raises(ComposeError, match="characters are not allowed") as refused:
        compose_manifest("a: é\u2028b: 1\r\nc: d\x07\n".encode())
    assert (refused.value.line, refused.value.column) == (2, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: .inf\n", "has no form in JSON"),
        ("a: [-.INF, .nan]\n", "has no form in JSON"),
        ("~: a\n", "null cannot be a key"),
        (": a\n", "null cannot be a key"),
        ("!!null '': a\n", "null cannot be a key"),
        ("18446744073709551615: a\n", "a number of more than 63 bits cannot be a key"),
        ("0xffffffffffffffff: a\n", "a number of more than 63 bits cannot be a key"),
        ("? [a]\n: b\n", "cannot be a key"),
        ("a: { [b]: c }\n", "cannot be a key"),
        ("a: {\n [b],\n}\n", "cannot be a key"),
        ("a: {b: c, {d: e}}\n", "cannot be a key"),
        (" ?\r", "null cannot be a key"),
        ("a: &b c\nd: &b [*b]\n", "anchor `b` contains itself"),
        ("<<: x\n", "takes a mapping"),
        ("a: {<<: [[b]]}\n", "takes a mapping"),
        ('a: "x\\/y"\n', "is an escape of JSON"),
        ('a: b\rc: "x\\/y"\r', "is an escape of JSON"),
        ('"a\\/b": x\n', "is an escape of JSON"),
        ('a: ! "\\/"\n', "is an escape of JSON"),
        ('a: &x !!str # c\n  "\\/"\n', "is an escape of JSON"),
        ("# c\r%YAML 1.2\r---\ra: 1\r", "the version of YAML is not 1.1"),
        ("a: 1\n%FOO\n", "directive"),
        ("a: {b: http://c?d}\n", "a value with a question mark has to be in quotes"),
        ("a:\r  [b, c?d]\r", "a value with a question mark has to be in quotes"),
        ("a: [:b]\n", "did not find expected node content"),
        ("a: !!int x\n", "cannot be read as !!int"),
        ("a: !!binary '?'\n", "not base64"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(ComposeError) as refused:
        compose_manifest(text.encode())
    assert reason in refused.value.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("---\n\ufeffapiVersion: v1\nkind: Pod\n", (2, 1)),
        ("# c\r\ufeffapiVersion: v1\rkind: Pod\r", (2, 1)),
        ("apiVersion: v1\n\ufeffkind: Pod\n", (2, 1)),
        ("---\n\ufeff# c\napiVersion: v1\nkind: Pod\n", (2, 1)),
        ("{apiVersion: v1, \ufeffkind: Pod}", (1, 18)),
    ],
)
def test_a_byte_order_mark_within_is_refused_and_left_out_of_what_was_meant(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(ComposeError, match="byte order mark") as refused:
        compose_manifest(text.encode())
    assert (refused.value.line, refused.value.column) == place
    assert isinstance(refused.value.meant, Mapping)
    assert [key.value for key, _ in refused.value.meant.pairs()] == ["apiVersion", "kind"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b\ufeff\n", "b\ufeff"),
        ("# c\na: 'b\n\ufeff c'\n", "b \ufeff c"),
        ("\ufeffapiVersion:\napiVersion: v1\na: b\n", "b"),
        ("x: 1\n\ufeffy: 1\na: b\n", "b"),
    ],
)
def test_a_byte_order_mark_elsewhere_is_text(text: str, value: str) -> None:
    root = compose_manifest(text.encode())
    node = root.get("a") if isinstance(root, Mapping) else None
    assert isinstance(node, Scalar)
    assert node.value == value


@pytest.mark.parametrize(
    "text", ["%YAML 1.1\r---\ra: {b: c:d1:1.10}\r", "a: !<tag:yaml.org,2002:str> b\nc: &d\ne: {f: a/b:1.10}\n"]
)
def test_colons_in_braces_beside_tags_and_directives(text: str) -> None:
    assert isinstance(compose_manifest(text.encode()), Mapping)


@pytest.mark.parametrize("text", ['a: "\\\\/"\n', "a: 'x\\/y'\n", ".inf: a\n", '"<<": a\n', "a: {~: b}\na: c\n"])
def test_what_kubectl_reads(text: str) -> None:
    assert isinstance(compose_manifest(text.encode()), Mapping)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{{ x }}", "{{ x }}"),
        ("{{x}}:{{ y }}", "{{x}}:{{ y }}"),
        ('"{{ \\"x\\" }}"', '{{ "x" }}'),
        ("'{{x}}'", "{{x}}"),
    ],
)
def test_expressions_of_templates_are_text(written: str, value: str) -> None:
    root = compose_manifest(f"a: {written}\n".encode())
    node = root.get("a") if isinstance(root, Mapping) else None
    assert isinstance(node, Scalar)
    assert node.value == value
