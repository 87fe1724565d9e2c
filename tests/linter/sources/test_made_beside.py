"""What scripts, texts and people make beside the manifests: pull secrets, and files of kustomizations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import account, pod
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

IMAGE = "registry.acme.example/web:1.4"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def findings(folder: Path, rule: str, files: dict[str, str]) -> list[Finding]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [finding for finding in found if finding.rule == rule]


COMMANDS = [
    ("hack/setup.sh", "kubectl create secret docker-registry regcred --docker-server=registry.acme.example\n"),
    (
        "setup.sh",
        "kubectl create secret docker-registry \\\n    -n prod \\\n    regcred \\\n    --docker-password=$P\n",
    ),
    ("Jenkinsfile", "sh 'oc create secret generic regcred --type=kubernetes.io/dockerconfigjson'\n"),
    (".github/workflows/cd.yaml", "run: kubectl create secret generic 'regcred' --from-file=.dockerconfigjson=a\n"),
    ("Makefile", "x:\n\t@kubectl -n x create secret docker-registry regcred -o yaml | kubectl apply -f -\n"),
]


@pytest.mark.parametrize(("path", "text"), COMMANDS)
def test_a_pull_secret_that_a_command_creates_is_an_info(tmp_path: Path, path: str, text: str) -> None:
    manifest = {"deploy/web.json": json.dumps(pod(IMAGE, "regcred"))}
    (finding,) = findings(tmp_path, "pull-secret-undefined", manifest)
    assert finding.severity == "warning"
    (finding,) = findings(tmp_path, "pull-secret-undefined", {path: text})
    assert finding.severity == "info"
    assert finding.message.endswith(f": no manifest creates it, but `{path}` does")


def test_a_pull_secret_of_an_account_that_a_command_creates(tmp_path: Path) -> None:
    files = {"a.json": json.dumps(account("runner", "regcred")), "b.json": json.dumps(pod(IMAGE))}
    (finding,) = findings(tmp_path, "pull-secret-undefined", {**files, COMMANDS[0][0]: COMMANDS[0][1]})
    assert finding.severity == "info"


@pytest.mark.parametrize(
    "text",
    [
        "kubectl create secret docker-registry other --docker-username=regcred-robot\n",
        "kubectl get secret regcred\n",
        "kubectl create secret generic regcred --from-literal=password=x\n",
        "kubectl create secret tls regcred\n",
        "kubectl create secret docker-registry other; echo regcred\n",
        "kubectl create secret docker-registry $NAME # regcred\n",
        "# kubectl create secret docker-registry regcred\n",
        "kubectl create secret docker-registry other --docker-username=regcred\n",
    ],
)
def test_other_commands_create_no_pull_secret_of_that_name(tmp_path: Path, text: str) -> None:
    files = {"web.json": json.dumps(pod(IMAGE, "regcred")), "setup.sh": text}
    (finding,) = findings(tmp_path, "pull-secret-undefined", files)
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("kubectl create secret docker-registry regcred -n prod\n", "info"),
        ("kubectl -n 'prod' create secret docker-registry regcred\n", "info"),
        ("kubectl create secret docker-registry regcred --namespace=$NAMESPACE\n", "info"),
        ("kubectl create secret docker-registry regcred --namespace=ci; echo -n prod\n", "warning"),
    ],
)
def test_a_command_creates_a_pull_secret_in_its_namespace(tmp_path: Path, text: str, severity: str) -> None:
    manifest = pod(IMAGE, "regcred")
    manifest["metadata"]["namespace"] = "prod"
    (finding,) = findings(tmp_path, "pull-secret-undefined", {"web.json": json.dumps(manifest), "setup.sh": text})
    assert finding.severity == severity


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000,
        "missing.yaml\ncp " + "a " * 100_000 + "/" + "b" * 200_000,
        "A=" + "a/" * 200_000 + "\ncp x " + "$A" * 200_000,
        "cp " + " ".join(f"a{number}/b" for number in range(100_000)),
    ],
    ids=lambda text: text[:10],
)
def test_a_hostile_script_costs_little_memory(tmp_path: Path, text: str) -> None:
    kustomization = {"kustomization.yaml": "resources: [missing.yaml]\n", "build.sh": text}
    (finding,) = findings(tmp_path, "kustomize-refuses", kustomization)
    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("kubectl create -f missing.yaml\n", "error"),
        ("kubectl delete --filename=missing.yaml > /dev/null\n", "error"),
        ("git clone https://example.com/a; oc apply -n a -f a.yaml -f missing.yaml | tee log\n", "error"),
        ("rm -rf missing.yaml > /dev/null\n", "error"),
        ("kubectl create deployment a -o yaml > /tmp/out/missing.yaml\n", "error"),
        ('curl -o "/var/cache/missing.yaml" https://example.com\n', "error"),
        ("envsubst < a > ~/missing.yaml\nenvsubst < a > $HOME/missing.yaml\n", "error"),
        ("envsubst < a > $ROOT/tmp/missing.yaml\n", "info"),
        ('envsubst < a > "${ROOT}"/tmp/missing.yaml\n', "info"),
        ("kubectl create deployment a -f - -o yaml > missing.yaml\n", "info"),
        ("kubectl get -f a.yaml -o yaml | tee missing.yaml\n", "info"),
    ],
)
def test_a_command_that_reads_a_missing_file_does_not_write_it(tmp_path: Path, text: str, severity: str) -> None:
    files = {"kustomization.yaml": "resources: [missing.yaml]\n", "build.sh": text}
    (finding,) = findings(tmp_path, "kustomize-refuses", files)
    assert finding.severity == severity


@pytest.mark.parametrize("name", [".a.yaml", "a..b.yaml"])
def test_a_missing_file_with_an_odd_name_may_be_written(tmp_path: Path, name: str) -> None:
    files = {"kustomization.yaml": f"resources: [{name}]\n", "build.sh": f"echo a > {name}\n"}
    (finding,) = findings(tmp_path, "kustomize-refuses", files)
    assert finding.severity == "info"


@pytest.mark.parametrize(
    ("missing", "beside"),
    [
        ("config.yaml", "config.yaml.in"),
        ("patches/nodes.yaml", "patches/nodes.yaml.tmpl"),
        ("a.yaml", "a.yaml.example"),
    ],
)
def test_a_file_with_a_template_beside_it_may_be_made(tmp_path: Path, missing: str, beside: str) -> None:
    files = {
        "k/kustomization.yaml": f"resources: [web.json, {missing}]\n",
        "k/web.json": json.dumps(pod(IMAGE)),
    }
    (finding,) = findings(tmp_path, "kustomize-refuses", files)
    assert (finding.severity, finding.message.partition(": ")[2]) == ("error", f"`{missing}` does not exist")
    (finding,) = findings(tmp_path, "kustomize-refuses", {f"k/{beside}": "a: @b@\n"})
    assert finding.severity == "info"


MANAGER = {
    "config/default/kustomization.yaml": "namespace: prod\nresources: [../manager]\n",
    "config/manager/manager.json": json.dumps(pod(IMAGE, "regcred", namespace="system")),
}


@pytest.mark.parametrize("beside", ["kustomization.yaml.in", "kustomization.yaml.tmpl"])
def test_a_kustomization_that_is_only_copied_is_built_as_it_is(tmp_path: Path, beside: str) -> None:
    (finding,) = findings(tmp_path, "kustomize-refuses", MANAGER)
    assert (finding.severity, finding.message.partition(": ")[2]) == (
        "error",
        "`../manager/kustomization.yaml` does not exist",
    )
    template = {f"config/manager/{beside}": "resources:\n  - manager.json\n"}
    assert findings(tmp_path, "kustomize-refuses", template) == []
    messages = [finding.message for finding in findings(tmp_path, "pull-secret-undefined", {})]
    assert any("of Pod prod/web is not defined in namespace `prod`" in message for message in messages)


@pytest.mark.parametrize("text", ["namespace: @b@\n", "namePrefix: '{{ prefix }}'\n", "namespace: ${NAMESPACE}\n"])
def test_a_kustomization_with_a_template_that_has_to_be_rendered_may_be_made(tmp_path: Path, text: str) -> None:
    (finding,) = findings(tmp_path, "kustomize-refuses", {**MANAGER, "config/manager/kustomization.yaml.in": text})
    assert finding.severity == "info"


def test_a_kustomization_that_git_ignores_is_made_where_it_is_built(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert findings(tmp_path, "kustomize-refuses", {**MANAGER, ".gitignore": "config/*/kustomization.yaml\n"}) == []


@pytest.mark.parametrize("beside", ["kustomization.yaml.md", "kustomization.yaml.orig", "manager.yaml.in"])
def test_other_files_make_no_kustomization(tmp_path: Path, beside: str) -> None:
    files = {**MANAGER, f"config/manager/{beside}": "resources: [manager.json]\n"}
    (finding,) = findings(tmp_path, "kustomize-refuses", files)
    assert finding.severity == "error"


@pytest.mark.parametrize("path", ["network", "hack/setup"])
def test_a_script_without_a_suffix_is_known_by_its_mode(tmp_path: Path, path: str) -> None:
    files = {"web.json": json.dumps(pod(IMAGE, "regcred")), path: f"#!/bin/bash\n{COMMANDS[0][1]}"}
    (finding,) = findings(tmp_path, "pull-secret-undefined", files)
    assert finding.severity == "warning"
    (tmp_path / path).chmod(0o755)
    (finding,) = findings(tmp_path, "pull-secret-undefined", {})
    assert finding.severity == "info"


KIND = """\
#!/bin/sh
reg_port=${reg_port:-5000}
cat <<EOF | kind create cluster --config=-
containerdConfigPatches:
- |-
  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:${reg_port}"]
    endpoint = ["http://kind-registry:5000"]
EOF
"""
CERTIFICATES = """\
reg_port='5000'
REGISTRY_DIR="/etc/containerd/certs.d/localhost:${reg_port}"
for node in $(kind get nodes); do docker exec "${node}" mkdir -p "${REGISTRY_DIR}"; done
"""


K3S = """\
cat > /etc/rancher/k3s/registries.yaml <<EOF
mirrors:
  "localhost:5000":
    endpoint:
      - "http://localhost:5000"
EOF
"""
MINIKUBE = "minikube -p shop addons enable registry\n"


@pytest.mark.parametrize("text", [KIND, CERTIFICATES, 'x: "mirrors.\\"localhost:5000\\""\n', K3S, MINIKUBE])
def test_a_registry_that_a_script_sets_the_nodes_up_to_reach(tmp_path: Path, text: str) -> None:
    files = {"web.json": json.dumps(pod("localhost:5000/web:1.4"))}
    (finding,) = findings(tmp_path, "unreachable-registry", files)
    assert finding.severity == "warning"
    assert findings(tmp_path, "unreachable-registry", {"hack/kind.sh": text}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", KIND),
        ("kind.sh", KIND.replace("5000}", "5001}")),
        ("kind.sh", "docker push localhost:5000/web\n"),
        ("kind.sh", "  # see /etc/containerd/certs.d/localhost:5000\n"),
    ],
)
def test_what_sets_no_node_up(tmp_path: Path, path: str, text: str) -> None:
    files = {"web.json": json.dumps(pod("localhost:5000/web:1.4")), path: text}
    assert [finding.severity for finding in findings(tmp_path, "unreachable-registry", files)] == ["warning"]
