"""Pull secrets and service accounts that no manifest defines, and something else creates."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.created import ACCOUNT, SECRET
from imagelint.session import Request, Session
from imagelint.sources.creating_texts import asked_by
from imagelint.world.world import World
from manifests import account, docker_secret, pod
from support import TODAY, judge
from support import lint as checked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imagelint.linting.finding import Finding

IMAGE = "registry.acme.example/web:1.4"
POD = pod(IMAGE, "regcred", namespace="prod")
CREATES = "kubectl create secret docker-registry regcred"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lint(folder: Path, files: dict[str, str], rule: str = "pull-secret-undefined") -> list[Finding]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [finding for finding in found if finding.rule == rule]


def severity(folder: Path, *, beside: dict[str, str], manifest: str = json.dumps(POD)) -> str:
    (finding,) = lint(folder, {"deploy/web.yaml": manifest, **beside})
    return finding.severity.value


AZURE = """\
variables:
  pullSecret: regcred
steps:
  - task: KubernetesManifest@1
    inputs:
      action: createSecret
      secretType: dockerRegistry
      secretName: $(pullSecret)
"""
GITHUB = """\
jobs: {deploy: {steps: [{uses: azure/k8s-create-secret@v4, with: *with}]}}
x:
  with:
    secret-name: 'regcred'
    container-registry-url: registry.acme.example
"""
HEREDOC = """\
cat <<EOF | kubectl apply -f -
apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: ${NAMESPACE}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: $CONFIG
EOF
"""
TERRAFORM = """\
resource "kubernetes_secret" "pull" {
  for_each = toset(["prod", "dev"])
  metadata {
    name      = "regcred"
    namespace = each.key
  }
  type = "kubernetes.io/dockerconfigjson"
  data = {
    ".dockerconfigjson" = jsonencode({ auths = {} })
  }
}
"""
FORMS = [
    ("deploy.sh", 'SECRET_NAME="${REGISTRY_SECRET:-regcred}"\nkubectl create secret docker-registry "$SECRET_NAME"\n'),
    ("Makefile", "SECRET ?= regcred\nx:\n\t@kubectl create --namespace prod secret docker-registry $(SECRET)\n"),
    (".gitlab-ci.yml", "x: {script: [kubectl create secret -n prod docker-registry regcred --docker-server=$R]}\n"),
    ("x.ps1", "kubectl create secret docker-registry `\n  regcred `\n  --docker-server=$server\n"),
    ("x.sh", "oc secrets link default regcred --for=pull -n prod\n"),
    ("x.sh", 'kubectl patch sa default -p \'{"imagePullSecrets": [{"name": "regcred"}]}\'\n'),
    ("x.sh", "kubectl get secret regcred -n a -o yaml | sed s/a/b/ | kubectl apply --namespace=prod -f -\n"),
    ("x.sh", "kubectl -n prod apply -f ~/secrets/regcred.yaml\n"),
    ("x.sh", "kubectl --context other create secret docker-registry regcred\n"),
    ("x.sh", HEREDOC),
    (".github/workflows/cd.yaml", GITHUB),
    ("azure-pipelines.yml", AZURE),
    ("infra/main.tf", TERRAFORM),
]


@pytest.mark.parametrize(("path", "text"), FORMS)
def test_forms_that_create_a_pull_secret(tmp_path: Path, path: str, text: str) -> None:
    assert severity(tmp_path, beside={path: text}) == "info"


@pytest.mark.parametrize(("path", "text"), FORMS)
def test_a_misspelt_name_is_created_by_none_of_them(tmp_path: Path, path: str, text: str) -> None:
    misspelt = json.dumps(pod(IMAGE, "regcreds", namespace="prod"))
    assert severity(tmp_path, beside={path: text}, manifest=misspelt) == "warning"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.sh", "kubectl create secret docker-registry regcred -n staging\n"),
        ("x.sh", HEREDOC.replace("${NAMESPACE}", "staging")),
        ("x.sh", HEREDOC.replace("dockerconfigjson", "tls")),
        ("x.sh", "kubectl get secret regcred -n prod -o yaml | tee backup.yaml\n"),
        ("x.sh", "oc secrets link default regcred --for=mount\n"),
        ("x.sh", "NAME=other\nkubectl create secret docker-registry $NAME --docker-username regcred\n"),
        ("azure-pipelines.yml", AZURE.replace("dockerRegistry", "generic")),
        ("main.tf", TERRAFORM.replace("each.key", '"staging"')),
        ("main.tf", TERRAFORM.replace("dockerconfigjson", "tls")),
    ],
)
def test_forms_that_do_not_create_it_there(tmp_path: Path, path: str, text: str) -> None:
    assert severity(tmp_path, beside={path: text}) == "warning"


@pytest.mark.parametrize(
    "variables",
    [
        'variable "pull_secret" {\n  type    = string\n  default = "regcred"\n}\n',
        'variable "pull_secret" { default = "regcred" }\n',
    ],
)
def test_a_name_in_a_variable_of_the_module(tmp_path: Path, variables: str) -> None:
    text = TERRAFORM.replace('"regcred"', "var.pull_secret")
    assert severity(tmp_path, beside={"infra/main.tf": text, "other/variables.tf": variables}) == "warning"
    assert severity(tmp_path, beside={"infra/variables.tf": variables}) == "info"


def test_a_name_in_the_locals_of_the_module(tmp_path: Path) -> None:
    text = 'locals {\n  secret = "regcred"\n}\n' + TERRAFORM.replace('"regcred"', '"${local.secret}"')
    assert severity(tmp_path, beside={"infra/main.tf": text}) == "info"


@pytest.mark.parametrize(
    "path",
    [
        *("README.md", "deploy/README.md", "docs/setup.adoc", "deploy/docs/doc/a.rst"),
        *("docs/operations/registry.md", "website/content/en/docs/setup/guide.md"),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        f"Then run:\n\n    $ {CREATES} --docker-server=...\n",
        "First create a secret named `regcred` with your credentials.\n",
        "| 'regcred' | image pull secret, must exist |\n",
        "```yaml\nkind: Secret\nmetadata: {name: regcred}\ntype: kubernetes.io/dockerconfigjson\n```\n",
    ],
)
def test_a_text_of_the_folder_or_above_asks_its_reader(tmp_path: Path, path: str, text: str) -> None:
    (finding,) = lint(tmp_path, {"deploy/web.yaml": json.dumps(POD), path: text})
    assert finding.severity == "info"
    assert finding.message.endswith(f": no manifest creates it, but `{path}` asks its reader to")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("other/README.md", f"{CREATES}\n"),
        ("other/docs/operations/registry.md", f"{CREATES}\n"),
        ("README.md", "Pods use the pull secret `regcred`.\n"),
        ("README.md", "The script creates `regcred`.\n"),
        ("README.md", "Create a secret. Its name is in the values.\n\nregcred\n"),
        ("README.md", f"{CREATES} --namespace staging\n"),
    ],
)
def test_texts_that_do_not_ask_for_it(tmp_path: Path, path: str, text: str) -> None:
    assert severity(tmp_path, beside={path: text}) == "warning"


MANIFEST = """\
{above}apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: prod}}
spec:
  imagePullSecrets:
    - name: regcred{beside}
  containers:
    - {{name: web, image: registry.acme.example/web:1.4}}
"""


@pytest.mark.parametrize(
    ("above", "beside", "expected"),
    [
        (f"# {CREATES} --docker-server=x\n", "", "info"),
        ("", f"  # {CREATES}", "info"),
        ("", '  # create the secret "regcred" first', "info"),
        ("# the pods of the web\n", "  # regcred", "warning"),
    ],
)
def test_comments_of_the_manifest(tmp_path: Path, above: str, beside: str, expected: str) -> None:
    assert severity(tmp_path, beside={}, manifest=MANIFEST.format(above=above, beside=beside)) == expected


LIST = """\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: prod}}
spec:
{above}  imagePullSecrets:{key}
{entry}    - name: regcred{beside}
  containers:
    - {{name: web, image: registry.acme.example/web:1.4}}
"""


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ({"beside": " # created manually"}, "info"),
        ({"key": " # existing Secret"}, "info"),
        ({"above": "  # Has to be created\n  # by whoever installs this.\n"}, "info"),
        ({"entry": "    # make it yourself\n"}, "info"),
        ({"beside": " # of our registry"}, "warning"),
        ({"above": "  # created manually\n  restartPolicy: Never\n"}, "warning"),
        ({"entry": "    # created manually\n    - name: other\n"}, "warning"),
    ],
)
def test_comments_at_the_entry(tmp_path: Path, comments: dict[str, str], expected: str) -> None:
    manifest = LIST.format(**{"above": "", "key": "", "entry": "", "beside": "", **comments})
    found = lint(tmp_path, {"deploy/web.yaml": manifest})
    assert {one.severity for one in found if "`regcred`" in one.message} == {expected}


def test_a_job_that_refreshes_the_credentials(tmp_path: Path) -> None:
    script = f"TOKEN=$(aws ecr get-login-password); {CREATES} -n prod --docker-password=$TOKEN"
    template = {"spec": {"containers": [{"name": "ecr", "image": "example.com/a:1", "command": ["sh", "-c", script]}]}}
    spec = {"schedule": "0 */8 * * *", "jobTemplate": {"spec": {"template": template}}}
    job = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "ecr"}, "spec": spec}
    assert severity(tmp_path, beside={"ecr.yaml": json.dumps(job)}) == "info"


def test_the_namespace_of_a_patch_is_that_of_what_it_patches(tmp_path: Path) -> None:
    template = {"spec": {"containers": [{"name": "manager"}], "imagePullSecrets": [{"name": "regcred"}]}}
    patch = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "manager", "namespace": "system"}}
    manifest = json.dumps(patch | {"spec": {"template": template}})
    assert severity(tmp_path, beside={"x.sh": f"{CREATES} -n operators\n"}, manifest=manifest) == "info"


def test_a_copy_in_another_namespace(tmp_path: Path) -> None:
    secret = docker_secret("regcred", "registry.acme.example", namespace="ci")
    files = {"web.json": json.dumps(POD), "secret.json": json.dumps(secret)}
    rule = "pull-secret-other-namespace"
    (finding,) = lint(tmp_path, {**files, "x.sh": f"{CREATES} -n staging\n"}, rule)
    assert finding.severity == "error"
    copy = "kubectl get secret regcred -n ci -o json | jq . | kubectl create -n prod -f -\n"
    (finding,) = lint(tmp_path, {"x.sh": copy}, rule)
    assert (finding.severity, finding.message.rpartition(": ")[2]) == (
        "info",
        "no manifest creates it there, but `x.sh` does",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CREATES} -n=$1\n", "info"),
        (f'{CREATES} --namespace "$NS"\n', "info"),
        (f"{CREATES} -n${{1}}\n", "info"),
        (f"{CREATES} -n ${{{{ env.NAMESPACE }}}}\n", "info"),
        (f"for ns in ci staging prod; do\n  {CREATES} -n $ns\ndone\n", "info"),
        (f"kubectl get ns -o name | while read ns; do {CREATES} -n $ns; done\n", "info"),
        ("kubectl create secret generic regcred --type=kubernetes.io/dockerconfigjson -n=$1\n", "info"),
        (HEREDOC, "info"),
        (f"for ns in ci staging; do\n  {CREATES} -n $ns\ndone\n", "error"),
        (f"NS=staging\n{CREATES} -n $NS\n", "error"),
        (f"{CREATES} -nstaging\n", "error"),
        (f"{CREATES}\n", "error"),
    ],
)
def test_a_script_with_its_namespace_in_a_variable(tmp_path: Path, text: str, expected: str) -> None:
    secret = docker_secret("regcred", "registry.acme.example", namespace="ci")
    files = {"web.json": json.dumps(POD), "secret.json": json.dumps(secret), "x.sh": text}
    (finding,) = lint(tmp_path, files, "pull-secret-other-namespace")
    assert finding.severity == expected


@pytest.mark.parametrize("namespace", ["each.key", "var.namespace"])
def test_a_resource_with_its_namespace_in_a_variable(tmp_path: Path, namespace: str) -> None:
    secret = json.dumps(docker_secret("regcred", "registry.acme.example", namespace="ci"))
    files = {"web.json": json.dumps(POD), "secret.json": secret}
    for written, expected in ((namespace, "info"), ('"staging"', "error")):
        text = TERRAFORM.replace("each.key", written)
        (finding,) = lint(tmp_path, {**files, "main.tf": text}, "pull-secret-other-namespace")
        assert finding.severity == expected


def read_back(manifest: dict[str, Any]) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "resourceVersion": "17", "uid": "9f"}}


@pytest.mark.parametrize(
    ("pod_", "secret_", "rule", "expected"),
    [
        (POD, dict, "pull-secret-other-namespace", "error"),
        (POD, read_back, "pull-secret-undefined", "warning"),
        (read_back(POD), read_back, "pull-secret-other-namespace", "error"),
    ],
)
def test_a_secret_that_was_read_back_shows_no_absence(
    pod_: dict[str, Any], secret_: Callable[[dict[str, Any]], dict[str, Any]], rule: str, expected: str
) -> None:
    secret = docker_secret("regcred", "registry.acme.example", namespace="ci")
    found = checked({"web.json": json.dumps(pod_), "secret.json": json.dumps(secret_(secret))})
    assert [(one.rule, one.severity) for one in found if one.rule.startswith("pull-secret")] == [(rule, expected)]
    secret["metadata"]["namespace"] = "prod"
    assert checked({"web.json": json.dumps(POD), "secret.json": json.dumps(read_back(secret))}) == []


def test_a_service_account_that_was_read_back_shows_no_absence() -> None:
    manifest = pod("registry.k8s.io/pause:3.9", namespace="prod")
    manifest["spec"]["serviceAccountName"] = "web"
    other = account("web", namespace="ci")
    for defined, expected in ((other, "error"), (read_back(other), "info")):
        found = checked({"web.json": json.dumps(manifest), "account.json": json.dumps(defined)})
        assert [(finding.rule, finding.severity) for finding in found] == [("service-account-undefined", expected)]


ACCOUNT_IN_TEXT = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n"
MODULE = """\
module "irsa" {
  source                            = "aws-ia/eks-blueprints/irsa"
  create_kubernetes_service_account = true
  kubernetes_namespace              = "prod"
  kubernetes_service_account        = "web"
}
"""
ACCOUNT_OF_TERRAFORM = """\
resource "kubernetes_service_account_v1" "web" {
  metadata {
    name = "web"
  }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("x.sh", "kubectl create serviceaccount web -n prod\n", "info"),
        ("x.sh", "oc -n prod create sa web\n", "info"),
        ("x.sh", "eksctl create iamserviceaccount --cluster c --name web --namespace prod --approve\n", "info"),
        ("x.sh", f"kubectl apply -f - <<EOF\n{ACCOUNT_IN_TEXT}EOF\n", "info"),
        ("main.tf", ACCOUNT_OF_TERRAFORM, "info"),
        ("main.tf", MODULE, "info"),
        ("main.tf", MODULE.replace('"prod"', "kubernetes_namespace.web.metadata[0].name"), "info"),
        ("main.tf", MODULE.replace("true", "false"), "warning"),
        ("main.tf", MODULE.replace('"prod"', '"staging"'), "warning"),
        ("README.md", "    kubectl create serviceaccount web\n", "info"),
        ("x.sh", "kubectl create serviceaccount web -n staging\n", "warning"),
        ("x.sh", "kubectl create serviceaccount webs\n", "warning"),
        ("x.sh", "cat <<EOF\nsubjects:\n  - kind: ServiceAccount\n    name: web\nEOF\n", "warning"),
        ("main.tf", ACCOUNT_OF_TERRAFORM.replace('"web"\n', '"webs"\n'), "warning"),
        ("a/README.md", "    kubectl create serviceaccount web\n", "warning"),
    ],
)
def test_a_service_account(tmp_path: Path, path: str, text: str, expected: str) -> None:
    manifest = pod(IMAGE, namespace="prod")
    manifest["spec"]["serviceAccountName"] = "web"
    files = {"web.json": json.dumps(manifest), "other.json": json.dumps(account("other", namespace="prod"))}
    (finding,) = lint(tmp_path, {**files, path: text}, "service-account-undefined")
    assert finding.severity == expected


OF_CHARTS = {
    "apps/web.yaml": """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "https://charts.example", chart: web, targetRevision: 1.0.0, helm: {releaseName: shop}}
  destination: {namespace: prod}
""",
    "apps/release.yaml": """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: flux-system}
spec: {chartRef: {kind: OCIRepository, name: web}, targetNamespace: prod}
""",
    "apps/chart.yaml": """\
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: shop, namespace: kube-system}
spec: {chart: "oci://charts.example/web", targetNamespace: prod}
""",
    "apps/helmfile.yaml": "releases: [{name: shop, chart: acme/web, namespace: prod}]\n",
    "apps/install.sh": "helm -n prod upgrade --install shop acme/web --version 1.0\n",
    "main.tf": """\
resource "helm_release" "web" {
  name      = "shop"
  chart     = "web"
  namespace = "prod"
}
""",
}


@pytest.mark.parametrize("name", ["web", "web-runner", "shop-runner"])
@pytest.mark.parametrize("path", OF_CHARTS)
def test_an_account_that_a_chart_may_create(tmp_path: Path, path: str, name: str) -> None:
    manifest = pod(IMAGE, namespace="prod")
    manifest["spec"]["serviceAccountName"] = name
    files = {"web/web.json": json.dumps(manifest), "web/other.json": json.dumps(account("other", namespace="prod"))}
    (finding,) = lint(tmp_path, {**files, path: OF_CHARTS[path]}, "service-account-undefined")
    assert finding.severity == "info"
    assert finding.message.endswith(
        f": no manifest creates it there, but `{path}` installs chart `web` there, which may"
    )


@pytest.mark.parametrize("path", OF_CHARTS)
@pytest.mark.parametrize(("namespace", "name"), [("dev", "web-runner"), ("prod", "website"), ("prod", "runner-web")])
def test_an_account_that_no_chart_is_known_to_create(tmp_path: Path, path: str, namespace: str, name: str) -> None:
    manifest = pod(IMAGE, namespace=namespace)
    manifest["spec"]["serviceAccountName"] = name
    files = {"web/web.json": json.dumps(manifest), "web/other.json": json.dumps(account("other", namespace=namespace))}
    (finding,) = lint(tmp_path, {**files, path: OF_CHARTS[path]}, "service-account-undefined")
    assert finding.severity == "warning"


def test_an_account_that_a_chart_of_the_input_does_not_create(tmp_path: Path) -> None:
    manifest = pod(IMAGE, namespace="prod")
    manifest["spec"]["serviceAccountName"] = "web-runner"
    rendered = f"---\n# Source: web/templates/sa.yaml\n{json.dumps(account('web', namespace='prod'))}\n"
    files = {"web/web.json": json.dumps(manifest), "web/rendered.yaml": rendered, **OF_CHARTS}
    (finding,) = lint(tmp_path, files, "service-account-undefined")
    assert finding.severity == "warning"


def test_an_account_of_another_namespace_that_a_script_creates(tmp_path: Path) -> None:
    manifest = pod(IMAGE, namespace="prod")
    manifest["spec"]["serviceAccountName"] = "web"
    files = {"web.json": json.dumps(manifest), "other.json": json.dumps(account("web", namespace="ci"))}
    (finding,) = lint(tmp_path, files, "service-account-undefined")
    assert finding.severity == "error"
    (finding,) = lint(tmp_path, {"x.sh": "kubectl create sa web -n prod\n"}, "service-account-undefined")
    assert (finding.severity, finding.message.rpartition(": ")[2]) == (
        "info",
        "no manifest creates it there, but `x.sh` does",
    )


@pytest.mark.parametrize(
    "text",
    [
        "create secret generic " * 100_000,
        ("create secret docker-registry " + "=" * 3000) * 1000,
        "\\\n" * 1_000_000,
        "kind: Secret " * 100_000,
        "patch imagePullSecrets " * 100_000,
        "-----.....regcred" * 100_000,
        "`" * 1_000_000 + "secret create",
        "secret regcred " + "a.-" * 500_000,
    ],
    ids=range(8),
)
def test_a_hostile_text_creates_nothing(text: str) -> None:
    assert asked_by(text, {SECRET: {"regcred"}, ACCOUNT: {"regcred"}}) == set()


def test_a_manifest_that_is_filled_in_may_have_any_image(tmp_path: Path) -> None:
    manifest = json.dumps(pod("${IMAGE}", "regcred", namespace="prod"))
    assert severity(tmp_path, beside={}, manifest=manifest) == "warning"
    assert severity(tmp_path, beside={"up.sh": "envsubst < deploy/web.yaml\n"}, manifest=manifest) == "info"


def test_comments_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "web.yaml").write_text("# Create the secret `regcred` first.\n")
    for comment, expected in (("", "warning"), ("# Create the secret `regcred` first.\n", "info")):
        text = (comment + json.dumps(POD)).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        read = Session().read(Request(["-"], stdin_name="web.yaml"))
        (finding,) = (one for one in judge(read, World(today=TODAY)).findings if one.rule == "pull-secret-undefined")
        assert finding.severity == expected
