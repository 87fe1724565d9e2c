"""The helm on the user's PATH: found outside of what is linted, and run with limits, an empty home and no network."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from imagelint.text.bounded import is_within
from imagelint.text.paths import work_tree
from imagelint.text.records import NamedTuple
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

_NAME = "helm.exe" if sys.platform == "win32" else "helm"
# `helm version --short`: `v3.17.2+gcc0bbbd`
_VERSION = re.compile(rb"v?(\d+)\.(\d+)\.\d+")
_OLDEST = (3, 8)
# How many processes there are at once: while one waits for the disk, others compute.
AT_ONCE = 4
# A render takes a tenth of a second, the slowest of 199 public charts four seconds and 152 MB.
_SECONDS = 20
_MEMORY = 2 * 1024**3
# For all charts of a run together: as long as 3000 renders take.
_SECONDS_OF_RUN = 300
_MOST_OUTPUT = 16 * 1024**2
# The code of a program that used up its time, where that has a limit.
_OUT_OF_TIME = -signal.SIGXCPU if sys.platform == "linux" else None
# For the runtime of Go: a render is over before collecting garbage pays, unless memory becomes scarce, and several of
# them keep all processors busy. That saves a quarter of the time of a small chart.
_RUNTIME = {"GOGC": "400", "GOMEMLIMIT": str(_MEMORY // 2), "GOMAXPROCS": "1"}
# Of the runtime of Go, of which helm is made.
_CRASH = "fatal error: "
# The discard port of this host, for all that a template or a library of helm tries to reach.
_NOWHERE = "http://127.0.0.1:9"


class HelmError(Exception):
    """Helm is missing, or failed; the message is a clause for people."""


class HelmLimitError(Exception):
    """Helm took too much time or memory: trying again would take as much. The message is a clause for people."""


class HelmSpentError(HelmLimitError):
    """All charts of a run together have taken the time that there is for them."""


class Budget:
    """How long helm may run for all charts of a run together; threads share it."""

    def __init__(self) -> None:
        self._left = float(_SECONDS_OF_RUN)
        self._lock = Lock()

    @contextmanager
    def spend(self) -> Generator[None]:
        """Count the time that something takes. Raises HelmSpentError if none is left; what has begun is not ended."""
        if self._left <= 0:
            raise HelmSpentError(f"helm may run for {_SECONDS_OF_RUN} seconds for all charts together")
        start = monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._left -= monotonic() - start


class Helm(NamedTuple):
    """A helm that can be run."""

    path: str
    version: str
    budget: Budget

    def template(self, chart: str, values: str, *, release: str, namespace: str, kube_version: str | None) -> bytes:
        """What `helm template` makes of a prepared chart. Raises HelmError with what helm says, and HelmLimitError."""
        options = [f"--values={values}", f"--namespace={namespace}"]
        if kube_version is not None:
            options.append(f"--kube-version={kube_version}")
        with self.budget.spend():
            return _run(self.path, ["template", *options, "--", release, chart])


def find_helm(trees: Iterable[str]) -> Helm:
    """The first helm on PATH that runs and is in none of some folders. Raises HelmError.

    Nor is it in the work tree that imagelint is run in, which may have the others as submodules.
    """
    around = work_tree(os.path.realpath(os.curdir))
    folders = [*trees, *([around] if around is not None else [])]
    reason = "helm is not installed"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, _NAME)
        is_program = os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK)
        if is_program and any(is_within(path, tree) or is_within(folder, tree) for tree in folders):
            reason = f"{path} is inside of what is linted"
        elif is_program:
            try:
                return Helm(path, _version(path), Budget())
            except (
                HelmError,
                HelmLimitError,
            ) as error:  # behind it there may be the program that it would have started
                reason = str(error)
    raise HelmError(reason)


def _version(path: str) -> str:
    printed = _run(path, ["version", "--short"])
    found = _VERSION.match(printed)
    if found is None:
        raise HelmError(f"{path} is not helm: it prints no version")
    version = int(found[1]), int(found[2])
    if version < _OLDEST:
        raise HelmError(f"{path} is helm {version[0]}.{version[1]}, older than {_OLDEST[0]}.{_OLDEST[1]}")
    return printed[:100].decode("utf-8", "replace").strip()


def _run(path: str, arguments: Sequence[str]) -> bytes:
    """What a program prints. Raises HelmError if it fails or prints too much, HelmLimitError if it takes too much."""
    with (
        tempfile.TemporaryDirectory(prefix="imagelint-") as home,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own helm, and no shell
                [path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                cwd=home,
                env=_environment(home),
                start_new_session=True,
            )
        except OSError as error:
            raise HelmError(f"{path} cannot be run: {refusal(error)}") from error
        code = _wait(process)
        output.seek(0)
        printed = output.read(_MOST_OUTPUT + 1)
        errors.seek(0)
        said = errors.read(65536).decode("utf-8", "replace")
    if code is None or code == _OUT_OF_TIME:
        raise HelmLimitError(f"it takes longer than {_SECONDS} seconds")
    if code < 0 or _CRASH in said:
        raise HelmLimitError(f"helm crashes with {_MEMORY // 1024**3} GiB of memory")
    if code != 0:
        raise HelmError(_reason(said) or f"helm ended with code {code}")
    if len(printed) > _MOST_OUTPUT:
        raise HelmError(f"it renders to more than {_MOST_OUTPUT // 1024**2} MiB")
    return printed


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code; None if the process had to be ended. What it started ends with it."""
    is_over = False
    try:
        _limit(process.pid)
        is_over = _is_over(process)
    finally:
        _end(process)
    return process.returncode if is_over else None


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    """Wait until a process ends, or its time is up."""
    if sys.platform == "linux":
        # It wakes up at once, and nobody else gets the number of the process before its code is read.
        with suppress(OSError):  # before Linux 5.3
            return _ends(process.pid)
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _ends(pid: int) -> bool:
    descriptor = os.pidfd_open(pid)
    try:
        watched = select.poll()
        watched.register(descriptor, select.POLLIN)
        return bool(watched.poll(_SECONDS * 1000))
    finally:
        os.close(descriptor)


def _limit(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        # The signal of the first limit of time says what happened; what ignores it is ended by the second.
        limits = {
            resource.RLIMIT_AS: (_MEMORY, _MEMORY),
            resource.RLIMIT_CPU: (_SECONDS, _SECONDS + 1),
            resource.RLIMIT_FSIZE: (_MOST_OUTPUT + 4096, _MOST_OUTPUT + 4096),
            resource.RLIMIT_CORE: (0, 0),
        }
        for limit, (first, last) in limits.items():
            with suppress(OSError):  # a sandbox forbids it
                _, hard = resource.prlimit(pid, limit)
                most = last if hard == resource.RLIM_INFINITY else min(last, hard)
                resource.prlimit(pid, limit, (min(first, most), most))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(home: str) -> dict[str, str]:
    folders = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "HOME", "TMPDIR", "TMP", "TEMP")
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    system = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    nothing = {"KUBECONFIG": os.devnull, "PATH": os.path.join(home, "nothing"), "NO_PROXY": "", "no_proxy": ""}
    return {**_RUNTIME, **system, **dict.fromkeys(folders, home), **dict.fromkeys(proxies, _NOWHERE), **nothing}


def _reason(said: str) -> str:
    """The message of helm, on one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    start = next((number for number, line in enumerate(lines) if line.startswith("Error")), 0)
    # The last line is an option of helm, which the user did not call.
    return " ".join(lines[start:]).removeprefix("Error: ").partition(" Use --debug flag")[0][:2000]
