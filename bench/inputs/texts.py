"""One file that is odd or large in itself: comments, lines, nesting, names, references."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from inputs.rows import Rows, one_file, pod, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()
_IGNORE = "# imagelint: ignore[latest-tag]"


def _unordered(name: str, size: int, before: str, part: str, after: str = "") -> None:
    """A text with a part that is repeated."""
    ROWS.text(name, size)(lambda n: before + part * n + after)


_HEAD = pod("a", "nginx:latest").rstrip("\n")
for _name, _before, _part, _after in (
    ("spaces behind an ignore", f" {_IGNORE}", " ", "x\n"),
    ("spaces before `imagelint:`", " #", " ", "imagelint: x\n"),
    ("spaces behind `imagelint:`", " # imagelint:", " ", "x\n"),
    ("`ignore[ ` repeated", " # imagelint: ", "ignore[ ", "\n"),
    ("`# imagelint: ignore[ ` repeated", " ", "# imagelint: ignore[ ", "\n"),
    ("`# imagelint: ignore` repeated", " ", "# imagelint: ignore ", "\n"),
    ("ignores on one line", " ", f"{_IGNORE} why ", "\n"),
    ("`#` repeated", " # imagelint: ignore", " #", "\n"),
    ("`[` repeated in a comment", " # imagelint: ignore", "[", "\n"),
    ("rules in one ignore", " # imagelint: ignore[latest-tag", ", latest-tag", "]\n"),
    ("tabs behind an ignore", f" {_IGNORE}", "\t", "x\n"),
    ("comments", f"\n{_IGNORE}\n", "# a comment\n", ""),
    ("blank lines", f" {_IGNORE}\n", "\n", ""),
    ("carriage returns", f" {_IGNORE}\n", "\r", ""),
):
    _unordered(_name, 20_000, _HEAD + _before, _part, _after)

for _name, _size, _before, _part, _after in (
    ("documents", 2_000, "", "---\nkind: A\n", ""),
    ("document marks", 20_000, "", "---\n", ""),
    ("empty templates", 2_000, "kind: Pod\nimage:\n", "{{ x }}\n", ""),
    ("open braces", 2_000, "kind: Pod\nimage: ", "{{ ", "\n"),
    ("flow sequences in each other", 50, "apiVersion: v1\nkind: Pod\nimage: ", "[", "\n"),
    ("flow mappings in each other", 50, "apiVersion: v1\nkind: Pod\nimage: ", "{a: ", "\n"),
    ("dashes in each other", 50, "apiVersion: v1\nkind: Pod\nimage:\n", "- ", "a\n"),
    ("a long plain scalar of many lines", 5_000, "apiVersion: v1\nkind: Pod\nimage: a\n", "  word\n", ""),
    ("a long block scalar", 5_000, "apiVersion: v1\nkind: Pod\nimage: |\n", "  word\n", ""),
    ("escapes", 5_000, 'apiVersion: v1\nkind: Pod\nimage: "', "\\x41", '"\n'),
    ("question marks", 2_000, "apiVersion: v1\nkind: Pod\nimage: 1\n", "? a\n", ""),
    ("syntax errors", 2_000, "", "---\napiVersion: v1\nkind: Pod\nimage: [\n", ""),
    ("tags of YAML", 5_000, "apiVersion: v1\nkind: Pod\nimage: !", "a", " b\n"),
):
    _unordered(_name, _size, _before, _part, _after)

# As much of a reference as the grammar, and the reasons for a refusal, look at.
for _name, _part in (
    ("a", "a"),
    ("A", "A"),
    ("-", "-"),
    (".", "."),
    ("a.", "a."),
    ("a-", "a-"),
    ("_", "_"),
    ("/", "/"),
    ("a/", "a/"),
    (":", ":"),
    ("a:", "a:"),
    ("@", "@"),
    ("a@", "a@"),
    ("%!s(", "%!s("),
    ("http:/", "http:/"),
    ("{{", "{{ "),
    ("${", "${"),
    ("<", "<"),
    ("sha256:", "sha256:"),
    ("a white space", "a "),
):

    @ROWS.text(f"a reference of `{_name}`", 5_000)
    def _one(n: int, part: str = _part) -> str:
        return pod("a", "'" + part * n + "'")

    @ROWS.text(f"references of 100 `{_name}`", 100)
    def _many(n: int, part: str = _part) -> str:
        return pod("a", *(f"'b{number}{part * 100}'" for number in range(n)))


@ROWS.text("scalars and comments on one line")
def _scalars_and_comments(n: int) -> str:
    items = ", ".join(f"'{_IGNORE}'" for _ in range(n))
    return pod("a", "nginx:latest") + f"  texts: [{items}] {_IGNORE}\n"


@ROWS.text("containers on one line, and an ignore")
def _containers_on_one_line(n: int) -> str:
    items = ", ".join(f"{{name: c{number}, image: 'nginx:latest'}}" for number in range(n))
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{items}]}} {_IGNORE}\n"


@ROWS.text("ignores x findings")
def _ignores(n: int) -> str:
    return pod("a", *["nginx:latest"] * n, comment=f" {_IGNORE}")


@ROWS.text("ignores of a file x findings")
def _file_ignores(n: int) -> str:
    return pod("a", *["nginx:latest"] * n) + "# imagelint: file-ignore[latest-tag] why\n" * n


@ROWS.text("ignores of a file, of objects and of lines x findings")
def _nested_ignores(n: int) -> str:
    first = "# imagelint: file-ignore[latest-tag] why\n" + pod("a", *["nginx:latest"] * n, comment=f" {_IGNORE}")
    return stream([first, pod("b", *["nginx:latest"] * n)])


@ROWS.text("ignores that are not used")
def _unused(n: int) -> str:
    return pod("a", *["ghcr.io/acme/app:1"] * n, comment=f" {_IGNORE}")


@ROWS.text("ignores in annotations x findings")
def _annotations(n: int) -> str:
    rules = "; ".join(["latest-tag=why"] * n)
    return pod("a", *["nginx:latest"] * n).replace(
        "{name: a,", f"{{name: a, annotations: {{imagelint.dev/ignore: '{rules}'}},"
    )


@ROWS.text("anchors and aliases")
def _aliases(n: int) -> str:
    anchors = "".join(f"x{number}: &a{number} [1]\ny{number}: *a{number}\n" for number in range(n))
    return pod("a") + anchors


@ROWS.text("aliases of one pod")
def _aliases_of_one(n: int) -> str:
    items = "".join(f"  p{number}:\n    template: *a\n" for number in range(n))
    anchor = "  first: &a\n    spec: {containers: [{name: a, image: 'nginx:latest'}]}\n"
    return f"apiVersion: acme.example/v1\nkind: Things\nmetadata: {{name: a}}\nspec:\n{anchor}{items}"


@ROWS.text("merge keys")
def _merges(n: int) -> str:
    bases = "".join(f"x{number}: &m{number} {{k{number}: 1}}\n" for number in range(n))
    merged = ", ".join(f"*m{number}" for number in range(n))
    return pod("a") + bases + f"y:\n  <<: [{merged}]\n"


@ROWS.text("keys of one mapping", 2_000)
def _keys(n: int) -> str:
    return pod("a") + "".join(f"k{number}: 1\n" for number in range(n))


@ROWS.text("one key again and again", 2_000)
def _same_keys(n: int) -> str:
    return pod("a") + "kind: Pod\n" * n


@ROWS.text("misplaced fields")
def _misplaced(n: int) -> str:
    return pod("a", *[f"a:1\n      imagePullSecrets: [{{name: s{number}}}]" for number in range(n)])


@ROWS.text("bytes of mappings in each other", 10_000)
def _nested(n: int) -> str:
    depth = math.isqrt(2 * n)  # each line is indented one space more
    body = "".join(f"{' ' * level}a:\n" for level in range(1, depth))
    return "apiVersion: acme.example/v1\nkind: Things\nspec:\n" + body + " " * depth + "containers: [{image: a}]\n"


@ROWS.text("long names")
def _long_names(n: int) -> str:
    return stream([pod("a" * n, secrets=["s" * n]), pod("b" * n, secrets=["t" * n])])


@ROWS.text("containers of one pod x images")
def _containers(n: int) -> str:
    return pod("a", *(f"quay.io/acme/app-{number}:latest" for number in range(n)))


@ROWS.text("pods of one custom resource")
def _embedded(n: int) -> str:
    pods = "".join(f"    - spec: {{containers: [{{name: a, image: 'a-{number}:1'}}]}}\n" for number in range(n))
    return f"apiVersion: acme.example/v1\nkind: Things\nmetadata: {{name: a}}\nspec:\n  templates:\n{pods}"


@ROWS.text("image triggers x containers")
def _triggers(n: int) -> str:
    fields = ",".join(
        f'{{"fieldPath":"spec.template.spec.containers[?(@.name==\\"c{number}\\")].image"}}' for number in range(n)
    )
    annotation = f"annotations: {{image.openshift.io/triggers: '[{fields}]'}}"
    return pod("a", *["a"] * n).replace("{name: a,", f"{{name: a, {annotation},")


@ROWS.text("CR LF", 2_000)
def _crlf(n: int) -> str:
    return pod("a", *["nginx:latest"] * n, comment=f" {_IGNORE}").replace("\n", "\r\n")


@ROWS.text("one line of JSON")
def _json_line(n: int) -> str:
    containers = [{"name": f"c{number}", "image": "nginx:latest"} for number in range(n)]
    return json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": containers}}
    )


@ROWS.text("items of a JSON list")
def _json_list(n: int) -> str:
    spec = {"containers": [{"name": "a", "image": "nginx:latest"}]}
    items = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}"}, "spec": spec} for number in range(n)
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1)


@ROWS.add("UTF-16")
def _utf16(folder: Path, n: int) -> list[str]:
    arguments = one_file(folder, "")
    (folder / "m.yaml").write_bytes(pod("a", *["nginx:latest"] * n).encode("utf-16"))
    return arguments
