"""What a process costs."""

from __future__ import annotations

import os
import platform
import subprocess
import sysconfig
import tempfile
import time
from typing import NamedTuple


class Cost(NamedTuple):
    """What a process and its children took: CPU and wall seconds, peak megabytes of the largest of them.

    `status` is the exit status, negative for a signal; `errors` is the standard error.
    """

    cpu: float
    wall: float
    peak: float
    status: int
    errors: str


def measured(command: list[str], *, folder: str | None = None, limit: int | None = None) -> Cost:
    """What a command costs in a working folder, with bytecode on disk as every run but the first has it.

    It is stopped after `limit` CPU seconds.
    """
    if limit is not None:
        command = ["/bin/sh", "-c", f'ulimit -t {limit}; exec "$0" "$@"', *command]
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=environment(), cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read().decode("utf-8", "replace")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, process.returncode, text)


def environment() -> dict[str, str]:
    """Our environment, but such that bytecode is kept."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def interpreter() -> str:
    """The interpreter and how it was built, which is worth a fifth of the time."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    built = "with" if "--enable-optimizations" in options else "without"
    return f"{platform.python_implementation()} {platform.python_version()}, built {built} optimisation by profile"
