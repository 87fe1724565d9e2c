"""imagelint from Python: `lint` and `images`, without a process, output or global state.

Both are safe in threads and read only what they are given; neither ever uses the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.linting.report import Report
from imagelint.runs import Run, RunsByInput, in_worlds, plan_runs
from imagelint.session import Request, Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Report", "images", "lint"]


def lint(  # noqa: PLR0913 - each is an option of the command line
    paths: Sequence[str],
    *,
    context: Sequence[str] = (),
    config: str | None = None,
    isolated: bool = False,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    inventory: Sequence[str] = (),
    knowledge: Sequence[str] = (),
    today: date | None = None,
) -> Report:
    """Lint files and folders as `imagelint PATH...` does, in this process.

    `context` is read for secrets and accounts without reporting findings in it. The other options are those of the
    command line of the same names; `select` and `ignore` are names of rules. Plugins are never loaded.
    Raises UserFileError for a path that cannot be read, a wrong configuration, or a rule that does not exist.
    """
    from imagelint_rules import RULES

    runs = in_worlds(
        plan_runs(paths, RULES, config=config, isolated=isolated, profile=profile, select=select, ignore=ignore),
        inventory=inventory,
        knowledge=knowledge,
        today=today,
    )
    return _read(runs, context).lint(runs)


def images(
    paths: Sequence[str],
    *,
    context: Sequence[str] = (),
    config: str | None = None,
    isolated: bool = False,
) -> list[dict[str, Any]]:
    """Every image of files and folders, as `imagelint images --format json` lists them (docs/json.md).

    Raises UserFileError as `lint` does.
    """
    from imagelint.reporting.image_rows import image_entries
    from imagelint_rules import RULES

    runs = in_worlds(plan_runs(paths, RULES, config=config, isolated=isolated))
    session = _read(runs, context)
    return [
        entry for _, sources, index in session.parts(runs) for entry in image_entries(index, session.input, sources)
    ]


def _read(runs: Sequence[Run], context: Sequence[str]) -> Session:
    session = Session()
    notes = tuple(note for run in runs for note in run.notes)
    named = [path for run in runs for path in run.paths]
    # Processes of its own would be a surprise in the program of a caller.
    session.read(Request(named, context, is_excluded=RunsByInput(runs).exclude, jobs=1, notes=notes))
    return session
