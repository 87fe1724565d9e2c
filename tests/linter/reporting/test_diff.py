"""The diff of known edits: git and patch apply it, nothing secret is in it, and no line of it is a command."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.fix import Edit, apply
from imagelint.reporting.diff import diff
from imagelint.text.places import Span
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
POD = f"{HEAD}    - name: a\n      image: quay.io/ACME/a:1\n"
SECRET = "---\nkind: Secret\n"


def patched(folder: Path, name: str, raw: bytes, patch: str, tool: str) -> bytes:
    """The file after `git apply` or `patch`."""
    path = folder / name
    path.write_bytes(raw)
    command = ["git", "apply", "-"] if tool == "git" else ["patch", "--binary", "-p1"]
    done = subprocess.run(command, cwd=folder, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode() + patch
    return path.read_bytes()


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", range(8))
def test_it_applies(tmp_path: Path, seed: int, ending: str, tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is absent")
    chance = random.Random(seed)
    lines = [f"x{number}: old" + "y" * chance.randrange(3) for number in range(chance.randrange(1, 60))]
    text = ending.join(lines) + (ending if seed % 2 else "")
    edits = [
        Edit(Span(number, line.index("old") + 1, number, line.index("old") + 4), "old", "new" * chance.randrange(3))
        for number, line in enumerate(lines, 1)
        if line.endswith("old") and chance.random() < 0.4
    ] or [Edit(Span(1, lines[0].index("old") + 1, 1, len(lines[0]) + 1), lines[0].partition(": ")[2], "new")]
    raw = text.encode()
    patch = "".join(diff("a b.yaml", raw, edits))
    assert patched(tmp_path, "a b.yaml", raw, patch, tool) == apply(raw, edits) != raw


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", 'a"b\\.yaml', "a\tb.yaml", "é.yaml", "##vso[x].yaml", "\x1b[2J\u202e.yaml"]
)
def test_any_path_is_a_legal_header(tmp_path: Path, name: str) -> None:
    raw = b"image: old\n"
    patch = "".join(diff(name, raw, [Edit(Span(1, 8, 1, 11), "old", "new")]))
    assert "\x1b" not in patch
    assert "\u202e" not in patch
    assert "##vso[" not in patch
    assert patched(tmp_path, name, raw, patch, "git") == b"image: new\n"


HIDDEN = {
    "Secret after it": POD + SECRET + "stringData: {a: PW}\n",
    "Secret with comments": f"{POD}---\nkind: Secret  # PW\nstringData: {{a: PW}}\n",
    "escaped kind": f'{POD}---\nkind: "S\\x65cret"\ndata: {{a: PW}}\n',
    "anchored kind": f"{POD}---\nx: &k Secret\nkind: *k\nvalues: {{a: PW}}\n",
    "unknown object": f"{POD}---\nkind: Thing\nspec: {{stringData: {{a: PW}}}}\n",
    "template of an operator": f"{POD}---\nkind: ExternalSecret\nspec: {{target: {{template: {{data: {{a: PW}}}}}}}}\n",
    "list": f"{POD}---\nkind: List\nitems: [{{kind: Secret, data: {{a: PW}}}}]\n",
    "broken": f"{POD}---\nkind: Secret\ndata: {{a: PW}}\nx: [\n",
    "last applied": f"{POD}---\nkubectl.kubernetes.io/last-applied-configuration: PW\n",
    "docker config": f'{POD}---\ntext: \'{{"auths": {{"a": {{"auth": "PW"}}}}}}\'\n',
    "block scalar": f"{POD}---\ntext: |\n  auths: {{}}\n  PW\n",
    "environment": f"{POD}      env:\n        - name: A\n          value: PW\n",
    "environment in the same line": POD.replace("name: a\n      image", "env: [{name: A, value: PW}]\n      image"),
    "flags": f"{POD}      args: [--password, PW, --token=PW, --pwd, PW]\n",
    "arguments in the same line": f"{POD}    - {{name: b, args: [-x, PW], image: 'quay.io/ACME/b:1', command: [PW]}}\n",
    "comment in the same line": POD.replace("ACME/a:1", "ACME/a:1 # password: PW"),
    "user information": POD.replace("quay.io/ACME", "https://bob:PW@quay.io/acme"),
    "user information beside it": f"{POD}    - image: https://bob:PW@quay.io/acme\n",
    "URL": f"{POD}      x: postgres://bob:PW@host/db\n",
    "credential": f"{POD}---\nkind: HelmRelease\nvalues: {{dbPassword: PW}}\n",
    "CR LF": (POD + SECRET + "stringData: {a: PW}\n").replace("\n", "\r\n"),
    "UTF-16": "UTF-16",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_nothing_secret_is_in_it(tmp_path: Path, text: str) -> None:
    raw = HIDDEN["Secret after it"].encode("utf-16") if text == "UTF-16" else text.encode()
    (tmp_path / "a.yaml").write_bytes(raw)
    done = imagelint("--diff", "a.yaml", cwd=tmp_path)
    assert "+" in done.stdout, done.stderr
    assert "PW" not in done.stdout + done.stderr
    assert "note: what may be secret is masked" in done.stderr


@pytest.mark.parametrize("evil", ["::add-mask::x", "##vso[x]y", "##[x]y", "a\x1b]8;;x\x07", "\u202ea", "a\rb"])
def test_no_line_of_it_is_a_command(tmp_path: Path, evil: str) -> None:
    (tmp_path / "a.yaml").write_bytes(f"{POD}---\n{evil}\n".encode())
    shown = imagelint("--diff", "a.yaml", cwd=tmp_path).stdout
    assert "+      image: quay.io/acme/a:1" in shown
    assert evil not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_a_pod_beside_open_values_can_be_applied(tmp_path: Path) -> None:
    raw = (POD + "      ports: [{containerPort: 80}]\n---\nkind: ConfigMap\ndata: {a: b}\n").encode()
    (tmp_path / "a.yaml").write_bytes(raw)
    done = imagelint("--diff", "a.yaml", cwd=tmp_path)
    assert "note:" not in done.stderr
    assert patched(tmp_path, "a.yaml", raw, done.stdout, "git") == raw.replace(b"ACME", b"acme")
