"""Real pull failures: what these rules can decide is found on `bad` and silent on `good`.

The collection is not part of the project; without it these tests are skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared import SHARED, needs_shared
from support import lint

if TYPE_CHECKING:
    from pathlib import Path

INCIDENTS = SHARED / "incidents"

# Which rule tells the cause of which incident.
DECIDED = {
    "003-numeric-tag-timestamp": "invalid-image-reference",
    "006-lxc-alias-as-image": "invalid-image-reference",
    "009-angle-bracket-placeholders": "unrendered-template",
    "012-registry-prefix-doubled-port": "invalid-image-reference",
    "015-registry-prefix-doubled-quay": "invalid-image-reference",
    "042-no-tag-docker-hub": "missing-tag",
    "069-redhat-registry-anonymous": "pull-secret-missing",
    "075-release-name-in-reference": "pull-secret-undefined",
    "072-cronjob-lacks-secret": "pull-secret-missing",
    "078-kube-system-workload": "pull-secret-other-namespace",
    "084-dockercfg-vs-dockerconfigjson": "pull-secret-wrong-type",
    "087-value-wrapper": "pull-secret-malformed",
    "090-only-internal-registry-covered": "pull-secret-registry-mismatch",
    "093-container-level-daemonset": "misplaced-pull-field",
    "096-entries-are-strings": "misplaced-pull-field",
    "099-fluentd-account-missing": "service-account-undefined",
    "105-never-in-dev-environment": "never-pull-policy",
    "108-never-other-image-store": "never-pull-policy",
    "117-hello-world-never": "never-pull-policy",
}


def rules_found(folder: Path) -> list[str]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    return [finding.rule for finding in lint(files)]


@needs_shared
@pytest.mark.parametrize(("name", "rule"), DECIDED.items())
def test_cause_is_found_and_gone_after_the_repair(name: str, rule: str) -> None:
    assert rule in rules_found(INCIDENTS / name / "bad")
    assert rule not in rules_found(INCIDENTS / name / "good")


@needs_shared
@pytest.mark.parametrize("folder", sorted(INCIDENTS.glob("*/*/")) if INCIDENTS.is_dir() else [], ids=str)
def test_every_manifest_of_the_collection_is_read(folder: Path) -> None:
    assert "syntax-error" not in rules_found(folder)
