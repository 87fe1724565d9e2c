"""Handling of the signals that end the program. Only the command line does this: signals are per process."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@contextmanager
def deferred() -> Generator[list[int]]:
    """Only record the numbers of signals that arrive, so that the current work is finished."""
    received: list[int] = []
    with _handled((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), lambda number, _: received.append(number)):
        yield received


@contextmanager
def as_exceptions() -> Generator[None]:
    """Raise an exception on SIGTERM and SIGHUP, as Python does on SIGINT, so that temporary files are removed."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    with _handled((signal.SIGTERM, signal.SIGHUP), end):
        yield


@contextmanager
def _handled(numbers: tuple[int, ...], handler: Callable[[int, object], object]) -> Generator[None]:
    """Handle signals, except those that are ignored (`nohup`, `make &`). Only the main thread can do this."""
    is_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in numbers if is_main}
    replaced = {number: old for number, old in before.items() if old not in {signal.SIG_IGN, None}}
    for number in replaced:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in replaced.items():
            signal.signal(number, old)
