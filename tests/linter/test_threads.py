"""Any number of threads may lint at once: each gets what it would get alone."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING

import pytest

from imagelint.processes import read_files
from imagelint.session import Request, Session
from imagelint.sources.discover import InputFile
from imagelint.text.lazy import cached_property
from imagelint.text.places import SourceId
from support import ROOT, index_of, lint, read_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagelint.index.index import Index

THREADS = 8
POD = """apiVersion: v1
kind: Pod
metadata: {{name: pod-{n}, namespace: team-{n}}}
spec:
  imagePullSecrets: [{{name: secret-{n}}}]
  containers:
  - {{name: a, image: "ghrc.io/acme/app:{n}"}}
  - {{name: b, image: "{image}"}}
---
"""
IMAGES = ["A:1", "nginx", "k8s.gcr.io/pause:3.1", "{{ .Values.image }}", "docker.io/bitnami/redis:7", "quay.io/a/b:1"]


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def text(seed: int) -> str:
    return "".join(POD.format(n=seed * 100 + n, image=IMAGES[(seed + n) % len(IMAGES)]) for n in range(12))


def test_findings_are_those_of_one_thread() -> None:
    texts = [text(seed) for seed in range(2 * THREADS)]
    alone = [lint(each) for each in texts]
    assert all(alone)
    start = Barrier(THREADS)

    def lint_all(offset: int) -> list[object]:
        start.wait()
        return [lint(each) for each in (*texts[offset:], *texts[:offset])]

    with ThreadPoolExecutor(THREADS) as pool:
        for offset, found in enumerate(pool.map(lint_all, range(THREADS))):
            assert found == [*alone[offset:], *alone[:offset]]


def test_no_document_is_lost() -> None:
    # Documents so long that threads take turns in the middle of them.
    more = "".join(f"  - {{name: c{n}, image: nginx:1}}\n" for n in range(200))

    def pods(seed: int) -> int:
        return len(read_texts({"a.yaml": text(seed).replace("---\n", f"{more}---\n")}).files[SourceId("a.yaml")].pods)

    with ThreadPoolExecutor(THREADS) as pool:
        assert [*pool.map(pods, range(16))] == [12] * 16


def test_files_are_read_in_this_process_while_other_threads_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(THREADS):
        (tmp_path / f"{seed}.yaml").write_text(text(seed), encoding="utf-8")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    alone = Session().read(Request([str(tmp_path)], jobs=2)).files
    monkeypatch.setattr("imagelint.processes._in_processes", None)
    end = Event()
    other = Thread(target=end.wait)
    other.start()
    try:
        results = [*read_files([InputFile(path, True) for path in paths], jobs=2, is_strict=False)]
    finally:
        end.set()
        other.join()
    assert results == [*alone.values()]


def test_a_join_is_computed_once_for_each_index() -> None:
    indexes = [index_of(text(seed)) for seed in range(2)]
    computed: list[Index] = []

    def pods(index: Index) -> int:
        computed.append(index)
        return len(index.pods)

    assert [index.join(pods) for index in (*indexes, *indexes)] == [12] * 4
    assert computed == indexes


def test_no_thread_waits_for_what_another_one_computes() -> None:
    """Nor does a process that was forked meanwhile, which would wait forever."""
    begun, end = Event(), Event()

    class Slow:
        def __init__(self, *, waits: bool) -> None:
            self._waits = waits

        @cached_property
        def value(self) -> int:
            begun.set()
            return int(self._waits and end.wait(60))

    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(lambda: Slow(waits=True).value)
            assert begun.wait(60)
            assert pool.submit(lambda: Slow(waits=False).value).result(timeout=30) == 0
            assert not first.done()
        finally:
            end.set()


def test_properties_are_cached_without_a_lock() -> None:
    paths = [path for folder in ("linter", "rules") for path in (ROOT / folder).rglob("*.py")]
    importing = [path.name for path in paths if re.search(r"from functools .*cached_property", path.read_text("utf-8"))]
    assert importing == ["lazy.py"]
