"""Lints one repository in a process of its own, and prints what it found as JSON.

    python -P lint_repository.py JOB

JOB is a JSON object with the fields of `Job` in `mapping.py`. A repository that does harm harms this process alone:
`mapping.py` ends it when its time is over, and the limits below end it when it takes too much.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# All rows have to fit into the memory of a worker: 1 kB each, or less.
_MOST = 500_000
_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
# What lines without a pattern begin with: nothing, a comment, a section of GitLab, a negation.
_NO_PATTERN = ("", "#", "[", "^", "!")


def main() -> None:
    """Print the rows, or why there are none."""
    job = json.loads(sys.argv[1])
    _limit(job["memory"], job["seconds"])
    try:
        # Names of files need not be UTF-8.
        sys.stdout.buffer.write(json.dumps(_outcome(job), ensure_ascii=False).encode("utf-8", "replace"))
    except MemoryError:
        os.abort()  # as Python itself does when it has no memory left to raise an error


def _outcome(job: dict[str, Any]) -> dict[str, Any]:
    from imagelint.api import ImagelintError

    try:
        rows = _rows(job)
    except ImagelintError as error:
        return {"status": "failed", "reason": str(error)}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it costs this repository alone; what it says may quote a Secret
        return {"status": "failed", "reason": f"imagelint failed: {type(error).__name__}"}
    number = len(rows["images"]) + len(rows["findings"])
    return rows if number <= _MOST else {"status": "failed", "reason": f"has {number} rows, more than {_MOST}"}


def _limit(memory: int, seconds: int) -> None:
    """Bound the memory, and the time even if nobody is left who would end this process."""
    try:
        import resource
    except ImportError:  # on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _rows(job: dict[str, Any]) -> dict[str, Any]:
    from imagelint.api import lint

    path = Path(job["path"])
    folder, target = (path, ".") if path.is_dir() else (path.parent, path.name)
    os.chdir(folder)  # paths are those of the repository
    days = [date.fromisoformat(day) for day in job["days"]]
    reports = [(day, lint(target, today=day, no_render=not job["render"])) for day in days]
    report = reports[0][1]
    # imagelint goes on without a file that took too much.
    if any("MemoryError" in finding["message"] for finding in report.by_rule().get("internal-error", [])):
        raise MemoryError
    owners_of = _owners() if target == "." else lambda _: []
    return {
        "status": "done",
        "summary": report.summary,
        "images": [{**image, "owners": owners_of(image["path"])} for image in report.images],
        "findings": [
            {**finding, "as_of": str(day), "owners": owners_of(finding["path"])}
            for day, one in reports
            for finding in one.findings
        ],
    }


def _owners() -> Callable[[str], list[str]]:
    """Who owns a file, according to CODEOWNERS: the last line that matches it decides."""
    from pathspec import GitIgnoreSpec

    path = next((path for path in map(Path, _OWNERS) if path.is_file()), None)
    if path is None or not path.resolve().is_relative_to(Path.cwd().resolve()):  # a link out of the repository
        return lambda _: []
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = file.read(1024**2).splitlines()
    rules: list[tuple[GitIgnoreSpec, list[str]]] = []
    for words in (re.split(r"(?<!\\)\s+", line.partition(" #")[0].strip()) for line in lines):
        if words[0][:1] not in _NO_PATTERN:
            with suppress(ValueError):  # a line that GitHub ignores as well
                rules.append((GitIgnoreSpec.from_lines([words[0]]), words[1:]))
    return lambda path: next((owners for spec, owners in reversed(rules) if spec.match_file(path)), [])


if __name__ == "__main__":
    main()
