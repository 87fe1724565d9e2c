"""What a kustomization has in a comment counts less than what is deployed, as long as nothing else names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.linting.selection import STRICT, Selection
from imagelint.session import Request, Session
from imagelint.world.world import World
from support import TODAY, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imagelint.linting.finding import Finding

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: quay.io/acme/Web:1}]
"""
FILES = {"k8s/pod.yaml": POD, "k8s/kustomization.yaml": "resources:\n- web.yaml\n#- pod.yaml\n", "k8s/web.yaml": ""}
FOLDERS = {
    "apps/kustomization.yaml": "resources:\n  - ./web\n  # - ./job\n",
    "apps/web/kustomization.yaml": "resources: []\n",
    "apps/job/kustomization.yaml": "resources: [pod.yaml, gone.yaml]\n",
    "apps/job/pod.yaml": POD,
}
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: job, namespace: flux-system}
spec: {path: ./apps/job, sourceRef: {kind: GitRepository, name: fleet}}
"""


def lint(folder: Path, files: Mapping[str, str], selection: Selection | None = None) -> list[Finding]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return judge(Session().read(Request(["."])), World(today=TODAY), selection).findings


def severities(folder: Path, files: Mapping[str, str], selection: Selection | None = None) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in lint(folder, files, selection)}


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "entry",
    ["#- pod.yaml", "# - pod.yaml", "  #  - ./pod.yaml  # later", "# - path: pod.yaml", '#   path: "pod.yaml"'],
)
def test_a_manifest(tmp_path: Path, entry: str) -> None:
    (found,) = lint(tmp_path, {**FILES, "k8s/kustomization.yaml": f"resources:\n- web.yaml\n{entry}\n"})
    assert (found.rule, found.severity, found.prediction) == ("invalid-image-reference", "info", None)
    assert found.message.endswith("(nothing deploys it: `k8s/kustomization.yaml` has it in a comment)")


@pytest.mark.parametrize(
    "others",
    [
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n- pod.yaml\n#- pod.yaml\n"},
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n# see pod.yaml\n"},
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n#- other.yaml\n"},
        {"prod/kustomization.yaml": "resources: [../k8s/pod.yaml]\n"},
        {"deploy.sh": "kubectl apply -f k8s/pod.yaml\n"},
        {"README.md": "    kubectl apply -f k8s/pod.yaml\n"},
    ],
)
def test_a_manifest_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**FILES, **others})["invalid-image-reference"] == "error"


def test_a_folder(tmp_path: Path) -> None:
    assert severities(tmp_path, FOLDERS) == {"invalid-image-reference": "info", "kustomize-refuses": "info"}
    everything = Selection(tells_all=True)
    assert severities(tmp_path, FOLDERS, everything) == {
        "invalid-image-reference": "error",
        "kustomize-refuses": "error",
    }


@pytest.mark.parametrize(
    "others",
    [
        {"flux/job.yaml": FLUX},
        {"Makefile": "deploy:\n\tkustomize build apps/job | kubectl apply -f -\n"},
        {".github/workflows/cd.yml": "run: kubectl apply -k apps/job\n"},
    ],
)
def test_a_folder_that_something_else_deploys(tmp_path: Path, others: dict[str, str]) -> None:
    found = severities(tmp_path, {**FOLDERS, **others})
    assert found == {"invalid-image-reference": "error", "kustomize-refuses": "error"}


def test_what_two_folders_have(tmp_path: Path) -> None:
    shared = {
        "apps/job/kustomization.yaml": "resources: [../base]\n",
        "apps/web/kustomization.yaml": "resources: [../base]\n",
        "apps/base/kustomization.yaml": "resources: [pod.yaml]\n",
        "apps/base/pod.yaml": POD,
    }
    files = {name: text for name, text in FOLDERS.items() if name != "apps/job/pod.yaml"}
    assert severities(tmp_path, {**files, **shared}) == {"invalid-image-reference": "error"}


def test_a_password_is_one_in_any_file(tmp_path: Path) -> None:
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n"
        '  .dockerconfigjson: \'{"auths":{"ghcr.io":{"username":"ci","password":"x7Fq2LmPz9"}}}\'\n'
    )
    found = severities(tmp_path, {**FILES, "k8s/pod.yaml": secret}, Selection(profile=STRICT))
    assert found["committed-credentials"] == "warning"


BESIDE = {
    "k8s/base/web.yaml": POD.replace("Web:1", "web:1"),
    "k8s/base/kustomization.yaml": "resources: [web.yaml]\n",
    "k8s/base/job.yaml": POD.replace("Web:1", "job:latest").replace("name: web", "name: job"),
}
OTHER = "apps/kustomization.yaml"
RELEASES = {
    "apps/kustomization.yaml": "resources:\n- ./api/ks.yaml\n",
    "apps/api/ks.yaml": FLUX.replace("job", "api"),
    "apps/api/kustomization.yaml": "resources: []\n",
    "apps/job/ks.yaml": FLUX.replace("./apps/job", "./apps/job/app"),
    "apps/job/app/pod.yaml": POD.replace("Web:1", "web:latest"),
    "apps/job/app/kustomization.yaml": "resources: [pod.yaml]\n",
}


def test_a_manifest_that_the_kustomization_beside_it_does_not_list(tmp_path: Path) -> None:
    (found,) = lint(tmp_path, BESIDE)
    assert (found.rule, found.severity, found.prediction) == ("latest-tag", "info", None)
    assert found.message.endswith("(nothing deploys it: `k8s/base/kustomization.yaml` lists others and not this)")
    assert severities(tmp_path, {}, Selection(tells_all=True)) == {"latest-tag": "warning"}


@pytest.mark.parametrize(
    "others",
    [
        {"k8s/base/kustomization.yaml": "resources: [web.yaml, job.yaml]\n"},
        {"k8s/base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{name: a, files: [job.yaml]}]\n"},
        {"k8s/base/kustomization.yaml": "resources: []\n"},
        {"k8s/base/kustomization.yaml": ""},
        {"prod/kustomization.yaml": "resources: [../k8s/base/job.yaml]\n"},
        {"README.md": "    kubectl apply -f k8s/base/job.yaml\n"},
        {"hack/run.sh": "cd k8s && kubectl apply -f base/\n"},
        {"k8s/base/README.md": "    kubectl apply -f .\n"},
    ],
)
def test_a_manifest_beside_a_kustomization_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**BESIDE, **others})["latest-tag"] == "warning"


def test_a_manifest_is_named_by_what_distinguishes_it(tmp_path: Path) -> None:
    other = {"api/base/job.yaml": "", "api/base/kustomization.yaml": "resources: [job.yaml]\n"}
    assert severities(tmp_path, {**BESIDE, **other, "README.md": "See api/base/job.yaml."})["latest-tag"] == "info"


def test_what_fails_for_certain_in_a_manifest_that_is_not_listed(tmp_path: Path) -> None:
    assert severities(tmp_path, {**BESIDE, "k8s/base/job.yaml": POD}) == {"invalid-image-reference": "error"}


@pytest.mark.parametrize(
    ("others", "severity"),
    [
        ({}, "info"),
        ({"apps/README.md": "Do not list job/ks.yaml yet."}, "info"),
        ({OTHER: "resources: [./api/ks.yaml, ./job/ks.yaml]\n"}, "warning"),
        (
            {OTHER: "resources: [./api/ks.yaml]\n", "prod/kustomization.yaml": "resources: [../apps/job/ks.yaml]\n"},
            "warning",
        ),
        ({OTHER: "resources: [api/ks.yaml]\n# - ./job/ks.yaml\n"}, "info"),
        ({OTHER: "resources: [./api]\n"}, "warning"),
        ({"bootstrap.sh": "kubectl apply -f apps/job/ks.yaml\n"}, "warning"),
    ],
)
def test_what_flux_would_deploy(tmp_path: Path, others: dict[str, str], severity: str) -> None:
    assert severities(tmp_path, {**RELEASES, **others})["latest-tag"] == severity


def flux(*paths: str) -> str:
    """Objects of Flux that deploy folders."""
    texts = (FLUX.replace("name: job", f"name: n{number}") for number in range(len(paths)))
    return "---\n".join(text.replace("apps/job", path) for text, path in zip(texts, paths, strict=True))


IN_FLUX = {
    "clusters/prod/apps.yaml": flux("apps/api", "apps/shop"),
    "apps/api/kustomization.yaml": "resources: []\n",
    "apps/shop/kustomization.yaml": "resources: []\n",
    "apps/job/pod.yaml": POD.replace("Web:1", "web:latest"),
    "apps/job/kustomization.yaml": "resources: [pod.yaml]\nimages: [{name: quay.io/acme/gone, newTag: '1'}]\n",
}


def test_a_folder_beside_those_that_flux_deploys(tmp_path: Path) -> None:
    found = lint(tmp_path, IN_FLUX)
    assert {one.rule: one.severity for one in found} == {"latest-tag": "info", "unmatched-override": "info"}
    why = "(nothing deploys it: Flux deploys 2 other folders of `apps` and not this)"
    assert all(one.message.endswith(why) for one in found)
    everything = severities(tmp_path, {}, Selection(tells_all=True))
    assert everything == {"latest-tag": "warning", "unmatched-override": "warning"}


def test_a_folder_with_a_base_of_its_own(tmp_path: Path) -> None:
    files = {
        **IN_FLUX,
        "apps/job/kustomization.yaml": "resources: [../../base/job]\n",
        "base/job/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/job/pod.yaml": IN_FLUX["apps/job/pod.yaml"],
    }
    assert severities(tmp_path, files) == {"latest-tag": "info"}
    shared = {"apps/api/kustomization.yaml": "resources: [../../base/job]\n"}
    assert severities(tmp_path, {**files, **shared}) == {"latest-tag": "warning"}


def test_what_fails_for_certain_beside_folders_that_flux_deploys(tmp_path: Path) -> None:
    assert severities(tmp_path, {**IN_FLUX, "apps/job/pod.yaml": POD})["invalid-image-reference"] == "error"


@pytest.mark.parametrize(
    ("others", "severity"),
    [
        ({"clusters/prod/apps.yaml": flux("apps/api", "apps/shop", "apps/job")}, "warning"),
        ({"clusters/prod/apps.yaml": flux("apps/api")}, "warning"),
        ({"clusters/prod/apps.yaml": flux("apps")}, "warning"),
        ({"clusters/prod/apps.yaml": flux("apps/api", "apps/shop").replace("./apps", "../apps")}, "warning"),
        # Where the folder is named in a way that is not resolved here.
        ({"clusters/dev/apps.yaml": flux("${root}/job")}, "warning"),
        ({"clusters/dev/apps.yaml": flux("${root}/job-2")}, "info"),
        ({"clusters/dev/apps.yaml": flux("${root}/job").replace("spec:", "#spec:")}, "info"),
        ({"clusters/dev/kustomization.yaml": "resources: [../../apps/job]\n"}, "warning"),
        ({"apps/kustomization.yaml": "resources: [job]\n"}, "warning"),
        ({"deploy.sh": "kubectl apply -k apps/job\n"}, "warning"),
        # Something else seems to deploy folders there.
        ({"apps/web/kustomization.yaml": "namePrefix: web-\nresources: [../../base]\n"}, "warning"),
        (
            {"apps/job/apps.yaml": flux("jobs"), "apps/job/kustomization.yaml": "resources: [pod.yaml, apps.yaml]"},
            "warning",
        ),
    ],
)
def test_a_folder_beside_those_that_flux_deploys_may_be_deployed(
    tmp_path: Path, others: dict[str, str], severity: str
) -> None:
    assert severities(tmp_path, {**IN_FLUX, **others})["latest-tag"] == severity
