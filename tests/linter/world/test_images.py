"""Every entry of the knowledge base fires on an example made from it, and not on its exceptions."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from imagelint.kubelet.reference import parse_reference
from imagelint.world.knowledge.base import Knowledge, builtin
from imagelint.world.knowledge.compile import FOLDER, compiled, load_schema, load_source
from imagelint.world.knowledge.known_images import ImageEntry, Images, tag_fits
from imagelint.world.world import World
from shared import SHARED, needs_shared
from support import found, lint

SOURCE = load_source("images")
MISSPELLINGS = load_source("misspellings")
SPOKEN_OF = [row for row in SOURCE if row["status"] != "rate-limited"]


def example(row: dict[str, Any]) -> str:
    """An image that an entry is meant for: stars filled in, and a tag that fits."""
    name = row["match"].replace("**", "team/thing").replace("*", "thing")
    return f"{name}:{fitting_tag(row.get('tags'))}"


def fitting_tag(condition: str | None) -> str:
    first = (condition or "1.0").split(",")[0]
    if first.startswith("!"):
        return "1.0"
    version = first.lstrip("<>=")
    if first.startswith(">") and not first.startswith(">="):
        return f"{version}.1"
    return version.replace("*", "1")


def pod(image: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"


def entry_for(image: str) -> ImageEntry | None:
    return builtin().images.find(parse_reference(image))


@pytest.mark.parametrize("name", ["images", "misspellings"])
def test_compiled_file_equals_the_source(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == compiled(load_source(name))


@pytest.mark.parametrize("row", SPOKEN_OF, ids=lambda row: f"{row['match']} {row.get('tags', '')}")
def test_every_entry_fires_on_an_example(row: dict[str, Any]) -> None:
    entry = entry_for(example(row))
    assert entry is not None
    assert (entry.match, entry.tags) == (row["match"], row.get("tags"))
    rules = {finding.rule for finding in lint(pod(example(row)))}
    family = {"dead-image", "deprecated-image", "dead-registry", "deprecated-registry"}
    assert len(rules & family) == 1


@pytest.mark.parametrize(
    ("row", "excepted"), [(row, name) for row in SOURCE for name in row.get("except", ())], ids=str
)
def test_no_entry_fires_on_its_exceptions(row: dict[str, Any], excepted: str) -> None:
    entry = entry_for(f"{excepted.replace('**', 'x').replace('*', 'x')}:{fitting_tag(row.get('tags'))}")
    assert entry is None or entry.match != row["match"]


@pytest.mark.parametrize("row", [row for row in SPOKEN_OF if "tags" in row], ids=lambda row: row["match"])
def test_a_digest_outlives_its_tag(row: dict[str, Any]) -> None:
    entry = entry_for(f"{example(row)}@sha256:{'a' * 64}")
    assert entry is None or entry.tags is None


@pytest.mark.parametrize("row", SPOKEN_OF, ids=lambda row: row["match"])
def test_what_is_general_knowledge_is_no_error(row: dict[str, Any]) -> None:
    severities = {finding.severity.value for finding in lint(pod(example(row))) if finding.rule.endswith("-image")}
    assert row["evidence"] != "recall" or "error" not in severities


@pytest.mark.parametrize("row", MISSPELLINGS, ids=lambda row: row["host"])
def test_every_misspelling_is_told_with_what_was_meant(row: dict[str, Any]) -> None:
    (finding,) = [f for f in lint(pod(f"{row['host']}/acme/app:1")) if f.rule == "misspelled-registry"]
    assert row["likely"] in (finding.help or "")


@pytest.mark.parametrize(
    ("host", "likely"),
    [
        ("ghrc.io", "ghcr.io"),
        ("gchr.io", "ghcr.io"),
        ("quay.oi", "quay.io"),
        ("registry.k8s.oi", "registry.k8s.io"),
        ("mcr.microsoft.co", "mcr.microsoft.com"),
        ("registry.gitlab.cm", "registry.gitlab.com"),
        ("acme.azurercr.io", "acme.azurecr.io"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.co", "123456789012.dkr.ecr.us-east-1.amazonaws.com"),
        ("acme.jforg.io", "acme.jfrog.io"),
        ("acme.acr.io", None),
        ("acme.team.azurercr.io", None),
        ("gcr.io", None),
        ("icr.io", None),
        ("acr.io", None),
        ("registry.example.com", None),
        ("quay.io:443", None),
    ],
)
def test_one_edit_from_a_well_known_host(host: str, likely: str | None) -> None:
    known = builtin().registries
    found = builtin().misspellings.find(host, known.spellings()) if known.find(host) is None else None
    assert (found.likely if found else None) == likely


@pytest.mark.parametrize(
    ("tag", "condition", "fits"),
    [
        ("latest", "latest", True),
        ("1.0", "!latest", True),
        ("latest", "!latest", False),
        ("latest-dev", "!latest,!latest-dev", False),
        ("v1beta2-1.3", "v1beta2-*", True),
        ("4.14.0", "latest,>4.14.0", False),
        ("4.14.1", "latest,>4.14.0", True),
        ("v0.53.0", ">=v0.53.0", True),
        ("0.7.4", "<=0.7.4", True),
        ("0.10", "<0.9", False),
        ("edge", ">1", False),
    ],
)
def test_tag_conditions(tag: str, condition: str, fits: bool) -> None:
    assert tag_fits(tag, condition) is fits


@pytest.mark.parametrize(
    ("image", "instead"),
    [
        ("bitnami/redis:7.2", "docker.io/bitnamilegacy/redis:7.2"),
        ("minio/minio", "quay.io/minio/minio"),
        ("bitnami/kafka:3.9.0-debian-12-r1", "docker.io/apache/kafka"),
        ("k8s.gcr.io/kube-proxy:v1.29.1", "registry.k8s.io/kube-proxy:v1.29.1"),
        ("gcr.io/google_containers/pause:3.1", "registry.k8s.io/pause:3.1"),
        ("weaveworks/weave-npc:2.8.1", "docker.io/rajch/weave-npc:2.8.1"),
        ("ubuntu:10.04", "docker.io/library/ubuntu:24.04"),
        ("gcr.io/google-samples/gb-frontend:v5", "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5"),
    ],
)
def test_replacements(image: str, instead: str) -> None:
    reference = parse_reference(image)
    entry = builtin().images.find(reference)
    assert entry is not None
    assert entry.instead_of(reference) == instead


def test_entries_of_a_user_replace_built_in_ones() -> None:
    entry = {
        "match": "docker.io/bitnami/*",
        "tags": "!latest",
        "status": "frozen",
        "source": "https://a.b/",
        "evidence": "recall",
    }
    known = Knowledge({"images": [entry], "registries": []})
    found = known.images.find(parse_reference("bitnami/redis:7.2"))
    assert found is not None
    assert found.status == "frozen"


def test_more_literal_text_wins_and_tags_break_the_tie() -> None:
    def entry(match: str, **fields: str) -> dict[str, str]:
        return {"match": match, "status": "removed", "source": "https://a.b/", "evidence": "thread", **fields}

    images = Images([entry("a.io/**"), entry("a.io/x/*"), entry("a.io/x/*", tags="1"), entry("a.io/x/y", tags="2")])
    for image, match, tags in (
        ("a.io/z/z/z:1", "a.io/**", None),
        ("a.io/x/y:1", "a.io/x/*", "1"),
        ("a.io/x/y:2", "a.io/x/y", "2"),
        ("a.io/x/y:3", "a.io/x/*", None),
    ):
        found = images.find(parse_reference(image))
        assert found is not None
        assert (found.match, found.tags) == (match, tags)


@pytest.mark.parametrize("name", ["images", "misspellings"])
def test_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(load_schema(name))


@needs_shared
def test_has_every_shared_image() -> None:
    text = (SHARED / "knowledge" / "images.yaml").read_text(encoding="utf-8")
    shared = {line.partition('"')[2].rstrip('"') for line in text.splitlines() if line.startswith("- match: ")}
    assert shared <= {row["match"] for row in SOURCE}


def test_an_announced_end_turns_into_an_error() -> None:
    from datetime import date

    for today, severity in ((date(2026, 12, 31), "warning"), (date(2027, 1, 1), "error")):
        findings = lint(pod("registry.istio.io/release/pilot:1.30.0"), world=World(today=today))
        assert found(findings) == [("deprecated-image", 4)]
        assert findings[0].severity.value == severity
