"""Nodes reach the registries that a development cluster of the input is set up with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifests import pod
from support import lint


def hosting(text: str, namespace: str = "kube-public") -> dict[str, Any]:
    metadata = {"name": "local-registry-hosting", "namespace": namespace}
    data = {"localRegistryHosting.v1": text}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def kind(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "kind.x-k8s.io/v1alpha4", "kind": "Cluster", **fields}


def k3d(**registries: Any) -> dict[str, Any]:
    return {"apiVersion": "k3d.io/v1alpha5", "kind": "Simple", "registries": registries}


def service(port: int) -> dict[str, Any]:
    spec = {"type": "NodePort", "ports": [{"port": 5000, "nodePort": port}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "registry"}, "spec": spec}


def daemon_set(ports: list[dict[str, Any]], **spec: Any) -> dict[str, Any]:
    containers = [{"name": "proxy", "image": "quay.io/acme/proxy:1", "ports": ports}]
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers, **spec}}
    fields = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "registry"}, "spec": fields}


MIRROR = '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."localhost:5005"]\n  endpoint = ["http://reg:5000"]\n'
CERTIFICATES = {"hostPath": "certs", "containerPath": "/etc/containerd/certs.d/localhost:5005"}
MIRRORS = 'mirrors:\n  "localhost:5005":\n    endpoint:\n      - http://reg:5000\n'


@pytest.mark.parametrize(
    "document",
    [
        hosting('host: "localhost:5005"\nhelp: https://kind.sigs.k8s.io\n'),
        hosting("hostFromContainerRuntime: localhost:5005", namespace="default"),
        kind(containerdConfigPatches=[MIRROR]),
        kind(nodes=[{"role": "control-plane", "extraMounts": [CERTIFICATES]}]),
        k3d(create={"name": "localhost", "hostPort": "5005"}),
        k3d(use=["localhost:5005"]),
        k3d(config=MIRRORS),
        service(5005),
        daemon_set(ports=[{"containerPort": 5000, "hostPort": 5005}]),
        daemon_set(ports=[{"containerPort": 5005}], hostNetwork=True),
    ],
)
@pytest.mark.parametrize("is_list", [True, False])
def test_what_nodes_are_set_up_to_reach(document: dict[str, Any], is_list: bool) -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [document]} if is_list else document)
    cluster = {"dev/cluster.yaml": text.replace("\\n", "\\r\\n") if is_list else text}
    app = json.dumps(pod("localhost:5005/web:1"))
    assert lint({"app.yaml": app, **cluster}) == []
    (other,) = lint({"app.yaml": json.dumps(pod("localhost:5006/web:1")), **cluster})
    assert other.rule == "unreachable-registry"


def test_an_internal_host_of_k3d_is_known() -> None:
    files = {"app.yaml": json.dumps(pod("reg.dev.local:5005/web:1"))}
    assert [one.rule for one in lint(files)] == ["unreachable-registry"]
    cluster = k3d(create={"name": "reg.dev.local", "hostPort": 5005})
    assert lint({**files, "k3d.yaml": json.dumps(cluster)}) == []


def test_another_config_map_says_nothing() -> None:
    document = hosting("host: localhost:5005")
    document["metadata"]["name"] = "other"
    files = {"app.yaml": json.dumps(pod("localhost:5005/web:1")), "map.yaml": json.dumps(document)}
    assert [one.rule for one in lint(files)] == ["unreachable-registry"]


TALOS = "machine:\n  type: worker\n  registries:\n    mirrors:\n      registry.acme.local:\n        endpoints: [http://10.0.0.1]\n"


@pytest.mark.parametrize(
    ("path", "text", "is_set_up"),
    [
        ("nodes/registries.yaml", "mirrors:\n  registry.acme.local:\n    endpoint: [http://10.0.0.1]\n", True),
        ("talos/worker.yaml", TALOS, True),
        ("nodes/registries.yaml", "mirrors:\n  registry.other.local:\n    endpoint: [http://10.0.0.1]\n", False),
        ("nodes/other.yaml", "mirrors:\n  registry.acme.local:\n    endpoint: [http://10.0.0.1]\n", False),
        ("talos/worker.yaml", TALOS.replace("mirrors:", "config:"), False),
    ],
)
def test_files_of_nodes(path: str, text: str, is_set_up: bool) -> None:
    rules = [one.rule for one in lint({"app.yaml": json.dumps(pod("registry.acme.local/web:1")), path: text})]
    assert rules == ([] if is_set_up else ["unreachable-registry"])


def test_a_host_port_of_one_pod_is_on_one_node() -> None:
    document = daemon_set(ports=[{"containerPort": 5000, "hostPort": 5005}]) | {"kind": "Deployment"}
    files = {"app.yaml": json.dumps(pod("localhost:5005/web:1")), "registry.yaml": json.dumps(document)}
    assert [one.rule for one in lint(files)] == ["unreachable-registry"]
