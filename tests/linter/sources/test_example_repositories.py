"""In a repository that its README calls a collection of examples, tags that may move are infos."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from imagelint.facts.purposes import EXAMPLE_REPOSITORIES
from imagelint.linting.selection import Selection
from imagelint.session import Request, Session
from imagelint.sources.example_repositories import purpose_by_title, title_of
from imagelint.world.world import World
from manifests import pod
from support import TODAY, judge

PLAIN = "# Kubernetes Examples\n\nChunks of YAML.\n"
TITLES = {
    PLAIN: "Kubernetes Examples",
    "[![ci](https://x.example/b.svg)](https://x.example)\n\n# Fleet Examples 🚀\n": "Fleet Examples 🚀",
    "Quarkus Tutorial\n================\n": "Quarkus Tutorial",
    "=================\nArgo CD Exercises\n=================\n": "Argo CD Exercises",
    "= Kubernetes Tutorial for Developers\n:toc:\n": "Kubernetes Tutorial for Developers",
    '<p>\n  <h1 align="center">Code Examples</h1>\n</p>\n\n# Install\n': "Code Examples",
    "# ![logo](logo.png)\n\n# Learn it | [Hands-on Labs](https://x.example) and **Tutorials**\n": (
        "Learn it | Hands-on Labs and Tutorials"
    ),
    "# Examples of pods\r\n": "Examples of pods",
    "# Cloud Engine (CE) Samples\n": "Cloud Engine (CE) Samples",
    "# Argo CD Example Apps\n": "Argo CD Example Apps",
}
DEPRECATED = [
    "# DEPRECATED: Web Shop\n",
    "# [ARCHIVED] Web Shop\n",
    "Web Shop (deprecated)\n=====================\n",
    "# ⚠️ Deprecated! Web Shop\n",
    "# Web Shop - UNMAINTAINED\n",
    "<h1>Web Shop — archived</h1>\n",
    "# DEPRECATED Kubernetes Examples\n",
]
OTHERS = [
    "# Example App Store\n",
    "# Deprecated API finder\n",
    "# Web shop\n\n## Deprecated: v1\n",
    "# Web shop of undeprecated things\n",
    "# How to find what is deprecated\n",
    "# Example Voting App\n",
    "# flux2-kustomize-helm-example\n",
    "# My Kubernetes Lab\n",
    "# Sample Microservice Application\n",
    "# Tutorials Portal\n",
    "# Sample Applications\n",
    "# Web shop\n\n## Examples\n",
    "Web shop\n--------\n\nExamples\n--------\n",
    "# Counterexamples\n",
    "The examples\n",
    "A web shop. See the tutorial\n---\n",
    "```sh\n# run the examples\nmake\n```\n",
    "",
]


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, str]) -> None:
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")


def severities(path: str = ".", selection: Selection | None = None) -> dict[str, str]:
    outcome = judge(Session().read(Request([path])), World(today=TODAY), selection)
    return {finding.rule: str(finding.severity) for finding in outcome.findings}


UNTAGGED = {"pods/web.json": json.dumps(pod("quay.io/acme/web"))}
LATEST = {"intro/web.yaml": json.dumps(pod("docker.io/acme/web:latest"))}
FOR_THE_READER = {"deploy/web.yaml": json.dumps(pod("<your-registry>/web:1.4"))}


@pytest.mark.parametrize("text", TITLES)
def test_titles_of_collections(text: str) -> None:
    assert title_of(text) == TITLES[text]
    assert purpose_by_title(title_of(text)) == EXAMPLE_REPOSITORIES


@pytest.mark.parametrize("text", OTHERS)
def test_other_titles(text: str) -> None:
    assert purpose_by_title(title_of(text)) is None
    write({"README.md": text, **UNTAGGED})
    assert severities() == {"missing-tag": "warning"}


@pytest.mark.parametrize("readme", ["README.md", "readme.adoc", "README.rst", "README"])
@pytest.mark.parametrize(
    ("manifest", "rule"),
    [(UNTAGGED, "missing-tag"), (LATEST, "latest-tag"), (FOR_THE_READER, "unrendered-template")],
)
def test_tags_and_placeholders_are_infos(readme: str, manifest: dict[str, str], rule: str) -> None:
    write({readme: PLAIN.replace("#", "=") if readme.endswith(".adoc") else PLAIN, **manifest})
    assert severities() == {rule: "info"}
    assert severities(selection=Selection(tells_all=True)) == {rule: "warning"}
    # What the user names is judged as it is.
    assert severities(next(iter(manifest))) == {rule: "warning"}


def test_the_remedy_says_why() -> None:
    write({"README.md": PLAIN, **UNTAGGED})
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert finding.help == (
        "the title of README.md says that these are examples, so this may be meant; "
        "else pin the version you tested, or a digest (`@sha256:…`)"
    )


@pytest.mark.parametrize("text", DEPRECATED)
def test_a_repository_that_its_readme_calls_deprecated(text: str) -> None:
    write({"README.md": text, **UNTAGGED})
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert finding.severity == "info"
    assert finding.help is not None
    assert finding.help.startswith("the title of README.md says that this is deprecated, so this may stay; else pin")


def test_what_an_overlay_deploys_of_a_deprecated_repository_is_a_warning() -> None:
    write({"README.md": DEPRECATED[0], **UNTAGGED, "kustomization.yaml": "resources: [pods/web.json]\n"})
    assert severities() == {"missing-tag": "warning"}


def test_placeholders_in_a_deprecated_repository_are_not_for_its_readers() -> None:
    write({"README.md": DEPRECATED[0], **FOR_THE_READER})
    assert severities() == {"unrendered-template": "warning"}


def test_an_info_keeps_its_own_reason() -> None:
    write({"README.md": PLAIN, "pods/web.json": json.dumps(pod("quay.io/acme/web", command=["sleep", "infinity"]))})
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert finding.help is not None
    assert finding.help.startswith("the container does nothing but wait, so this may be meant; else pin")


def test_a_folder_of_the_work_tree_is_named() -> None:
    write({".git/HEAD": "", "README.md": PLAIN, **UNTAGGED})
    assert severities("pods") == {"missing-tag": "info"}


def test_the_working_folder_is_below_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    write({".git/HEAD": "", "README.md": PLAIN, **UNTAGGED})
    monkeypatch.chdir("pods")
    assert severities() == {"missing-tag": "info"}


def test_another_repository_beside_it_is_deployed() -> None:
    write({"a/README.md": PLAIN, "a/web.json": UNTAGGED["pods/web.json"], "b/web.yaml": LATEST["intro/web.yaml"]})
    found = Session().read(Request(["a", "b"]))
    outcome = judge(found, World(today=TODAY))
    assert [(one.at.source.path, one.severity) for one in outcome.findings] == [
        ("a/web.json", "info"),
        ("b/web.yaml", "warning"),
    ]


@pytest.mark.parametrize("path", ["pods/README.md", "docs/README.md", "EXAMPLES.md", "pods/tutorial.md"])
def test_other_texts_say_nothing_of_a_repository(path: str) -> None:
    write({path: PLAIN, **UNTAGGED})
    assert severities() == {"missing-tag": "warning"}


def test_an_application_that_its_readme_shows_is_deployed() -> None:
    manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a, image: redis}]\n"
    readme = f"# Web shop\n\n```yaml\n{manifest}```\n\nRun `kubectl apply -f web.yaml`, see the examples.\n"
    write({"README.md": readme, "web.yaml": manifest})
    assert severities() == {"missing-tag": "warning"}


def test_what_an_overlay_of_it_deploys_is_a_warning() -> None:
    write({"README.md": PLAIN, **UNTAGGED, "kustomization.yaml": "resources: [pods/web.json]\n"})
    assert severities() == {"missing-tag": "warning"}


def test_what_fails_for_certain_keeps_its_severity() -> None:
    write(
        {
            "README.md": PLAIN,
            "dead.json": json.dumps(pod("docker.io/bitnami/kubectl:1.33.4")),
            "wrong.json": json.dumps(pod("quay.io/acme//web:1")),
            **UNTAGGED,
        }
    )
    assert severities() == {"dead-image": "error", "invalid-image-reference": "error", "missing-tag": "info"}
