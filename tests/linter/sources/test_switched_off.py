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
        {"k8s/base/kustomization.yaml": "resources: []\nconfigMapGenerator: [{name: a, files: [job.yaml]}]\n"},
        {"k8s/base/kustomization.yaml": "resources: []\n", "ci.sh": "kustomize edit add resource *.yaml"},
        {"k8s/base/kustomization.yaml": "resources: []\n", "README.md": "    kubectl apply -f k8s/$STAGE\n"},
        {"k8s/base/kustomization.yaml": "resources:\n"},
        {"k8s/base/kustomization.yaml": ""},
        {"prod/kustomization.yaml": "resources: [../k8s/base/job.yaml]\n"},
        {"README.md": "    kubectl apply -f k8s/base/job.yaml\n"},
        {"hack/run.sh": "cd k8s && kubectl apply -f base/\n"},
        {"k8s/base/README.md": "    kubectl apply -f .\n"},
        {"README.md": "    cd k8s/base && kubectl apply -f job.yaml\n"},
        {"Makefile": "up:\n\tcd k8s/base; kubectl apply -f *.yaml\n"},
        {".github/workflows/cd.yml": "working-directory: k8s/base\nrun: kubectl apply -f .\n"},
        {"README.md": "    for f in k8s/base/*.yaml; do kubectl apply -f $f; done\n"},
    ],
)
def test_a_manifest_beside_a_kustomization_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**BESIDE, **others})["latest-tag"] == "warning"


def test_a_manifest_is_named_by_what_distinguishes_it(tmp_path: Path) -> None:
    other = {"api/base/job.yaml": "", "api/base/kustomization.yaml": "resources: [job.yaml]\n"}
    for text in ("See api/base/job.yaml.", "    kubectl apply -f job.yaml\n"):
        assert severities(tmp_path, {**BESIDE, **other, "README.md": text})["latest-tag"] == "info"
    assert severities(tmp_path, {"k8s/base/README.md": "    kubectl apply -f job.yaml\n"})["latest-tag"] == "warning"


@pytest.mark.parametrize("command", ["rm -f build/$A/$B", "tar -f out/${A}/${B}", "docker build -f docker/$A/$B ."])
def test_a_path_of_which_only_variables_match_is_another_one(tmp_path: Path, command: str) -> None:
    others = {"deploy.sh": f"{command}\nkubectl apply -f api/web.yaml\n"}
    assert severities(tmp_path, {**BESIDE, **others})["latest-tag"] == "info"


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
    why = "(nothing deploys it: Flux deploys other folders of `apps` and not this)"
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


def argo(*paths: str) -> str:
    """Applications that deploy folders."""
    return "---\n".join(
        f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: n{number}, namespace: argocd}}\n"
        f"spec: {{destination: {{namespace: web}}, source: {{repoURL: 'https://x.example/fleet', path: {path}}}}}\n"
        for number, path in enumerate(paths)
    )


EMPTY = "configMapGenerator: [{name: a, literals: [a=b]}]\n"
LATEST = POD.replace("Web:1", "web:latest")
OVERLAYS = {
    "argocd/apps.yaml": argo("sso/operator/overlays/stable/", "sso/instance/overlays/default"),
    "sso/operator/overlays/stable/kustomization.yaml": EMPTY,
    "sso/instance/overlays/default/kustomization.yaml": EMPTY,
    "sso/alone/overlays/default/kustomization.yaml": "resources: [../../base]\n",
    "sso/alone/base/kustomization.yaml": "resources: [pod.yaml]\n",
    "sso/alone/base/pod.yaml": LATEST,
}
LOOSE = {
    "argocd/apps.yaml": argo("apps/api", "apps/shop"),
    "apps/api/kustomization.yaml": EMPTY,
    "apps/shop/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "apps/job/pod.yaml": LATEST,
}
SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  generators: [{clusters: {}}]
  template:
    metadata: {name: all}
    spec: {source: {repoURL: 'https://x.example/fleet', path: 'PATH'}, destination: {name: in-cluster}}
"""


@pytest.mark.parametrize(("files", "around"), [(OVERLAYS, "sso"), (LOOSE, "apps")])
def test_what_is_beside_folders_that_argo_cd_deploys(tmp_path: Path, files: dict[str, str], around: str) -> None:
    (found,) = lint(tmp_path, files)
    assert (found.rule, found.severity, found.prediction) == ("latest-tag", "info", None)
    assert found.message.endswith(f"(nothing deploys it: Argo CD deploys other folders of `{around}` and not this)")


@pytest.mark.parametrize(
    ("files", "others"),
    [
        (OVERLAYS, {"argocd/more.yaml": argo("sso/alone/overlays/default")}),
        (OVERLAYS, {"argocd/more.yaml": SET.replace("PATH", "sso/{{name}}/overlays/default")}),
        (LOOSE, {"argocd/more.yaml": SET.replace("PATH", "{{ .metadata.annotations.path }}")}),
        # What names it cannot be read.
        (LOOSE, {"argocd/more.yaml": argo("apps/job") + "\u00a0 a: b: c\n"}),
        (
            LOOSE,
            {"root/Chart.yaml": "name: root\n", "root/templates/all.yaml": SET.replace("PATH", "apps/{{ .name }}")},
        ),
        (OVERLAYS, {"sso/alone/overlays/prod/kustomization.yaml": "resources: [../../base]\n"}),
        (OVERLAYS, {"sso/alone/README.md": "Run `oc apply -k overlays/default`.\n"}),
        (OVERLAYS, {"sso/apply.sh": "for part in */overlays/default; do oc apply -k $part; done\n"}),
        (LOOSE, {"README.md": "    kubectl apply -f apps/$APP/\n"}),
        # Each of these may be for another cluster.
        (
            {name.replace("apps/", "overlays/"): text.replace("apps/", "overlays/") for name, text in LOOSE.items()},
            {},
        ),
        (
            OVERLAYS,
            {
                "argocd/apps.yaml": argo("sso/operator/overlays/default", "sso/instance/overlays/default"),
                "sso/operator/overlays/default/kustomization.yaml": EMPTY,
            },
        ),
        (LOOSE, {"apps/kustomization.yaml": "resources: [job/pod.yaml]\n"}),
        # Something else seems to deploy folders there.
        (LOOSE, {"apps/cron/pod.yaml": LATEST.replace("name: web", "name: cron")}),
        (LOOSE, {"argocd/apps.yaml": argo("apps/api")}),
    ],
)
def test_what_is_beside_folders_that_argo_cd_deploys_may_be_deployed(
    tmp_path: Path, files: dict[str, str], others: dict[str, str]
) -> None:
    assert severities(tmp_path, {**files, **others})["latest-tag"] == "warning"


def test_the_root_of_a_repository_has_folders_of_different_purposes(tmp_path: Path) -> None:
    files = {
        "argocd/apps.yaml": argo("api", "shop"),
        "api/kustomization.yaml": EMPTY,
        "shop/kustomization.yaml": EMPTY,
        "job/pod.yaml": LATEST,
    }
    assert severities(tmp_path, files) == {"latest-tag": "warning"}


LISTED = {
    "clusters/prod/apps.yaml": flux("apps"),
    "apps/kustomization.yaml": "resources: [./job-2/, shop]\n",
    "apps/job-2/kustomization.yaml": EMPTY,
    "apps/shop/kustomization.yaml": EMPTY.replace("name: a", "name: b"),
    "apps/job/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/job/pod.yaml": LATEST,
}
DEEPER = {
    "argocd/apps.yaml": argo("apps"),
    "apps/kustomization.yaml": "resources: [api/app, shop/app]\n",
    "apps/api/app/kustomization.yaml": EMPTY,
    "apps/shop/app/kustomization.yaml": EMPTY.replace("name: a", "name: b"),
    "apps/job/app/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/job/app/pod.yaml": LATEST,
}


@pytest.mark.parametrize("files", [LISTED, DEEPER, {**LISTED, "clusters/prod/apps.yaml": argo("apps")}])
def test_a_folder_that_a_deployed_kustomization_leaves_out(tmp_path: Path, files: dict[str, str]) -> None:
    (found,) = lint(tmp_path, files)
    assert (found.rule, found.severity) == ("latest-tag", "info")
    assert found.message.endswith("(nothing deploys it: `apps/kustomization.yaml` lists others and not this)")
    wrong = {path: text.replace("web:latest", "Web:1") for path, text in files.items()}
    assert severities(tmp_path, wrong) == {"invalid-image-reference": "error"}


@pytest.mark.parametrize(
    "others",
    [
        # Nothing is known to deploy the kustomization that lists the others.
        {"clusters/prod/apps.yaml": ""},
        {"clusters/prod/apps.yaml": flux("infra")},
        {"apps/kustomization.yaml": "resources: [job-2, shop, job]\n"},
        {"apps/kustomization.yaml": "# job has its own pipeline\nresources: [job-2, shop]\n"},
        {"apps/kustomization.yaml": "resources: [shop]\n"},
        {"apps/other/kustomization.yaml": EMPTY},
        {"clusters/dev/kustomization.yaml": "resources: [../../apps/job]\n"},
        {"clusters/dev/apps.yaml": flux("${root}/job")},
        {"deploy.sh": "kubectl apply -k apps/job\n"},
        {"deploy.sh": "for app in apps/*; do kubectl apply -k $app; done\n"},
        {"README.md": "    kubectl apply --recursive -f apps/\n"},
    ],
)
def test_a_folder_that_a_kustomization_leaves_out_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**LISTED, **others})["latest-tag"] == "warning"


ARCHIVE = {
    "clusters/prod/apps.yaml": flux("apps"),
    "apps/kustomization.yaml": EMPTY,
    "archive/job/kustomization.yaml": "resources: [pod.yaml]\n",
    "archive/job/pod.yaml": LATEST,
}
ATTIC = {
    "argocd/apps.yaml": argo("k8s/apps"),
    "k8s/apps/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "k8s/Attic/pod.yaml": LATEST,
}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (ARCHIVE, "Flux deploys folders beside `archive`, and nothing of it"),
        (ATTIC, "Argo CD deploys folders beside `k8s/Attic`, and nothing of it"),
    ],
)
def test_an_archive_beside_what_is_deployed(tmp_path: Path, files: dict[str, str], why: str) -> None:
    (found,) = lint(tmp_path, files)
    assert (found.rule, found.severity) == ("latest-tag", "info")
    assert found.message.endswith(f"(nothing deploys it: {why})")


@pytest.mark.parametrize(
    "others",
    [
        {"clusters/prod/apps.yaml": ""},
        {"clusters/prod/apps.yaml": flux("apps", "archive/job")},
        {"clusters/prod/apps.yaml": flux("apps", "archive")},
        {"clusters/dev/apps.yaml": flux("${root}/job")},
        {"apps/kustomization.yaml": "resources: [../archive/job]\n"},
        {"deploy.sh": "kubectl apply -k archive/job\n"},
        {"Makefile": "deploy:\n\tkubectl apply -Rf archive\n"},
        {"archive/README.md": "    kubectl apply -R -f .\n"},
    ],
)
def test_an_archive_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**ARCHIVE, **others})["latest-tag"] == "warning"


def test_a_command_for_all_of_a_folder_is_for_that_folder_alone(tmp_path: Path) -> None:
    others = {"Makefile": "deploy:\n\tkubectl apply -R -f apps/archive/\n", "apps/archive/cm.yaml": ""}
    assert severities(tmp_path, {**ARCHIVE, **others}) == {"latest-tag": "info"}


def test_a_folder_of_an_app_that_is_switched_off(tmp_path: Path) -> None:
    in_app = FLUX.replace("apps/job", "apps/job/app")
    files = {
        "apps/kustomization.yaml": "resources: [api/ks.yaml, shop/ks.yaml]\n# - job/ks.yaml\n",
        **{f"apps/{name}/ks.yaml": in_app.replace("job", name) for name in ("api", "shop", "job")},
        **{f"apps/{name}/app/kustomization.yaml": EMPTY for name in ("api", "shop", "job")},
        "apps/job/sync/pod.yaml": LATEST,
    }
    assert severities(tmp_path, files) == {"latest-tag": "info"}
    listed = {"apps/kustomization.yaml": "resources: [api/ks.yaml, shop/ks.yaml, job/ks.yaml]\n"}
    assert severities(tmp_path, {**files, **listed}) == {"latest-tag": "warning"}


LEFT_OUT = {
    "apps/kustomization.yaml": "resources: [api/ks.yaml, shop/ks.yaml]\n",
    **{
        f"apps/{name}/ks.yaml": FLUX.replace("apps/job", "apps/job/app").replace("job", name)
        for name in ("api", "shop")
    },
    **{f"apps/{name}/app/kustomization.yaml": EMPTY for name in ("api", "shop")},
    # Its path is not there.
    "apps/job/ks.yaml": FLUX.replace("apps/job", "apps/default/job/app"),
    "apps/job/app/kustomization.yaml": "resources: [pod.yaml]\n",
    "apps/job/app/pod.yaml": LATEST,
}
IN_COMMENTS = {"apps/kustomization.yaml": "resources: [namespace.yaml]\n# - api/ks.yaml\n# - shop/ks.yaml\n"}


@pytest.mark.parametrize(
    ("others", "why"),
    [({}, "lists others and not this"), (IN_COMMENTS, "has others in comments and not this")],
)
def test_the_folder_of_an_app_that_is_left_out(tmp_path: Path, others: dict[str, str], why: str) -> None:
    (found,) = (one for one in lint(tmp_path, {**LEFT_OUT, **others}) if one.rule == "latest-tag")
    assert found.severity == "info"
    assert found.message.endswith(f"(nothing deploys it: `apps/kustomization.yaml` {why})")


@pytest.mark.parametrize(
    "others",
    [
        {"apps/kustomization.yaml": "resources: [api/ks.yaml, shop/ks.yaml, job/ks.yaml]\n"},
        {"apps/kustomization.yaml": "resources: [namespace.yaml]\n# - api/pod.yaml\n"},
        {"apps/job/kustomization.yaml": "resources: [pod.yaml]\n#- ks.yaml\n", "apps/job/pod.yaml": LATEST},
        {"fleet/job.yaml": argo("apps/job/app")},
        {"fleet/all.yaml": SET.replace("PATH", "apps/{{name}}/app")},
        {"other/kustomization.yaml": "resources: [../apps/job/app]\n"},
        {"README.md": "Run `kubectl apply -k apps/job/app`.\n"},
    ],
)
def test_the_folder_of_an_app_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**LEFT_OUT, **others})["latest-tag"] == "warning"


def test_nobody_builds_what_flux_would_deploy(tmp_path: Path) -> None:
    files = {**RELEASES, "apps/api/kustomization.yaml": EMPTY}
    files |= {"apps/job/app/kustomization.yaml": "resources: [gone.yaml, pod.yaml]\n", "apps/job/app/pod.yaml": POD}
    found = {one.rule: one for one in lint(tmp_path, files)}["kustomize-refuses"]
    assert (found.rule, found.severity) == ("kustomize-refuses", "info")
    assert found.message.endswith("(nothing deploys it: `apps/kustomization.yaml` lists others and not this)")
    listed = {"apps/kustomization.yaml": "resources: [api/ks.yaml, job/ks.yaml]\n"}
    assert severities(tmp_path, {**files, **listed})["kustomize-refuses"] == "error"


TYPE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n# not used\n"
BROKEN = "resources: [../components/later]\n"
DEPLOYED = {
    "apps/api/kustomization.yaml": EMPTY,
    "apps/shop/kustomization.yaml": EMPTY,
    "apps/loki/kustomization.yaml": BROKEN,
    # Here more than one folder is left out.
    "apps/tempo/kustomization.yaml": BROKEN,
    "apps/mimir/kustomization.yaml": BROKEN,
}


def refused(folder: Path, files: Mapping[str, str], path: str) -> tuple[str, str]:
    """How a kustomization that does not build is reported: the severity, and the end of the message."""
    (found,) = (one for one in lint(folder, files) if one.rule == "kustomize-refuses" and one.place.path == path)
    return found.severity, found.message.partition("(")[2].rstrip(")")


@pytest.mark.parametrize(
    ("objects", "who"), [(flux("apps/api", "apps/shop"), "Flux"), (argo("apps/api", "apps/shop"), "Argo CD")]
)
@pytest.mark.parametrize("name", ["loki", "tempo"])
def test_nobody_builds_what_nothing_names_beside_what_is_deployed(
    tmp_path: Path, objects: str, who: str, name: str
) -> None:
    files = {**DEPLOYED, "fleet/apps.yaml": objects, "docs/plan.md": f"Write apps/{name} with components.\n"}
    why = f"nothing deploys it: {who} deploys other folders of `apps`, and nothing names this"
    assert refused(tmp_path, files, f"apps/{name}/kustomization.yaml") == ("info", why)


@pytest.mark.parametrize(
    "others",
    [
        {"fleet/apps.yaml": argo("apps/api")},
        {"fleet/apps.yaml": argo("apps/api", "apps/shop", "apps/loki")},
        {"fleet/apps.yaml": argo("deploy/api", "deploy/shop")},
        {"fleet/all.yaml": SET.replace("PATH", "apps/{{name}}")},
        {"fleet/all.yaml": SET.replace("PATH", "{{ .path }}")},
        {"Makefile": "loki:\n\tkustomize build apps/loki | kubectl apply -f -\n"},
        {"README.md": "Run `kubectl apply -k apps/loki`.\n"},
        {"ci/build.sh": "for app in $APPS; do kustomize build apps/$app; done\n"},
        {"ci/build.sh": "find . -name kustomization.yaml -execdir kustomize build ';'\n"},
        {"all/kustomization.yaml": "resources: [../apps/loki]\n"},
    ],
)
def test_somebody_may_build_what_kustomize_refuses(tmp_path: Path, others: dict[str, str]) -> None:
    files = {**DEPLOYED, "fleet/apps.yaml": argo("apps/api", "apps/shop"), **others}
    assert refused(tmp_path, files, "apps/loki/kustomization.yaml") == ("error", "")


def test_a_variant_of_what_kustomizations_list(tmp_path: Path) -> None:
    files = {
        "fleet/apps.yaml": argo("apps/api", "apps/shop"),
        "apps/api/kustomization.yaml": EMPTY,
        "apps/shop/kustomization.yaml": EMPTY,
        "apps/mail/overlays/lab/kustomization.yaml": BROKEN,
        "apps/mail/overlays/default/kustomization.yaml": EMPTY,
    }
    assert refused(tmp_path, files, "apps/mail/overlays/lab/kustomization.yaml")[0] == "info"
    used = {"one/kustomization.yaml": "resources: [../apps/mail/overlays/default]\n"}
    assert refused(tmp_path, {**files, **used}, "apps/mail/overlays/lab/kustomization.yaml") == ("error", "")


def test_a_kustomization_that_the_user_named(tmp_path: Path) -> None:
    lint(tmp_path, {**DEPLOYED, "fleet/apps.yaml": argo("apps/api", "apps/shop")})
    (found,) = judge(Session().read(Request(["fleet", "apps/loki/kustomization.yaml"])), World(today=TODAY)).findings
    assert (found.rule, found.severity) == ("kustomize-refuses", "error")


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({}, ("info", "nothing deploys it: it is empty, and nothing names it")),
        (
            {"base/argocd/values.yaml": "server: {}\n"},
            ("info", "nothing deploys it: it is empty, and nothing names it"),
        ),
        ({"base/argocd/pod.yaml": LATEST}, ("error", "")),
        ({"base/argocd/server/pod.yaml": LATEST}, ("error", "")),
        ({"install.sh": "kubectl apply -k base/argocd\n"}, ("error", "")),
        ({"base/kustomization.yaml": "resources: [argocd]\n"}, ("error", "")),
        ({"apps.yaml": argo("base/argocd")}, ("error", "")),
    ],
)
def test_an_empty_kustomization(tmp_path: Path, others: dict[str, str], expected: tuple[str, str]) -> None:
    files = {"web/kustomization.yaml": EMPTY, "base/argocd/kustomization.yaml": TYPE, **others}
    assert refused(tmp_path, files, "base/argocd/kustomization.yaml") == expected


def test_an_empty_kustomization_by_itself_or_of_a_stage(tmp_path: Path) -> None:
    assert severities(tmp_path, {"argocd/kustomization.yaml": TYPE}) == {"kustomize-refuses": "error"}
    stages = {"overlays/dev/kustomization.yaml": EMPTY, "overlays/test/kustomization.yaml": TYPE}
    assert refused(tmp_path, stages, "overlays/test/kustomization.yaml") == ("error", "")


def test_an_empty_kustomization_beside_files_that_are_applied_in_other_ways(tmp_path: Path) -> None:
    files = {"fleet/argocd/init/kustomization.yaml": TYPE, "fleet/argocd/init/pod.yaml": LATEST}
    argocd = {f"fleet/argocd/{name}/kustomization.yaml": EMPTY for name in ("api", "shop")}
    apps = {"fleet/apps.yaml": argo("fleet/argocd/api", "fleet/argocd/shop")}
    severity, _ = refused(tmp_path, {**files, **argocd, **apps}, "fleet/argocd/init/kustomization.yaml")
    assert severity == "info"


@pytest.mark.parametrize("empty", ["resources: []\n", "kind: Kustomization\nresources: [ ]\nnamespace: web\n"])
def test_a_manifest_beside_a_kustomization_that_lists_nothing(tmp_path: Path, empty: str) -> None:
    found = lint(tmp_path, {"k8s/job.yaml": LATEST, "k8s/kustomization.yaml": empty})
    (tag,) = (one for one in found if one.rule == "latest-tag")
    assert tag.severity == "info"
    assert tag.message.endswith("(nothing deploys it: `k8s/kustomization.yaml` has `resources: []`)")


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("website/docs/web/pod.yaml", "website/docusaurus.config.ts"),
        ("docs/pod.yaml", "docusaurus.config.js"),
        ("website/versioned_docs/version-1.0/pod.yaml", "website/docusaurus.config.js"),
    ],
)
def test_a_page_of_a_site(tmp_path: Path, path: str, site: str) -> None:
    (found,) = lint(tmp_path, {path: POD, site: "export default {};\n"})
    assert (found.rule, found.severity, found.prediction) == ("invalid-image-reference", "info", None)
    assert found.message.endswith(f"(nothing deploys it: it is for the pages that `{site}` makes)")


@pytest.mark.parametrize(
    "others",
    [
        {"docs/docusaurus.config.js": ""},
        {"web/docusaurus.config.js": ""},
        {"docusaurus.config.js": "", "kustomization.yaml": "resources: [docs/web/pod.yaml]\n"},
        {"docusaurus.config.js": "", "docs/web/README.md": "    kubectl apply -f pod.yaml\n"},
        {"docusaurus.config.js": "", "docs/web/start.mdx": "import Web from '!!raw-loader!./pod.yaml'\n"},
        {"docusaurus.config.js": "", "docs/web/start.md": "Download [the pod](./pod.yaml).\n"},
        {
            "docusaurus.config.js": "",
            "docs/install.md": "    kubectl apply -f https://x.example/main/docs/web/pod.yaml\n",
        },
        {"docusaurus.config.js": "", "deploy.sh": "kubectl apply -f docs/web\n"},
    ],
)
def test_documentation_that_may_be_applied(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {"docs/web/pod.yaml": POD, **others})["invalid-image-reference"] == "error"


@pytest.mark.parametrize("copy", ["upstream", "apps/web/upstream"])
@pytest.mark.parametrize(
    ("others", "severity"),
    [
        ({}, "info"),
        # Nothing here is for the copy.
        ({"deploy/kustomization.yaml": EMPTY}, "error"),
        ({"deploy/more/kustomization.yaml": "resources: [../../COPY/sample]\n"}, "error"),
        ({"argocd/apps.yaml": argo("COPY/sample")}, "error"),
        ({"install.sh": "kustomize build COPY/$PART | kubectl apply -f -\n"}, "error"),
        ({"install.sh": "kustomize build deploy/$PART | kubectl apply -f -\n"}, "info"),
    ],
)
def test_what_a_copy_of_what_others_publish_has_besides(
    tmp_path: Path, copy: str, others: dict[str, str], severity: str
) -> None:
    files = {
        "deploy/kustomization.yaml": f"resources: [../{copy}/base]\n",
        f"{copy}/base/kustomization.yaml": EMPTY,
        f"{copy}/sample/kustomization.yaml": "resources: [../gone]\n",
    }
    others = {name: text.replace("COPY", copy) for name, text in others.items()}
    assert severities(tmp_path, files | others) == {"kustomize-refuses": severity}
