"""From files to facts, in this process or in several: what comes out is the same."""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from imagelint.facts.extract import extract
from imagelint.facts.model import FileFacts, Problem
from imagelint.facts.purposes import NOT_DEPLOYED
from imagelint.text.places import Span
from imagelint.text.source import EncryptedError, Source, UnreadableError, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.sources.discover import InputFile

# Measured on files of real repositories, two processors: a second process saves 20 ms of 230 at 0.5 MB, 50 of 330 at
# 1.5 MB, and costs 15 at 0.25 MB. Below this it is not worth the memory, nor the processor of a busy machine.
_PAYS_FROM_BYTES = 1_500_000
# Parts for each process: small enough that none waits long for the last one.
_PARTS = 12
# Folders of variables for the machines of an inventory.
_OF_ANSIBLE = frozenset({"group_vars", "host_vars"})
_WHOLE_FILE = Span(1, 1, 1 << 62, 1)


def facts_of(source: Source, *, is_strict: bool, has_values: bool = False) -> FileFacts:
    """The facts of a text; a defect of imagelint becomes one of them."""
    try:
        return extract(source, is_strict=is_strict, has_values=has_values)
    except Exception as error:  # noqa: BLE001 - it costs this file alone
        from imagelint.linting.crashes import crash_of

        # Nothing of the file is to be shown: it may hold Secrets.
        return FileFacts(crash=crash_of(error), hidden=(_WHOLE_FILE,))


def read_file(file: InputFile, *, is_strict: bool) -> FileFacts | str:
    """The facts of a file, or why it was skipped."""
    try:
        return facts_of(read_source(file.path), is_strict=is_strict, has_values=file.has_values)
    except EncryptedError as error:
        # What is test data, or has the variables of Ansible, defines nothing for the pods.
        if file.purpose in NOT_DEPLOYED or not _OF_ANSIBLE.isdisjoint(file.path.split("/")):
            return f"encrypted with {error.tool}, not read"
        return FileFacts(encrypted_with=error.tool)
    except UnreadableError as error:
        # A walk meets binary files with a YAML suffix that were never meant for anyone but their owner.
        if error.binary and not file.explicit:
            return f"{error.message}, skipped"
        return unreadable(error)


def unreadable(error: UnreadableError) -> FileFacts:
    """The message for a file that cannot be read."""
    place = Span(error.line, error.column, error.line, error.column + 1)
    return FileFacts(problems=(Problem(error.message, place, None),))


def read_files(files: Sequence[InputFile], *, jobs: int | None, is_strict: bool) -> Iterator[FileFacts | str]:
    """For each file in order its facts, or why it was skipped. `jobs`: the number of processes, None for automatic."""
    sizes = [_size(file.path) for file in files] if jobs != 1 else []
    if jobs is None:
        jobs = _processors() if sum(sizes) >= _PAYS_FROM_BYTES else 1
    read = partial(read_file, is_strict=is_strict)
    if jobs == 1 or len(files) < jobs or _has_other_threads():
        return map(read, files)
    return _in_processes(_parts(files, sizes, jobs * _PARTS), jobs, read)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _has_other_threads() -> bool:
    """Whether a fork of this process could copy a lock that another thread holds, and wait for it forever."""
    from threading import active_count

    return active_count() > 1


def _parts(files: Sequence[InputFile], sizes: Sequence[int], number: int) -> list[list[InputFile]]:
    """The files in order, in about as many parts of about the same size."""
    most = sum(sizes) / number
    parts: list[list[InputFile]] = [[]]
    filled = 0
    for file, size in zip(files, sizes, strict=True):
        if filled >= most:
            parts.append([])
            filled = 0
        parts[-1].append(file)
        filled += size
    return parts


def _in_processes(parts: list[list[InputFile]], jobs: int, read: partial[FileFacts | str]) -> Iterator[FileFacts | str]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A fork has everything imported already; elsewhere it is not safe.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, context, _start_worker)
    done = 0
    try:
        for results in pool.map(partial(_read_part, read), parts):
            yield from results
            done += 1
    except BrokenProcessPool:
        pass  # somebody killed a worker, or it had no memory left
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # nobody who interrupts waits for what is being read
    yield from map(read, chain.from_iterable(parts[done:]))


def _read_part(read: partial[FileFacts | str], part: list[InputFile]) -> list[FileFacts | str]:
    return [read(file) for file in part]


def _start_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, even if it is killed."""
    import gc
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()
