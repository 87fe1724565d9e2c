"""Real pull failures: what these rules can decide is found on `bad` and silent on `good`.

The collection is not part of the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.world.inventory import Inventory
from imagelint.world.layouts import Available
from imagelint.world.world import World
from shared import SHARED, needs_shared
from support import TODAY, lint

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

INCIDENTS = SHARED / "incidents"

# The rule that reports the cause of each incident.
DECIDED = {
    "003-numeric-tag-timestamp": "invalid-image-reference",
    "006-lxc-alias-as-image": "invalid-image-reference",
    "009-angle-bracket-placeholders": "unrendered-template",
    "012-registry-prefix-doubled-port": "invalid-image-reference",
    "015-registry-prefix-doubled-quay": "invalid-image-reference",
    "027-bitnami-kubectl-versioned": "dead-image",
    "030-bitnamilegacy-frozen": "dead-image",
    "033-k8s-gcr-io-csi": "deprecated-registry",
    "036-github-packages-registry": "dead-registry",
    "042-no-tag-docker-hub": "missing-tag",
    "045-double-v-reloader": "invalid-image-reference",
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
    "111-local-prefix-example": "dead-image",
    "114-e2e-image-in-release": "dead-image",
    "117-hello-world-never": "never-pull-policy",
    "153-schema1-whalesay": "deprecated-image",
}


def findings_in(folder: Path, world: World | None = None) -> list[Finding]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    return lint(files, world=world)


def rules_found(folder: Path) -> list[str]:
    return [finding.rule for finding in findings_in(folder)]


@needs_shared
def test_every_incident_that_manifests_alone_decide_is_here() -> None:
    cases = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in INCIDENTS.glob("*/case.json")}
    assert {name for name, case in cases.items() if case["decidable_offline"] == "yes"} == set(DECIDED)


@needs_shared
@pytest.mark.parametrize(("name", "rule"), DECIDED.items())
def test_cause_is_found_and_gone_after_the_repair(name: str, rule: str) -> None:
    assert rule in rules_found(INCIDENTS / name / "bad")
    assert rule not in rules_found(INCIDENTS / name / "good")


def with_inventory() -> list[tuple[str, dict[str, list[str]]]]:
    """The incidents whose cause is a tag that does not exist, with the tags that did."""
    found: list[tuple[str, dict[str, list[str]]]] = []
    for path in sorted(INCIDENTS.glob("*/case.json")) if INCIDENTS.is_dir() else []:
        case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        config: dict[str, Any] = case.get("config") or {}
        if config.get("inventory"):
            found.append((path.parent.name, config["inventory"]))
    return found


@needs_shared
@pytest.mark.parametrize(("name", "tags"), with_inventory(), ids=str)
def test_images_that_do_not_exist(name: str, tags: dict[str, list[str]]) -> None:
    images = [Available(f"{repository}:{tag}") for repository, known in tags.items() for tag in known]
    world = World(today=TODAY, inventory=Inventory(images, is_complete=True))

    def absent(folder: str) -> set[str]:
        findings = findings_in(INCIDENTS / name / folder, world)
        return {finding.subject.image or "" for finding in findings if finding.rule == "image-not-in-inventory"}

    # The lists hold the images of the incident, and not those beside them, which are the same before and after.
    assert absent("bad") - absent("good")
    assert not absent("good") - absent("bad")


@needs_shared
@pytest.mark.parametrize("folder", sorted(INCIDENTS.glob("*/*/")) if INCIDENTS.is_dir() else [], ids=str)
def test_every_manifest_of_the_collection_is_read(folder: Path) -> None:
    assert "syntax-error" not in rules_found(folder)
