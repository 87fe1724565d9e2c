"""What kubectl refuses is refused with its reason; templates are read before they are rendered."""

from __future__ import annotations

import pytest

from imagelint.text.compose import ComposeError
from imagelint.text.kubectl import compose_manifest
from imagelint.text.nodes import Mapping, Scalar


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: .inf\n", "has no form in JSON"),
        ("a: [-.INF, .nan]\n", "has no form in JSON"),
        ("~: a\n", "null cannot be a key"),
        (": a\n", "null cannot be a key"),
        ("? [a]\n: b\n", "cannot be a key"),
        ("a: { [b]: c }\n", "cannot be a key"),
        ("<<: x\n", "takes a mapping"),
        ("a: {<<: [[b]]}\n", "takes a mapping"),
        ('a: "x\\/y"\n', "is an escape of JSON"),
        ('"a\\/b": x\n', "is an escape of JSON"),
        ("a: !!int x\n", "cannot be read as !!int"),
        ("a: !!binary '?'\n", "not base64"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(ComposeError) as refused:
        compose_manifest(text.encode())
    assert reason in refused.value.message


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
