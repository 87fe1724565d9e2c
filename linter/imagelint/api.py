"""imagelint from Python: `lint` and `images` read files and folders as the commands do, and return data.

Nothing here has state that calls share, so that any number of threads may call it at once, and processes that were
forked. Nothing writes to standard output or standard error, reads standard input, or ends the process. The network is
never used. `docs/api.md` has examples.
"""

from __future__ import annotations

import os
from collections.abc import Iterable  # noqa: TC003 - for whoever evaluates the annotations of this module
from datetime import date  # noqa: TC003 - as above
from typing import Literal, NamedTuple, cast

from imagelint.inputs import InputOptions, Inputs
from imagelint.linting.selection import PROFILES
from imagelint.reporting.contract import (
    Edit,
    Finding,
    Fix,
    Image,
    Place,
    Prediction,
    PullPolicy,
    Related,
    Resource,
    Span,
    Summary,
)
from imagelint.text.errors import ImagelintError
from imagelint.text.source import STDIN

StrPath = str | os.PathLike[str]
Profile = Literal["default", "strict", "certain"]

__all__ = [
    "Edit",
    "Finding",
    "Fix",
    "Image",
    "ImagelintError",
    "Place",
    "Prediction",
    "PullPolicy",
    "Related",
    "Report",
    "Resource",
    "Span",
    "Summary",
    "images",
    "lint",
]


class Report(NamedTuple):
    """What a run found, as data: the same as `--format json` and `imagelint images --format json` have.

    It holds no file and no index, and can be pickled.
    """

    # Sorted by place, each once.
    findings: list[Finding]
    # What comments, annotations and the configuration suppress.
    suppressed: list[Finding]
    # Every use of an image, in the order of the files.
    images: list[Image]
    summary: Summary

    def to_json(self) -> str:
        """The text that `--format json` prints; `schemas/report.schema.json` describes it."""
        from imagelint.reporting.json_report import document
        from imagelint.reporting.json_text import json_text

        return json_text(document(self.findings, self.suppressed, self.summary))

    def by_rule(self) -> dict[str, list[Finding]]:
        """The findings of each rule that has any, in the order of their first finding."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding["rule"], []).append(finding)
        return found


def lint(  # noqa: PLR0913 - each is an option of the command line
    paths: StrPath | Iterable[StrPath],
    *,
    context: StrPath | Iterable[StrPath] = (),
    config: StrPath | None = None,
    isolated: bool = False,
    profile: Profile | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    inventory: StrPath | Iterable[StrPath] = (),
    knowledge: StrPath | Iterable[StrPath] = (),
    today: date | None = None,
    no_render: bool = False,
    no_cache: bool = False,
) -> Report:
    """Lint files and folders as `imagelint PATH...` does.

    The options are those of the command line with the same names: files in `context` are read for their secrets and
    accounts, and not reported on; `select` and `ignore` are names of rules or patterns of them; charts are rendered
    with the helm of the user unless `no_render`, and what was rendered is kept in the cache of the user unless
    `no_cache`. No plugin is ever loaded. Files are read in this process, one after the other.

    Raises ImagelintError for a path that cannot be read, a wrong configuration, or a rule that does not exist. A file
    that cannot be parsed is a finding.
    """
    from imagelint.reporting.json_report import parts
    from imagelint.reporting.json_text import plain

    if profile is not None and profile not in PROFILES:
        raise ImagelintError(f"there is no profile `{profile}`; use one of: {', '.join(PROFILES)}")
    options = InputOptions(
        context=_paths(context),
        config=None if config is None else _path(config),
        isolated=isolated,
        profile=profile,
        select=_texts(select),
        ignore=_texts(ignore),
        inventory=_paths(inventory),
        knowledge=_paths(knowledge),
        today=today,
        no_render=no_render,
        no_cache=no_cache,
    )
    inputs = _read(paths, options)
    return Report(**plain(parts(inputs.session.lint(inputs.runs))), images=_images(inputs))


def images(
    paths: StrPath | Iterable[StrPath],
    *,
    context: StrPath | Iterable[StrPath] = (),
    config: StrPath | None = None,
    isolated: bool = False,
    no_render: bool = False,
    no_cache: bool = False,
) -> list[Image]:
    """Every use of an image in files and folders, as `imagelint images --format json` lists them.

    It takes less time than `lint`, whose reports list them as well. Raises ImagelintError as `lint` does.
    """
    options = InputOptions(
        context=_paths(context),
        config=None if config is None else _path(config),
        isolated=isolated,
        no_render=no_render,
        no_cache=no_cache,
    )
    return _images(_read(paths, options))


def _read(paths: StrPath | Iterable[StrPath], options: InputOptions) -> Inputs:
    """Read everything in this process: others would be a surprise in the program of a caller."""
    inputs = Inputs(options._replace(paths=_paths(paths), jobs=1))
    inputs.read()
    return inputs


def _images(inputs: Inputs) -> list[Image]:
    from imagelint.reporting.image_rows import image_entries
    from imagelint.reporting.json_text import plain

    judged = inputs.session.parts(inputs.runs)
    entries = [entry for _, sources, index in judged for entry in image_entries(index, inputs.session.input, sources)]
    return cast("list[Image]", plain(entries))


def _paths(given: StrPath | Iterable[StrPath]) -> list[str]:
    return [_path(one) for one in ([given] if isinstance(given, str | os.PathLike) else given)]


def _path(given: StrPath) -> str:
    """A path as text; `-` is a file of that name. Raises ImagelintError if no file can have it."""
    path = os.fspath(given)
    try:
        is_possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:
        raise ImagelintError(f"{path!a} cannot be a path")
    return os.path.join(os.curdir, STDIN) if path == STDIN else path


def _texts(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else [*given]
