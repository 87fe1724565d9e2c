"""Every entry of the knowledge base fires on an example made from it, and not on its exceptions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from imagelint.kubelet.reference import parse_reference
from imagelint.world.knowledge.base import Knowledge, builtin
from imagelint.world.knowledge.compile import FOLDER, compiled, load_schema, load_source
from imagelint.world.knowledge.known_images import ImageEntry, Images, tag_fits
from imagelint.world.knowledge.lookup import entries_for
from imagelint.world.world import World
from support import found, lint

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = load_source("images")
MISSPELLINGS = load_source("misspellings")
FAMILY = {"dead-image", "deprecated-image", "dead-registry", "deprecated-registry"}
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
    assert len(rules & FAMILY) == 1


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


@pytest.mark.parametrize("row", MISSPELLINGS, ids=lambda row: row["host"])
def test_every_misspelling_is_reported_with_what_was_meant(row: dict[str, Any]) -> None:
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


EXAMPLES = [(row["match"], *example) for row in SOURCE for example in row.get("examples", {}).items()]
# Images on their way out that are still the ones to use, as a source says.
STOPOVERS = {"archived", "frozen"}


def test_every_replacement_has_examples() -> None:
    assert [row["match"] for row in SOURCE if "replacement" in row and "examples" not in row] == []


@pytest.mark.parametrize(("match", "image", "instead"), EXAMPLES)
def test_each_replacement_on_its_own_examples(match: str, image: str, instead: str) -> None:
    reference = parse_reference(image)
    entry = builtin().images.find(reference)
    assert entry is not None
    assert (entry.match, entry.instead_of(reference)) == (match, instead)


@pytest.mark.parametrize(("match", "image", "instead"), EXAMPLES)
def test_a_replacement_is_not_gone_itself(match: str, image: str, instead: str) -> None:
    tagged = instead if ":" in instead.rpartition("/")[2] else f"{instead}:latest"
    found = builtin().images.find(parse_reference(tagged))
    assert found is None or found.status in STOPOVERS, (match, image)


@pytest.mark.parametrize(("match", "image", "instead"), EXAMPLES)
def test_no_fix_writes_tags_that_no_source_has(match: str, image: str, instead: str) -> None:
    row = next(row for row in SOURCE if row["match"] == match and image in row.get("examples", {}))
    fixes = [f.fix.edits[0].new for f in lint(pod(image)) if f.rule in FAMILY and f.fix is not None]
    assert all(new == instead for new in fixes)
    assert not (fixes and row.get("other_tags"))


def test_nothing_built_in_is_only_general_knowledge() -> None:
    entries = [*SOURCE, *load_source("registries")]
    assert [entry for entry in entries if entry["evidence"] == "recall"] == []


@pytest.mark.parametrize(
    ("match", "replacement"),
    [
        ("gcr.io/a-*/**", "registry.k8s.io/**"),
        ("gcr.io/a/**", "docker.io/a/*"),
        ("gcr.io/a/**", "docker.io/a/b"),
        ("gcr.io/a/b", "docker.io/a/*"),
    ],
)
def test_a_replacement_must_fill_what_the_match_has(match: str, replacement: str, tmp_path: Path) -> None:
    names = f"match: '{match}', replacement: '{replacement}'"
    entry = f"- {{{names}, status: moved, source: 'https://a.b/', evidence: thread}}"
    shutil.copy(FOLDER / "images.schema.json", tmp_path)
    (tmp_path / "images.yaml").write_text(entry, encoding="utf-8")
    with pytest.raises(ValueError, match="wildcards"):
        load_source("images", tmp_path)


HOSTS = ("registry.k8s.io", "k8s.gcr.io", "gcr.io/google_containers", "gcr.io/google-containers")


@pytest.mark.parametrize("home", [*HOSTS, "eu.gcr.io/k8s-artifacts-prod", "registry.aliyuncs.com/google_containers"])
@pytest.mark.parametrize("image", ["nginx-slim:0.8", "echoserver:1.4", "busybox:latest", "pause:3.0"])
def test_schema_1_is_known_on_every_host_and_no_fix_moves_it(home: str, image: str) -> None:
    (finding,) = [f for f in lint(pod(f"{home}/{image}")) if f.rule in FAMILY]
    assert (finding.rule, finding.severity.value) == ("deprecated-image", "warning")
    assert "schema 1" in finding.message
    assert finding.fix is None or (not finding.fix.is_safe and not finding.fix.edits[0].new.endswith(image))


@pytest.mark.parametrize("image", ["mirror.gcr.io/training/webapp", "training/webapp:latest"])
def test_schema_1_of_docker_hub_and_its_mirrors(image: str) -> None:
    assert "schema 1" in " ".join(f.message for f in lint(pod(image)))


@pytest.mark.parametrize("image", ["k8s.gcr.io/nginx-slim:0.21", "registry.k8s.io/pause:3.9", "acme/nginx-slim:0.8"])
def test_newer_and_other_images_are_not_schema_1(image: str) -> None:
    assert "schema 1" not in " ".join(f.message for f in lint(pod(image)))


@pytest.mark.parametrize("host", ["gcr.io", "eu.gcr.io"])
def test_google_container_registry_itself_still_serves(host: str) -> None:
    assert {f.rule for f in lint(pod(f"{host}/acme-prod/web:1.4"))} & FAMILY == set()


@pytest.mark.parametrize("image", ["argoproj/argosay:v2", "argoproj/rollouts-demo:blue"])
def test_only_published_argo_images_moved(image: str) -> None:
    assert entry_for(image) is None


def test_knowledge_of_another_tag_is_shown() -> None:
    shown = "\n".join(entries_for(builtin(), "bitnami/kubectl:latest"))
    assert "docker.io/bitnami/kubectl" in shown
    assert "only `latest` is left" in shown


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


def test_an_announced_end_turns_into_an_error() -> None:
    from datetime import date

    for today, severity in ((date(2026, 12, 31), "warning"), (date(2027, 1, 1), "error")):
        findings = lint(pod("registry.istio.io/release/pilot:1.30.0"), world=World(today=today))
        assert found(findings) == [("deprecated-image", 4)]
        assert findings[0].severity.value == severity
