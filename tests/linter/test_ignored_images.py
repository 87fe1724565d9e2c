"""Which images a pattern of `ignore` in the configuration means."""

from __future__ import annotations

import pytest

from imagelint.linting.judge import Judge
from imagelint.linting.selection import IgnoredFindings, Selection
from manifests import pod, stream
from support import TODAY, lint


@pytest.mark.parametrize(
    ("image", "pattern", "is_ignored"),
    [
        ("nginx:latest", "docker.io/library/nginx", True),
        ("nginx:latest", "nginx", True),
        ("nginx:latest", "nginx:*", True),
        ("nginx:latest", "docker.io/library/nginx:latest", True),
        ("nginx:latest", "docker.io/library/nginx:1.29", False),
        ("nginx:latest", "docker.io/library/ngin", False),
        ("ghcr.io/acme/web:latest", "ghcr.io/acme/*", True),
        ("ghcr.io/acme/web:latest", "ghcr.io/acme/web", True),
        ("ghcr.io/acme/web:latest", "ghcr.io/acme", False),
    ],
)
def test_a_pattern_without_a_tag_means_every_tag(image: str, pattern: str, is_ignored: bool) -> None:
    finding = lint(stream(pod(image)))[0]
    assert finding.subject.image == image
    entry = IgnoredFindings(finding.rule, {"image": pattern}, "tried out")
    reason = Judge(Selection(ignored=(entry,))).reason_to_ignore(finding, TODAY)
    assert (reason is not None) is is_ignored
