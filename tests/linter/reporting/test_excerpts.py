"""A frame shows what is marked, and of the rest of its line only what cannot be secret."""

from __future__ import annotations

import pytest

from imagelint.reporting.excerpts import excerpt


def shown(line: str) -> str:
    """What is shown of a line in which `<` and `>` enclose what is marked."""
    start, end = line.index("<"), line.index(">") - 1
    return "".join(excerpt(line.replace("<", "").replace(">", ""), start, end, is_whole=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("      image: <a/B:1>", "      image: a/B:1"),
        ("      image: <a/B:1>  # token: PW", "      image: a/B:1"),
        ("  - {name: b, image: <'a/B'>}", "  - {name: b, image: 'a/B'}"),
        ('{"kind": "Pod", "spec": {"containers": [{"image": <"a/B">}]}}', None),
        ("- {name: b, image: <a/B>, env: [{name: A, value: PW}]}", "- {name: b, image: a/B, env: [{name: A, value: …"),
        ("- {env: [{name: A, value: PW}], image: <a/B>}", "…image: a/B}"),
        ("  - {args: ['PW, image: x'], image: <a/B>}", "  …image: a/B}"),
        ("  PW', image: <a/B>", "  …image: a/B"),
        ('{password: PW, image: <"a/B">, x: PW}', '…image: "a/B", x: …'),
        ("image: <https://bob:PW@h/a>", "image: https://•••@h/a"),
        ('image: <"https://bob:PW\\x40h/a">', "image: …"),
        ("image: &x <a/B>", None),
        ("image: <&x a/B>", "image: &x a/B"),
        ("image: <{{ .Values.image }}:1>", "image: {{ .Values.image }}:1"),
        ("x: <{a: PW}>", "x: {a: …"),
        ("<env: [{name: A, value: PW}]>", "env: [{name: A, value: …"),
        ("image: a  <# imagelint: ignore[latest-tag] why>", "image: a  # imagelint: ignore[latest-tag] why"),
        ("password: PW  <# imagelint: ignore[latest-tag] why>", "…# imagelint: ignore[latest-tag] why"),
        ("  value: PW<:> PW", "  …: …"),
    ],
)
def test_what_is_shown(line: str, expected: str | None) -> None:
    assert shown(line) == (line.replace("<", "").replace(">", "") if expected is None else expected)


@pytest.mark.parametrize("part", ["{", "a: ", "name: a, ", "[", "'", '"', "- ", "&a ", "a b "])
def test_long_lines_cost_little(part: str) -> None:
    line = part * 20_000
    assert excerpt(line, len(line), len(line) + 1, is_whole=True).marked == ""
