"""What several tests need: linting texts without files, and the command line as a user calls it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import warnings
from datetime import date
from functools import cache
from pathlib import Path
from pkgutil import walk_packages
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, NoReturn

from ruamel.yaml import YAML

from imagelint.facts.extract import extract
from imagelint.facts.input import Input
from imagelint.index.index import Index
from imagelint.inputs import InputOptions, Inputs
from imagelint.linting.check import check
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.text.places import SourceId
from imagelint.text.source import Source, decode
from imagelint.world.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerContext

    from imagelint.linting.check import Outcome
    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.linting.rule import Rule

ROOT = Path(__file__).resolve().parents[1]


def read_texts(files: Mapping[str, str | bytes]) -> Input:
    """Texts by path, read as if they were files that the user named."""
    named = {SourceId(path) for path in files}
    found = Input(reported=named)
    for path, text in files.items():
        raw = text.encode() if isinstance(text, str) else text
        found.files[SourceId(path)] = extract(Source(SourceId(path), decode(raw)))
    return found


def index_of(text: str, **others: str) -> Index:
    """The index over one text, and over others by path."""
    return Index(read_texts({"input.yaml": text, **others}).files)


def judge(
    found: Input, world: World, selection: Selection | None = None, rules: Sequence[Rule] | None = None
) -> Outcome:
    """What the built-in rules, or others, find in an input."""
    from imagelint_rules import RULES

    return check(RULES if rules is None else rules, found, Index(found.files, world), selection)


# The day as of which end-of-life dates are evaluated, so that tests give the same result next year.
TODAY = date(2026, 11, 24)


def lint(
    files: str | Mapping[str, str | bytes], *, also: Rule | None = None, world: World | None = None
) -> list[Finding]:
    """The findings in texts of the built-in rules that are on by default, and of one that is not."""

    selection = Selection(rules={also.name: RuleSetting(True)} if also else {})
    texts = {"input.yaml": files} if isinstance(files, str) else files
    return judge(read_texts(texts), world or World(today=TODAY), selection).findings


def report_on(*paths: str) -> Report:
    """What a run finds in files and folders, before a reporter has it."""
    inputs = Inputs(InputOptions(paths, isolated=True, today=TODAY, jobs=1))
    inputs.read()
    return inputs.session.lint(inputs.runs)


def found(findings: list[Finding]) -> list[tuple[str, int]]:
    """Rule and line of each finding."""
    return [(finding.rule, finding.place.span.line) for finding in findings]


# Far beyond what a run needs, far below what hurts a machine: they bound a test, they do not measure.
_MEMORY, _CPU_SECONDS, _TIMEOUT = 2 * 1024**3, 60, 600


def restore_signals() -> None:
    """Let signals end this process, even if the process that runs the tests ignores them (`make test &`, `nohup`)."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def set_limits() -> None:
    """Bound the memory and the time of this process, which signals can end."""
    import resource

    restore_signals()

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def clean_environment() -> dict[str, str]:
    """The environment without what changes the output."""
    return {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "NO_COLOR", "CI"}}


def imagelint(
    *arguments: str, cwd: Path, text: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own.

    It is forked from one that has imported imagelint, unless a text goes to its input or a variable is for Python: with
    `PYTHONHASHSEED`, sets have another order than in other runs.
    """
    around = {**clean_environment(), **environment}
    if text is None and hasattr(os, "fork") and not any(name.startswith("PYTHON") for name in environment):
        return _run_forked(arguments, cwd, around)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "imagelint", *arguments],
        cwd=cwd,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_TIMEOUT,
        check=False,
        preexec_fn=set_limits,
        env=around,
    )


@cache
def _fork_server() -> ForkServerContext:
    """What forks processes that have imported all of imagelint: starting Python takes longer than most runs."""
    import imagelint
    import imagelint_rules

    context = multiprocessing.get_context("forkserver")
    modules = (
        info.name for one in (imagelint, imagelint_rules) for info in walk_packages(one.__path__, f"{one.__name__}.")
    )
    context.set_forkserver_preload([*modules])
    return context


def _run_forked(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    with NamedTemporaryFile() as out, NamedTemporaryFile() as err:
        process = _fork_server().Process(target=_run_here, args=(arguments, cwd, environment, out.name, err.name))
        process.start()
        process.join(_TIMEOUT)
        status = process.exitcode
        if status is None:
            process.kill()
            raise subprocess.TimeoutExpired([*arguments], _TIMEOUT)
        process.close()
        printed = (Path(file.name).read_text(encoding="utf-8") for file in (out, err))
        return subprocess.CompletedProcess(arguments, status, *printed)


def _run_here(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], out: str, err: str) -> NoReturn:
    """Run the command in this process, and end it."""
    from imagelint.__main__ import __file__ as program
    from imagelint.__main__ import main

    for path, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    set_limits()
    warnings.simplefilter("error")
    sys.argv = [program, *arguments]
    main()


def read_yaml(text: str) -> Any:
    """The one document of a YAML text, as Python objects."""
    reader: Any = YAML(typ="safe")  # its methods have no complete types
    return reader.load(text)


def run_tool(name: str, *arguments: str, text: str | None = None) -> str:
    """What a tool of the `dev` group prints, with everything in its output if it fails."""
    tool = Path(sys.executable).parent / name
    done = subprocess.run([tool, *arguments], input=text, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
