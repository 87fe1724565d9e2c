"""Releases that a project keeps in a folder for each version are counted; what somebody deploys is reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from imagelint.linting.selection import Selection
from imagelint.session import Request, Session
from imagelint.sources.released_versions import version_of
from imagelint.world.world import World
from manifests import pod
from support import TODAY, imagelint, judge

# Deleted from its registry for certain.
DEAD = "docker.io/bitnami/kubectl:1.33.4"
PROJECT = {"go.mod": "module github.com/acme/operator\n", "Dockerfile": "FROM scratch\n"}
MAKEFILE = {"Makefile": "build:\n\tdocker build -t registry.example.com/acme/web:$(TAG) .\n"}
VERSIONS = ["v0.9.0", "v0.10.0-rc1", "v0.10.0", "v0.11.0"]


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, str]) -> None:
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")


def broken(image: str) -> str:
    """A pod with an image that its version decides, and one that is gone."""
    document = pod(DEAD)
    document["spec"]["containers"].append({"name": "own", "image": image})
    return json.dumps(document)


def releases(folder: str, image: str = "quay.io/acme/operator", versions: list[str] = VERSIONS) -> dict[str, str]:
    return {f"{folder}/{version}/install.yaml": broken(f"{image}:{version}") for version in versions}


def package(version: str) -> str:
    """A package of OLM with a deployment whose image is gone."""
    spec: dict[str, Any] = {"install": {"strategy": "deployment", "spec": {"deployments": [{"name": "a"}]}}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod(DEAD)["spec"]}
    spec["install"]["spec"]["deployments"][0]["spec"] = {
        "selector": {"matchLabels": {"a": "b"}},
        "template": template,
    }
    kind = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion"}
    return json.dumps({**kind, "metadata": {"name": f"operator.v{version}"}, "spec": spec})


def packages(folder: str, *versions: str) -> dict[str, str]:
    return {f"{folder}/{one}/manifests/operator.clusterserviceversion.yaml": package(one) for one in versions}


def dead(*paths: str, selection: Selection | None = None) -> list[str]:
    """Where images are gone."""
    outcome = judge(Session().read(Request(paths or ["."])), World(today=TODAY), selection)
    return sorted({one.place.source.path for one in outcome.findings if one.rule == "dead-image"})


@pytest.mark.parametrize(
    ("files", "newest"),
    [
        (releases("install") | PROJECT, "install/v0.11.0/install.yaml"),
        (releases("deploy/releases", "acme/operator") | PROJECT, "deploy/releases/v0.11.0/install.yaml"),
        (
            releases("manifests", "registry.example.com/acme/web", ["1.2.0", "1.10.0", "1.9.1"]) | MAKEFILE,
            "manifests/1.10.0/install.yaml",
        ),
        (
            packages("deploy/olm-catalog/operator", "0.1.0", "0.2.0", "0.10.0"),
            "deploy/olm-catalog/operator/0.10.0/manifests/operator.clusterserviceversion.yaml",
        ),
        (
            packages("bundle", "1.0.0", "1.1.0", "2.0.0"),
            "bundle/2.0.0/manifests/operator.clusterserviceversion.yaml",
        ),
    ],
)
def test_all_but_the_newest_are_released(files: dict[str, str], newest: str) -> None:
    write(files)
    assert dead() == [newest]
    everything = dead(selection=Selection(tells_all=True))
    assert len(everything) == len(files) - len({*PROJECT, *MAKEFILE} & files.keys())
    # What the user names is judged as it is.
    oldest = everything[0]
    assert dead(oldest) == [oldest]
    assert dead(str(Path(oldest).parent)) == [oldest]


def test_a_run_counts_them_and_does_not_fail(tmp_path: Path) -> None:
    newest = {"install/v1.0.0/install.yaml": json.dumps(pod("quay.io/acme/operator:v1.0.0"))}
    write(releases("install") | newest | PROJECT)
    done = imagelint(".", cwd=tmp_path)
    assert done.returncode == 0
    assert "note: 4 findings in released versions; --all shows them" in done.stderr
    assert imagelint("--all", ".", cwd=tmp_path).returncode == 1


def test_older_releases_of_another_name_belong_to_it() -> None:
    """A project that was renamed: what it published before has other images."""
    old = {f"install/{one}/install.yaml": broken("gcr.io/before/operator:1") for one in ("0.1.0", "v0.2.0")}
    write(old | releases("install") | PROJECT)
    assert dead() == ["install/v0.11.0/install.yaml"]


def test_a_kustomization_in_the_folder_of_a_version_is_part_of_it() -> None:
    lists = {f"install/{one}/kustomization.yaml": "resources: [install.yaml]\n" for one in VERSIONS}
    write(releases("install") | lists | PROJECT)
    assert dead() == ["install/v0.11.0/install.yaml"]


ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: operator, namespace: argocd}
spec:
  source: {repoURL: https://github.com/acme/operator, path: install/v0.9.0}
  destination: {namespace: operator}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: operator, namespace: flux-system}
spec: {path: ./install/v0.9.0, sourceRef: {kind: GitRepository, name: flux-system}}
"""


@pytest.mark.parametrize(
    "files",
    [
        {"overlays/prod/kustomization.yaml": "resources: [../../install/v0.9.0/install.yaml]\n"},
        {
            "overlays/prod/kustomization.yaml": "resources: [../../install/v0.9.0]\n",
            "install/v0.9.0/kustomization.yaml": "resources: [install.yaml]\n",
        },
        {"apps/operator.yaml": ARGO},
        {"apps/operator.yaml": ARGO, "install/v0.9.0/kustomization.yaml": "resources: [install.yaml]\n"},
        {"clusters/prod/operator.yaml": FLUX},
        {"clusters/prod/operator.yaml": FLUX, "install/v0.9.0/kustomization.yaml": "resources: [install.yaml]\n"},
        {"hack/e2e.sh": "kubectl apply -f install/v0.9.0/install.yaml\n"},
        {"install/apply.sh": "oc apply -f ./v0.9.0/install.yaml\n"},
        {".github/workflows/deploy.yml": "with:\n  manifests: install/v0.9.0/install.yaml\n"},
        {"README.md": "Run `kubectl apply -f https://example.com/acme/main/install/v0.9.0/install.yaml`.\n"},
    ],
)
def test_a_version_that_somebody_deploys(files: dict[str, str]) -> None:
    write(releases("install") | PROJECT | {".git/HEAD": ""} | files)
    assert dead() == ["install/v0.11.0/install.yaml", "install/v0.9.0/install.yaml"]


@pytest.mark.parametrize("command", ["kubectl apply -f install/$VERSION/", "$(KUBECTL) apply -f ./install/${VERSION}"])
def test_any_version_may_be_deployed(command: str) -> None:
    write(releases("install") | PROJECT | {"Makefile": f"deploy:\n\t{command}\n"})
    assert len(dead()) == len(VERSIONS)


@pytest.mark.parametrize(
    "text", ["- [v0.9.0](install/v0.9.0/install.yaml)\n", "# kubectl apply -f install/v0.9.0/install.yaml\n"]
)
def test_a_text_may_speak_of_old_versions(text: str) -> None:
    write(releases("install") | PROJECT | {"CHANGELOG.md": text})
    assert dead() == ["install/v0.11.0/install.yaml"]


@pytest.mark.parametrize(
    "files",
    [
        # The releases of another project, each of which some cluster may have.
        releases("addons", "quay.io/jetstack/cert-manager-controller") | PROJECT,
        releases("install", "quay.io/other/operator") | PROJECT,
        # No version is of the repository but one.
        releases("install", versions=["1.0.0"])
        | {f"install/{one}/install.yaml": broken("redis:7") for one in ("0.8.0", "0.9.0")}
        | PROJECT,
        # No history: two versions, pre-releases, parts of versions, dates, other names.
        releases("install", versions=["v1.0.0", "v2.0.0"]) | PROJECT,
        releases("install", versions=["v1.0.0-rc1", "v1.0.0-rc2", "v1.0.0"]) | PROJECT,
        releases("install", versions=["v1.0", "v1.1", "v1.2"]) | PROJECT,
        releases("install", versions=["2026.01.02", "2026.02.03", "2026.03.04"]) | PROJECT,
        releases("install", versions=["app-1.0.0", "app-1.1.0", "app-1.2.0"]) | PROJECT,
        # The versions of the clusters that an application is for.
        {f"overlays/v1.{minor}.0/app.yaml": broken("quay.io/acme/web:v3.0.0") for minor in range(30, 34)} | PROJECT,
    ],
)
def test_what_may_be_deployed_is_reported(files: dict[str, str]) -> None:
    write(files)
    assert dead() == sorted(path for path in files if path.endswith(".yaml"))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("0.9.0", "v0.10.0"), ("v1.0.0-rc1", "1.0.0"), ("1.0.0", "1.0.1-rc0"), ("1.9.9", "2.0.0")],
)
def test_the_order_of_versions(earlier: str, later: str) -> None:
    first, second = version_of(earlier), version_of(later)
    assert first is not None
    assert second is not None
    assert first < second


@pytest.mark.parametrize(
    "name", ["1.0", "v1", "01.2.3", "1.2.3.4", "1.2.3+build/x", "release-1.2.3", "1.2.3_4", "", "v"]
)
def test_no_version(name: str) -> None:
    assert version_of(name) is None
