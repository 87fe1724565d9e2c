"""What to do after a first run: in a repository that has no configuration yet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.text.paths import work_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.linting.report import Report
    from imagelint.runs import Run


def next_step(report: Report, runs: Sequence[Run]) -> Iterator[str]:
    """One line after findings, for people: none in CI, in a folder without git, or with a configuration."""
    has_configuration = any(run.configuration.settings.source for run in runs)
    if has_configuration or os.environ.get("CI") or work_tree(os.path.realpath(os.curdir)) is None:
        return
    worst = min(report.findings, key=lambda finding: (finding.severity.rank, finding.sort_key))
    yield (
        f"next: `imagelint explain {worst.rule}` explains a finding; "
        "`imagelint init` writes a configuration for what the files cannot show"
    )
