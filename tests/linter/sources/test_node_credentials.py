"""Scripts, modules and texts that show that the nodes of a cluster have credentials for a registry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.reporting.groups import grouped
from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import docker_secret, pod, stream
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

ACR, ECR = "acme.azurecr.io/web:1.4", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
KUBELET = "azurerm_kubernetes_cluster.main.kubelet_identity[0].object_id"
ROLE = """\
resource "azurerm_role_assignment" "%s" {
  role_definition_name = "AcrPull"
  principal_id = %s
  scope = %s
}
"""
BICEP = f"""\
var role = '{ACR_PULL}'
resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{
  properties: {{
    principalId: aks.properties.identityProfile.kubeletidentity.objectId
  }}
}}
"""


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def findings(folder: Path, files: dict[str, str], image: str = ACR) -> list[Finding]:
    for path, text in {"deploy/web.json": json.dumps(pod(image)), **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [finding for finding in found if finding.rule == "pull-secret-missing"]


ATTACHED, ROLE_GIVEN = "attaches a registry to the AKS cluster", "gives AKS nodes the role `AcrPull`"


@pytest.mark.parametrize(
    ("path", "text", "how"),
    [
        ("up.sh", "az aks create -g rg -n aks \\\n  --attach-acr acme\n", ATTACHED),
        ("hack/up.ps1", 'az aks update -n aks -g rg --attach-acr "$env:ACR"\n', ATTACHED),
        ("Makefile", "ACR ?= acme\nup:\n\taz aks update -n aks --attach-acr=$(ACR)\n", ATTACHED),
        (".github/workflows/up.yml", "- run: az aks update --attach-acr /subscriptions/a/registries/acme\n", ATTACHED),
        ("infra/main.tf", ROLE % ("acr", KUBELET, "azurerm_container_registry.acr.id"), ROLE_GIVEN),
        (
            "infra/pull.tf",
            ROLE % ("acr", "data.azurerm_user_assigned_identity.agent_pool.id", "a"),
            ROLE_GIVEN,
        ),
        ("infra/modules/role/main.tf", ROLE % ("aks_to_acr", "var.principal", "var.registry"), ROLE_GIVEN),
        (
            "infra/aks.bicep",
            BICEP,
            ROLE_GIVEN,
        ),
        (
            "azuredeploy.json",
            f'{{"roleDefinitionId": "[resourceId(\'{ACR_PULL}\')]", "principalId": "[reference().kubeletidentity]"}}',
            ROLE_GIVEN,
        ),
        (
            "scripts/roles.sh",
            'az role assignment create --assignee "$KUBELET_ID" \\\n  --role AcrPull --scope "$ACR_ID"\n',
            ROLE_GIVEN,
        ),
        ("README.md", "- ACR attached to the AKS\n  cluster\n- Argo CD\n", "says that the registry is attached"),
        ("docs/setup.md", "The kubelet identity has the role `AcrPull`.\n", "says that the registry is attached"),
        ("deploy/README.md", "The nodes have a role: no image pull secrets are needed.\n", "says that no pull"),
        ("README.md", "With its identity you don't need an imagePullSecret.\n", "says that no pull"),
        ("README.md", "```sh\naz aks update -n a --attach-acr myregistry\n```\n", "shows a command that attaches"),
    ],
)
def test_a_registry_is_attached_to_the_cluster(tmp_path: Path, path: str, text: str, how: str) -> None:
    (finding,) = findings(tmp_path, {path: text})
    assert finding.severity == "info"
    assert f"; its nodes may have credentials: `{path}` {how}" in finding.message


def test_a_module_gives_the_role_to_the_identity_that_it_gets(tmp_path: Path) -> None:
    module = {"infra/role/main.bicep": f"param principalId string\nvar role = '{ACR_PULL}'\nprincipalId: principalId\n"}
    (finding,) = findings(tmp_path, module)
    assert finding.severity == "warning"
    kubelets = {"infra/main.bicep": "module a 'role/main.bicep' = {\n  params: {id: aks.outputs.kubeletId}\n}\n"}
    (finding,) = findings(tmp_path, {**module, **kubelets})
    assert (finding.severity, "`infra/role/main.bicep` gives" in finding.message) == ("info", True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("up.sh", "az aks update -n aks --attach-acr other\n"),
        ("up.sh", "az aks update -n aks --detach-acr acme\n"),
        ("up.sh", "# az aks update -n aks --attach-acr acme\n"),
        # The documented way to make a pull secret.
        ("up.sh", "az ad sp create-for-rbac -n pull-from-kubernetes --scopes $ACR --role acrpull\n"),
        ("up.sh", "az role assignment create --assignee $APP --role AcrPull --scope $AKS_ACR\n"),
        ("infra/main.tf", ROLE % ("web", "azurerm_linux_web_app.web.identity[0].principal_id", "var.aks_acr")),
        ("infra/main.tf", "# " + ROLE.replace("\n", "\n# ") % ("acr", KUBELET, "a")),
        ("README.md", "If the ACR is not attached to the AKS cluster, create a pull secret.\n"),
        ("README.md", "The images are public: no pull secret is needed.\n"),
        ("README.md", "Kubernetes needs a pull secret of a service principal with AcrPull.\n"),
        ("CHANGELOG.md", "ACR is attached to the AKS cluster.\n"),
        ("README.md", "For registries such as it, it now says that no pull secret is needed.\n"),
        ("apps/README.md", "ACR is attached to the AKS cluster.\n"),
        ("up.sh", "eksctl create cluster\n"),
    ],
)
def test_what_says_nothing_of_the_nodes(tmp_path: Path, path: str, text: str) -> None:
    (finding,) = findings(tmp_path, {path: text})
    assert (finding.severity, "may have credentials" in finding.message) == ("warning", False)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("up.sh", "eksctl create cluster -f cluster.yaml\n"),
        (".github/workflows/deploy.yml", "- run: aws eks --region eu-west-1 update-kubeconfig --name prod\n"),
        ("infra/eks.tf", 'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n}\n'),
        ("infra/eks.tf", 'resource "aws_eks_cluster" "main" {\n}\n'),
        ("infra/nodes.tf", 'policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"\n'),
        ("deploy/README.md", "```sh\neksctl create nodegroup --cluster prod\n```\n"),
    ],
)
def test_nodes_of_eks_have_a_role(tmp_path: Path, path: str, text: str) -> None:
    (finding,) = findings(tmp_path, {path: text}, ECR)
    assert (finding.severity, f"`{path}`" in finding.message) == ("info", True)
    (finding,) = findings(tmp_path, {path: text}, ACR)
    assert finding.severity == "warning"


def test_other_pods_show_that_a_pull_secret_is_needed(tmp_path: Path) -> None:
    others = stream(*[pod(ACR, "acr")] * 3, docker_secret("acr", "acme.azurecr.io"))
    found = findings(tmp_path, {"deploy/others.yaml": others, "up.sh": "az aks update --attach-acr acme\n"})
    assert [finding.severity for finding in found] == ["error"]


def test_one_registry_is_one_cause(tmp_path: Path) -> None:
    files = {f"deploy/{name}.json": json.dumps(pod(f"acme.azurecr.io/{name}:1", namespace="prod")) for name in "abc"}
    other = {"deploy/d.json": json.dumps(pod("globex.azurecr.io/d:1", namespace="prod"))}
    found = findings(tmp_path, {**files, **other, "deploy/web.json": json.dumps(pod(ACR, namespace="ops"))})
    assert [[one.place.path[7:8] for one in (group.first, *group.others)] for group in grouped(found)] == [
        ["a", "b", "c"],
        ["d"],
        ["w"],
    ]


GKE_FOLDER, EKS_FOLDER = "gke_acme-prod-1_us-central1-a_main", "arn:aws:eks:eu-west-1:123456789012:cluster_main"
GCR = "gcr.io/acme-prod/web:1.4"
SECRET = '"imagePullSecrets": [{"name": "gcr-io"}], "containers"'


@pytest.mark.parametrize(
    ("folder", "other", "severity"),
    [
        (GKE_FOLDER, "on-premises", "info"),
        ("gke_acme-prod-1_europe-west4_main", "on-premises", "info"),
        # Another project of Google may have the image.
        (GKE_FOLDER, "gke_acme-prod-1_us-central1-b_other", "warning"),
        (EKS_FOLDER, "on-premises", "warning"),
        ("gke_autopilot", "on-premises", "warning"),
        ("gke_acme-prod-1_main", "on-premises", "warning"),
    ],
)
def test_a_folder_has_the_name_of_a_context(tmp_path: Path, folder: str, other: str, severity: str) -> None:
    web, batch = json.dumps(pod(GCR)), json.dumps(pod(GCR)).replace('"containers"', SECRET)
    found = findings(tmp_path, {f"releases/{folder}/web.json": web, f"releases/{other}/web.json": batch})
    (finding,) = (one for one in found if folder in one.place.path)
    assert (finding.severity, f"a context of GKE, `{folder}`" in finding.message) == (severity, severity == "info")


def test_a_folder_has_the_name_of_a_context_of_eks(tmp_path: Path) -> None:
    found = findings(tmp_path, {f"clusters/{EKS_FOLDER}/web.json": json.dumps(pod(ECR))}, ECR)
    assert sorted((one.severity, EKS_FOLDER in one.place.path) for one in found) == [("info", True), ("warning", False)]
