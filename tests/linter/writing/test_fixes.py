"""A fix changes the bytes of its scalar and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.linting.fix import Edit, apply
from imagelint.text.compose import compose
from imagelint.text.nodes import Scalar, select
from imagelint.text.places import Span
from imagelint.text.source import decode
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path


def edit_of(text: str, new: str) -> Edit:
    """The edit of `image` of a document."""
    root = compose(decode(text.encode()))
    assert root is not None
    (image,) = select(root, "image")
    assert isinstance(image, Scalar)
    return Edit(image.span, image.value, new)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("image: old # why\n", "image: new # why\n"),
        ("image: 'old'\nb: 1\n", "image: 'new'\nb: 1\n"),
        ('{"image": "old"}', '{"image": "new"}'),
        ("a: 1\r\nimage: old\r\nb: 2\r\n", "a: 1\r\nimage: new\r\nb: 2\r\n"),
        ("a: 日本 # x\nimage: old", "a: 日本 # x\nimage: new"),
        ("image: &a old\nb: *a\n", "image: &a new\nb: *a\n"),
        ("image: !!str old\n", "image: !!str new\n"),
        ("image: >-\n  old\n", "image: >-\n  old\n"),
        ('image: "o\\x6cd"\n', 'image: "o\\x6cd"\n'),
    ],
)
def test_an_edit_keeps_all_but_the_value(text: str, after: str) -> None:
    assert apply(text.encode(), [edit_of(text, "new")]).decode() == after


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_encoding_of_a_file_is_kept(encoding: str) -> None:
    text = "a: é\nimage: old\n"
    assert apply(text.encode(encoding), [edit_of(text, "new")]) == text.replace("old", "new").encode(encoding)


def test_overlapping_edits_leave_the_first() -> None:
    edits = [Edit(Span(1, 1, 1, 4), "abc", "x"), Edit(Span(1, 3, 1, 6), "cde", "y"), Edit(Span(1, 4, 1, 5), "d", "z")]
    assert apply(b"abcdef", edits) == b"xzef"


@given(
    before=st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    after=st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    new=st.text("abc", max_size=5),
)
def test_no_byte_outside_the_span_changes(before: str, after: str, new: str) -> None:
    text = f"{before}\n  old{after}"
    line = len(text[: len(before) + 1].replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    fixed = apply(text.encode(), [Edit(Span(line, 3, line, 6), "old", new)])
    assert fixed in {f"{before}\n  {new}{after}".encode(), text.encode()}
    assert fixed.startswith(f"{before}\n  ".encode())
    assert fixed.endswith(after.encode())


@given(st.binary(max_size=60), st.tuples(*[st.integers(1, 9)] * 4), st.text(max_size=4))
def test_an_edit_of_text_that_is_not_there_changes_nothing(
    raw: bytes, place: tuple[int, int, int, int], new: str
) -> None:
    try:
        decode(raw)
    except Exception:  # noqa: BLE001 - no text, so that there are no findings either
        return
    assert apply(raw, [Edit(Span(*place), "a text that is not there", new)]) == raw


POD = """# kept
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: a
      image: "ghrc.io/acme/App:1"   # one typo hides another
    - name: b
      image: https://quay.io/acme/app:1
    - {name: c, image: 'k8s.gcr.io/pause:3.9'}
    - {name: d, image: bitnami/redis:7.2}
"""


def test_fix_writes_and_lints_again(tmp_path: Path) -> None:
    path = tmp_path / "pod.yaml"
    path.write_bytes(POD.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    before = path.read_bytes()
    shown = imagelint("--diff", "--today=2026-11-24", "pod.yaml", cwd=tmp_path)
    assert shown.returncode == 1
    assert shown.stdout.startswith("--- a/pod.yaml\n+++ b/pod.yaml\n")
    assert "+      image: quay.io/acme/app:1" in shown.stdout
    assert path.read_bytes() == before
    done = imagelint("--fix", "--format=concise", "--today=2026-11-24", "pod.yaml", cwd=tmp_path)
    assert "1 file fixed" in done.stderr
    expected = POD.replace("ghrc.io/acme/App", "ghrc.io/acme/app").replace("https://quay", "quay")
    expected = expected.replace("k8s.gcr.io", "registry.k8s.io")
    assert path.read_bytes() == expected.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "misspelled-registry" in done.stdout
    assert [*tmp_path.iterdir()] == [path]
    again = imagelint("--fix", "--unsafe-fixes", "--format=concise", "--today=2026-11-24", "pod.yaml", cwd=tmp_path)
    assert "image: 'registry.k8s.io/pause:3.9'" in path.read_text(encoding="utf-8")
    assert "docker.io/bitnamilegacy/redis:7.2" in path.read_text(encoding="utf-8")
    assert 'image: "ghcr.io/acme/app:1"   # one typo' in path.read_text(encoding="utf-8")
    assert "dead-image" not in again.stdout


def test_a_diff_of_nothing_is_empty(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    assert imagelint("--diff", "pod.yaml", cwd=tmp_path).returncode == 0


def test_misplaced_fields_are_renamed_and_strings_wrapped(tmp_path: Path) -> None:
    text = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  "imagepullsecrets": ["one", two]   # case
  containers: [{name: a, image: "quay.io/acme/app:1", pullPolicy: Always}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: a}
imagePullSecrets:
  - three
  - 'four'
  - "null"
  - no
"""
    (tmp_path / "pod.yaml").write_text(text, encoding="utf-8")
    imagelint("--fix", "pod.yaml", cwd=tmp_path)
    fixed = (tmp_path / "pod.yaml").read_text(encoding="utf-8")
    assert '  "imagePullSecrets": ["one", two]   # case\n' in fixed
    assert '  - {name: three}\n  - {"name": "four"}\n  - {"name": "null"}\n  - no\n' in fixed
    assert "imagePullPolicy: Always" in fixed


def test_standard_input_is_printed_fixed(tmp_path: Path) -> None:
    done = imagelint("-", "--fix", "--format=concise", "--today=2026-11-24", cwd=tmp_path, text=POD)
    expected = POD.replace("ghrc.io/acme/App", "ghrc.io/acme/app").replace("https://quay", "quay")
    assert done.stdout == expected.replace("k8s.gcr.io", "registry.k8s.io")
    assert done.returncode == 1
    assert "<stdin>:8:14: error[misspelled-registry]" in done.stderr
    assert "1 file fixed (3 findings)" in done.stderr
    assert [*tmp_path.iterdir()] == []
    shown = imagelint("-", "--diff", "--today=2026-11-24", cwd=tmp_path, text=POD)
    assert "+    - {name: c, image: 'registry.k8s.io/pause:3.9'}" in shown.stdout


def test_standard_input_without_fixes_is_printed_as_it_is(tmp_path: Path) -> None:
    text = POD.partition("    - name: a")[0] + "    - {name: d, image: quay.io/acme/app:1}\n"
    done = imagelint("-", "--fix", "--stdin-filename=absent.yaml", cwd=tmp_path, text=text)
    assert (done.returncode, done.stdout) == (0, text)


def test_unsafe_fixes_alone_are_refused(tmp_path: Path) -> None:
    done = imagelint("--unsafe-fixes", cwd=tmp_path)
    assert (done.returncode, "--unsafe-fixes requires --fix or --diff" in done.stderr) == (2, True)


def test_what_can_be_fixed_is_marked_and_counted(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    done = imagelint("--today=2026-11-24", cwd=tmp_path)
    assert "[*] 3 fixable with --fix, 1 more with --fix --unsafe-fixes\n" in done.stderr
    marked = [line.partition(":")[0] for line in done.stdout.splitlines() if line.endswith(" [*]")]
    assert "error[invalid-image-reference]" in marked
    assert not any("dead-image" in line for line in marked)
    shown = imagelint("--diff", "--today=2026-11-24", "--color=always", cwd=tmp_path)
    assert "--fix would change 1 file (3 findings)\n" in shown.stderr
    assert "\x1b[32m+    - {name: c, image: 'registry.k8s.io/pause:3.9'}\x1b[0m\n" in shown.stdout


IGNORED = """# imagelint: file-ignore[dead-image] never
apiVersion: v1
kind: Pod  # imagelint: ignore[latest-tag]
metadata: {name: a}
spec:
  # imagelint: ignore[latest-tag, missing-tag] until the move
  containers:
    - name: a  # imagelint: ignore[digest-required] off, so that nothing is known of it
      # imagelint: ignore[never-pull-policy]
      image: quay.io/acme/app  # note # imagelint: ignore[latest-tag] gone
    - {name: b, image: quay.io/acme/app:2}
    # imagelint: ignore[latest-tga] a typo stays
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_unused_ignores_are_removed(tmp_path: Path, end: str) -> None:
    path = tmp_path / "pod.yaml"
    path.write_bytes(IGNORED.replace("\n", end).encode())
    done = imagelint("--fix", "--format=concise", "--today=2026-11-24", cwd=tmp_path)
    expected = IGNORED.replace("# imagelint: file-ignore[dead-image] never\n", "")
    expected = expected.replace("  # imagelint: ignore[latest-tag]\n", "\n", 1)
    expected = expected.replace("[latest-tag, missing-tag]", "[missing-tag]")
    expected = expected.replace("      # imagelint: ignore[never-pull-policy]\n", "")
    expected = expected.replace(" # imagelint: ignore[latest-tag] gone", "")
    assert path.read_bytes().decode() == expected.replace("\n", end)
    assert "there is no rule `latest-tga`" in done.stdout
    assert "reports nothing here" not in done.stdout
