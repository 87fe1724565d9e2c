"""Texts made to crash, hang or fill a parser: each ends in findings, within bounds, and the file beside is reported.

Every text is made here when its test runs; the large ones are not kept.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING

import pytest

from imagelint.text.compose import ComposeError, compose
from support import imagelint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
BESIDE = f"{HEAD}spec: {{containers: [{{name: a, image: quay.io/ACME/app:1.4}}]}}\n"
FINDING = "beside.yaml:4:38: error[invalid-image-reference]"
REGCRED = "  imagePullSecrets: [{name: regcred}]\n"
Text = str | bytes


def pod(image: str, number: int = 1, comment: str = "", spec: str = "") -> str:
    container = f"  containers:\n    - name: c\n      image: {image}{comment}\n"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}}}\nspec:\n{spec}{container}---\n"


def secret(keys: list[str], name: str = "regcred", more: str = "") -> str:
    content = json.dumps({"auths": {key: {"auth": "dXNlcjpwYXNzd29yZA=="} for key in keys}})
    head = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{more}}}\ntype: kubernetes.io/dockerconfigjson\n"
    return f"{head}stringData:\n  .dockerconfigjson: '{content}'\n---\n"


def bomb(width: int, depth: int) -> str:
    lines = ["a0: &a0 [x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


def merges(depth: int) -> str:
    levels = [f"m{n}: &m{n} {{<<: *m{n - 1}, k{n}: v}}\n" for n in range(1, depth)]
    return f"{HEAD}m0: &m0 {{a: b}}\n{''.join(levels)}spec: {{<<: *m{depth - 1}, containers: [{{image: a}}]}}\n"


def keys_and_images(keys: int, images: int) -> str:
    pods = "".join(pod(f"x{n}.io/a:1", n, spec=REGCRED) for n in range(images))
    return secret([f"r{n}.io" for n in range(keys)]) + pods


def kubernetes_list(count: int) -> str:
    item = "- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: c, image: a:1}]}\n"
    return f"# Source: chart/templates/a.yaml\napiVersion: v1\nkind: List\nitems:\n{item * count}"


def one_line(count: int) -> str:
    spec = {"containers": [{"name": "c", "image": "quay.io/ACME/b"}]}
    one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    hidden = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [one, hidden] * count})


NESTED: dict[str, Callable[[], Text]] = {
    "brackets": lambda: HEAD + "spec: " + "[" * 500_000,
    "braces": lambda: HEAD + "spec: " + "{a: " * 300_000,
    "dashes": lambda: HEAD + "spec:\n  " + "- " * 300_000,
    "question marks": lambda: HEAD + "spec:\n  " + "? " * 300_000,
    "indentation": lambda: HEAD + "".join(" " * n + "a:\n" for n in range(2000)),
    "json": lambda: '{"apiVersion": "v1", "kind": "Pod", "a":' * 100_000,
    "docker config": lambda: secret([]).replace('{"auths": {}}', "[" * 500_000),
    "aliases": lambda: (
        HEAD + "a0: &a0 x\n" + "".join(f"a{n}: &a{n} {'[' * 99}*a{n - 1}{']' * 99}\n" for n in range(1, 50))
    ),
    "merge keys": lambda: merges(600),
}
BOMBS: dict[str, Callable[[], Text]] = {
    "one": lambda: HEAD + bomb(9, 30),
    "in each document": lambda: f"{HEAD}{bomb(9, 5)}\n---\n" * 2000,
    "by merge keys": lambda: (
        HEAD + "m0: &m0 {a: b}\n" + "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 40))
    ),
}
LARGE: dict[str, Callable[[], Text]] = {
    "keys": lambda: HEAD + "".join(f"k{n}: v\n" for n in range(200_000)),
    "scalars": lambda: f"{HEAD}a: [{'a,' * 4_000_001}]\n",
    "scalars of json": lambda: f'{{"apiVersion": "v1", "kind": "Pod", "a": [{"1," * 4_000_001}1]}}',
    "scalar": lambda: HEAD + "a: " + "x" * 10_000_000,
    "folded scalar": lambda: HEAD + "a: >\n" + "  x\n" * 500_000,
    "documents": lambda: "---\n" * 200_000 + BESIDE,
    "objects": lambda: "apiVersion: v1\nkind: X\n---\n" * 20_000,
    "list": lambda: kubernetes_list(10_000),
    "one line": lambda: one_line(4000),
    "image": lambda: (
        pod("a" * 1_000_000) + pod("A_" * 500_000) + pod("${" * 500_000) + pod("'" + "/" * 1_000_000 + "'")
    ),
    "images of one pod": lambda: HEAD + "spec:\n  containers:\n" + "    - {name: c, image: a:1}\n" * 10_000,
    "names": lambda: (
        secret(["a.io"], "ab" * 200_000) + pod("a", spec=f"  imagePullSecrets: [{{name: {'ba' * 200_000}}}]\n")
    ),
    "base64": lambda: HEAD.replace("Pod", "Secret") + "data: {a: '" + "A" * 5_000_000 + "!'}\n",
}
# What costs the square of its size, or worse, if each item is compared with each other.
SQUARES: dict[str, Callable[[], Text]] = {
    "kinds in one list that may be a template": lambda: (
        "# {{\napiVersion: v1\nkind: List\nitems:\n"
        + "".join(f"- {{apiVersion: a/v1, kind: K{n}, metadata: {{name: p}}}}\n" for n in range(20_000))
    ),
    "objects in one list with marks of nodes": lambda: (
        "# eks host\napiVersion: v1\nkind: List\nitems:\n"
        + "- {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: p}}\n" * 20_000
    ),
    "spaces before a key": lambda: f"{HEAD}x: [\n{' ' * 500_000}\n}}",
    "open template braces": lambda: f"{HEAD}x: {'{{' * 250_000}",
    "spaces in braces": lambda: f"{HEAD}x: '{{{{{' ' * 500_000}'\ny: [",
    "upper-case words": lambda: "".join(pod("A_" * 2000, n) for n in range(100)),
    "components": lambda: "".join(pod("quay.io/" + "a-" * 1900, n) + pod("a." * 1900 + "/x:y!", n) for n in range(100)),
    "comments": lambda: "".join(pod("a:latest", n, "  # imagelint: ignore[latest-tag] x") for n in range(5000)),
    "comments above": lambda: "# imagelint: ignore[latest-tag] x\n" * 20_000 + BESIDE,
    "comments for the file": lambda: "# imagelint: file-ignore[latest-tag] x\n" * 2000 + pod("a:latest") * 2000,
    "hashes in a line": lambda: f"{HEAD}a: b {'# ' * 250_000} imagelint\n",
    "open brackets in a comment": lambda: f"{HEAD}# imagelint: ignore{'[' * 500_000}\n",
    "stars in a key": lambda: secret(["*a" * 100 + "b.io"]) + pod("a" * 200 + ".io/x:1", spec=REGCRED),
    "a long glob": lambda: secret(["*" * 500_000 + "b.io"]) + pod("a.io/x:1", spec=REGCRED),
    "keys and images": lambda: keys_and_images(2000, 1000),
    "secrets and pods": lambda: "".join(secret([f"r{n}.io"], f"s{n}") + pod(f"x{n}.io/a:1", n) for n in range(1000)),
    "one name in many namespaces": lambda: "".join(
        secret(["a.io"], more=f", namespace: n{n}") + pod("a.io/x:1", n, spec=REGCRED) for n in range(1000)
    ),
    "accounts and pods": lambda: "".join(
        f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: a{n}}}\nimagePullSecrets: [{{name: s}}]\n---\n"
        + pod("a.io/x:1", n, spec=f"  serviceAccountName: a{n}\n") for n in range(1500)),
}  # fmt: skip
ODD: dict[str, Callable[[], Text]] = {
    "nul": lambda: BESIDE.encode() + b"\0",
    "escapes": lambda: pod('"a\\e[31m\\x07\\u202e\\u2028b"') + pod("\u202e\u2066a\ufeff"),
    "raw control characters": lambda: pod("a\x1b[31m\x07\x08b"),
    "latin-1": lambda: BESIDE.replace("app", "\xe4pp").encode("latin-1"),
    "cut utf-8": lambda: BESIDE.encode() + "é".encode()[:1],
    "encoded surrogates": lambda: BESIDE.replace("app", "\ud800").encode("utf-8", "surrogatepass"),
    "escaped surrogates": lambda: pod('"\\ud800\\udc00"') + secret([]).replace('{"auths": {}}', '"\\ud800"'),
    "utf-16": lambda: BESIDE.encode("utf-16"),
    "utf-16 without a mark": lambda: BESIDE.encode("utf-16-be"),
    "odd utf-16": lambda: BESIDE.encode("utf-16") + b"\0",
    "utf-32": lambda: BESIDE.encode("utf-32"),
    "surrogates in utf-16": lambda: b"\xff\xfe" + BESIDE.encode("utf-16-le") + b"\x00\xd8",
    "yaml directives": lambda: "%YAML 1.1\n---\n" + BESIDE + "---\n%YAML 9.9\n---\n" + BESIDE,
    "many yaml directives": lambda: "%YAML 1.2\n" * 5000 + "---\n" + BESIDE,
    "tag directives": lambda: "%TAG ! tag:example.com,2000:\n%TAG !e! tag:e.org:\n---\n!e!x\n" + BESIDE,
    "unknown tags": lambda: pod("!!python/object/apply:os.system [id]") + pod("!undefined!x y"),
    "carriage returns": lambda: BESIDE.replace("\n", "\r"),
    "odd line ends": lambda: BESIDE.replace("\n", "\x85").encode() + "\u2028a\u2029".encode(),
    "markers": lambda: "--- ---\n--- |\n---# x\n... \n...\n---\n" * 1000,
    "complex keys": lambda: HEAD + "? [a, {b: c}]\n: {? {d: e} : f}\n? - x\n: y\n",
    "null keys": lambda: HEAD + "spec: {null: a, ~: b, : c, containers: [null, ~, {image: null}, [], {}]}\n",
    "numbers": lambda: HEAD.replace("v1", "1e999999") + f"spec: {{containers: [{{image: {'9' * 10_000}}}]}}\n",
}  # fmt: skip
ALL = {
    f"{group}: {name}": make
    for group, texts in {"nested": NESTED, "bomb": BOMBS, "large": LARGE, "square": SQUARES, "odd": ODD}.items()
    for name, make in texts.items()
}


@pytest.mark.parametrize("name", ALL)
def test_hostile_text_ends_in_findings(tmp_path: Path, name: str) -> None:
    text = ALL[name]()
    (tmp_path / "hostile.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    (tmp_path / "beside.yaml").write_text(BESIDE, encoding="utf-8")
    outputs = [part for format_ in ("text", "json") for part in (f"--format={format_}", f"--output=out.{format_}")]
    done = imagelint(*outputs, "--format=concise", ".", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr, "internal-error" in done.stdout) == (1, False, False)
    assert FINDING in done.stdout
    assert not any(char in done.stdout for char in "\x1b\x07\x08\r\u202e\u2066\u2028\ufeff")


@pytest.mark.parametrize("command", ["images", "init"])
@pytest.mark.parametrize("name", [*(f"odd: {name}" for name in ODD), "bomb: one"])
def test_other_commands_survive_it_too(tmp_path: Path, name: str, command: str) -> None:
    text = ALL[name]()
    (tmp_path / "hostile.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    done = imagelint(command, ".", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


@pytest.mark.parametrize("text", ["a: [b, c]\nd: ]", f"a: [{'b, ' * 101}]", f"a: {'[' * 300}"], ids=range(3))
def test_an_error_keeps_nothing_of_a_text(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that is refused is read again, which takes its memory twice if the first error still has its nodes."""
    monkeypatch.setattr("imagelint.text.compose.MAX_NODES", 100)
    with pytest.raises(ComposeError) as found:
        compose(text.encode(), needs_reason=False)
    assert "_build" not in {entry.name for entry in traceback.extract_tb(found.value.__traceback__)}
