"""A file is written as a whole or not at all, and stays the file that it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from imagelint.text.errors import UserFileError
from imagelint.writing import files
from imagelint.writing.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO


@pytest.fixture(params=["without a name", "with a name"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, on a file system with temporary files that have no name, and on one without."""
    if request.param == "with a name":
        monkeypatch.setattr(files, "_DESCRIPTORS", "/absent")
    path = tmp_path / "pod.yaml"
    path.write_text("old", encoding="utf-8")
    return path


def test_a_file_is_replaced_with_its_permissions(path: Path) -> None:
    path.chmod(0o604)
    before = path.stat()
    replace_file(str(path), [b"n", b"ew"], expected=b"old")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode == before.st_mode
    assert path.stat().st_ino != before.st_ino
    assert [*path.parent.iterdir()] == [path]


def test_a_new_file_gets_the_permissions_of_new_files(path: Path) -> None:
    new = path.parent / "new"
    before = os.umask(0o027)
    replace_file(str(new), [b"new"])
    os.umask(before)
    assert new.read_bytes() == b"new"
    assert new.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(path: Path) -> None:
    link = path.parent / "link"
    link.symlink_to("pod.yaml")
    replace_file(str(link), [b"new"], expected=b"old")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_all_names_of_a_file_get_the_new_content(path: Path) -> None:
    other = path.parent / "other"
    other.hardlink_to(path)
    replace_file(str(path), [b"longer than before"], expected=b"old")
    assert other.samefile(path)
    assert other.read_bytes() == b"longer than before"
    replace_file(str(path), [b"x"])
    assert other.read_bytes() == b"x"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(path: Path) -> None:
    os.chown(path, 1234, 4321)
    path.chmod(0o4750)
    replace_file(str(path), [b"new"], expected=b"old")
    assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o7777) == (1234, 4321, 0o4750)


def test_a_file_of_another_user_is_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fstat

    def fstat(file: int) -> os.stat_result:
        """As if new files belonged to another user than this one."""
        fields = [*real(file)]
        fields[4] += 1
        return os.stat_result(fields)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fstat", fstat)
    monkeypatch.setattr(os, "fchown", refuse)
    before = path.stat().st_ino
    replace_file(str(path), [b"new"], expected=b"old")
    assert (path.read_bytes(), path.stat().st_ino) == (b"new", before)


def test_extended_attributes_stay(path: Path) -> None:
    try:
        os.setxattr(path, "user.kept", b"1")
    except OSError:
        pytest.skip("the file system has no extended attributes")
    replace_file(str(path), [b"new"])
    assert os.getxattr(path, "user.kept") == b"1"


def test_a_file_that_cannot_be_written_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UserFileError, match=r"pod\.yaml: cannot be written: permission denied"):
        replace_file(str(path), [b"new"])
    assert [*path.parent.iterdir()] == [path]
    assert path.read_bytes() == b"old"


def test_what_fails_in_the_middle_leaves_the_old_content(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "other").hardlink_to(path)
    fill: Callable[[BinaryIO, bytes], None] = vars(files)["_fill"]

    def full(stream: BinaryIO, content: bytes) -> None:
        fill(stream, content)
        monkeypatch.setattr(files, "_fill", fill)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_fill", full)
    with pytest.raises(UserFileError, match="cannot be written: no space left on device"):
        replace_file(str(path), [b"longer than before"])
    assert path.read_bytes() == b"old"


def _remove(path: Path) -> None:
    path.unlink()


def _edit(path: Path) -> None:
    path.write_text("OLD", encoding="utf-8")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.unlink()
    (path.parent / "victim").write_text("victim", encoding="utf-8")
    path.symlink_to("victim")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_remove, "was removed since it was read"),
        (_edit, "has changed since it was read"),
        (_pipe, "is no longer a regular file"),
        (_folder, "is no longer a regular file"),
        (_link, "has changed since it was read"),
    ],
)
def test_only_what_was_read_is_replaced(path: Path, change: Callable[[Path], None], message: str) -> None:
    change(path)
    before = sorted((entry.name, entry.lstat()) for entry in path.parent.iterdir())
    with pytest.raises(UserFileError, match=f"pod.yaml: {message}"):
        replace_file(str(path), [b"new"], expected=b"old")
    after = sorted((entry.name, entry.lstat()) for entry in path.parent.iterdir())
    assert [name for name, _ in before] == [name for name, _ in after]
    assert [stat.st_ino for _, stat in before] == [stat.st_ino for _, stat in after]
    if (path.parent / "victim").exists():
        assert (path.parent / "victim").read_text(encoding="utf-8") == "victim"


def test_any_thread_writes_files_and_signals_stay_as_they_are(path: Path) -> None:
    signals = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    before = [signal.getsignal(number) for number in signals]
    seen: list[object] = []

    def pieces() -> list[bytes]:
        seen.append([signal.getsignal(number) for number in signals])
        return [b"new"]

    thread = threading.Thread(target=lambda: replace_file(str(path), pieces()))
    thread.start()
    thread.join()
    assert path.read_bytes() == b"new"
    replace_file(str(path), pieces())
    assert seen == [before, before]


KILLED = """
import os, signal, sys
from imagelint.writing.files import replace_file
def pieces():
    yield b"new" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)
replace_file(sys.argv[1], pieces())
"""


def test_a_killed_process_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pod.yaml"
    path.write_text("old", encoding="utf-8")
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_RDWR))
    except (AttributeError, OSError):
        pytest.skip("the file system has no files without a name")
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_bytes() == b"old"
