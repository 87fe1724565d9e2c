"""What pods of the input show of a registry that is not well known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import account, docker_secret, pod, stream
from support import lint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagelint.linting.finding import Finding

HOST = "registry.tekton-team.io"
IMAGE = f"{HOST}/shop/web:1.4"


def findings(files: Mapping[str, str]) -> list[Finding]:
    return [finding for finding in lint(files) if finding.rule == "unknown-registry"]


def severities(*objects: dict[str, Any]) -> set[str]:
    return {str(finding.severity) for finding in findings({"web.yaml": stream(*objects)})}


@pytest.mark.parametrize(
    ("images", "severity"),
    [
        (["shop/web:1.4", "shop/api:2.0", "shop/worker:1"], "info"),
        (["web", "shop/web", "other/web@sha256:" + "0" * 64], "info"),
        (["shop/web:1.4", "shop/web:1.5", "shop/web:1.6"], "warning"),
        (["shop/web:1.4", "shop/api:2.0"], "warning"),
    ],
)
def test_a_registry_of_several_repositories_in_several_files(images: list[str], severity: str) -> None:
    files = {f"{number}.yaml": stream(pod(f"{HOST}/{image}")) for number, image in enumerate(images)}
    found = findings(files)
    assert [str(finding.severity) for finding in found] == [severity] * len(images)
    assert ("3 files pull different repositories from it" in found[0].message) == (severity == "info")
    # One file is written at a time, and a typo in it is copied.
    assert severities(*(pod(f"{HOST}/{image}") for image in images)) == {"warning"}


def test_repositories_of_different_hosts_and_copies_of_one_file() -> None:
    hosts = {f"{name}.yaml": stream(pod(f"registry.{name}-team.io/web:1")) for name in ("ab", "cd", "ef")}
    assert {finding.severity for finding in findings(hosts)} == {"warning"}
    text = stream(*(pod(f"{HOST}/{name}:1") for name in "abc"))
    assert {finding.severity for finding in findings({"a.yaml": text, "b.yaml": text, "c.yaml": text})} == {"warning"}


@pytest.mark.parametrize(
    ("api_version", "kind", "spec"),
    [
        ("source.toolkit.fluxcd.io/v1", "OCIRepository", {"url": f"oci://{HOST}/charts/web"}),
        ("image.toolkit.fluxcd.io/v1", "ImageRepository", {"image": f"{HOST}/shop/other"}),
    ],
)
def test_a_registry_that_a_controller_reads_as_well(api_version: str, kind: str, spec: dict[str, Any]) -> None:
    other = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "other"}, "spec": spec}
    (finding,) = findings({"flux.json": json.dumps(other), "web.yaml": stream(pod(IMAGE))})
    assert finding.severity == "info"
    assert f", but {kind} `other` in `flux.json` names it as well: " in finding.message
    spec = json.loads(json.dumps(spec).replace(HOST, "registry.other-team.io"))
    (finding,) = findings({"flux.json": json.dumps({**other, "spec": spec}), "web.yaml": stream(pod(IMAGE))})
    assert finding.severity == "warning"


def test_a_registry_that_a_secret_beside_the_pod_has_credentials_for() -> None:
    (finding,) = findings({"secret.json": json.dumps(docker_secret("hub", HOST)), "web.yaml": stream(pod(IMAGE))})
    assert finding.severity == "info"
    assert ", but Secret `hub` has credentials for it: " in finding.message
    assert severities(docker_secret("hub", f"https://{HOST}/v2/", namespace="other"), pod(IMAGE)) == {"info"}
    assert severities(docker_secret("hub", f"{HOST}:5000", f"my.{HOST}"), pod(IMAGE)) == {"warning"}


def test_a_name_that_no_registry_can_have_has_to_be_replaced() -> None:
    files = {f"{name}.yaml": stream(pod(f"registry.acme.invalid/{name}:1")) for name in "abc"}
    assert {finding.severity for finding in findings(files)} == {"warning"}


EXTERNAL = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "metadata": {"name": "regcred"},
    "spec": {"target": {"template": {"type": "kubernetes.io/dockerconfigjson"}}},
}


def test_a_pull_secret_that_can_only_be_for_the_registry() -> None:
    """The author knows that it needs credentials; whether the Secret exists is what another rule reports."""
    for objects in ([pod(IMAGE, "regcred")], [EXTERNAL, pod(IMAGE, "regcred")]):
        (finding,) = findings({"web.yaml": stream(*objects)})
        assert finding.severity == "info"
        assert ", but pull secret `regcred` is for it alone: " in finding.message
    of_account = pod(IMAGE)
    of_account["spec"]["serviceAccountName"] = "runner"
    assert severities(account("runner", "regcred"), of_account) == {"info"}
    beside = pod(IMAGE, "regcred")
    beside["spec"]["containers"].append({"name": "proxy", "image": "nginx:1.29"})
    assert severities(beside) == {"info"}


def test_a_pull_secret_that_may_be_for_another_registry() -> None:
    assert severities(pod(IMAGE, "regcred"), pod("quay.io/acme/web:1", "regcred")) == {"warning"}
    beside = pod(IMAGE, "regcred")
    beside["spec"]["containers"].append({"name": "proxy", "image": "acme/proxy:1.29"})
    assert severities(beside) == {"warning"}
    two = pod("registry.other-team.io/a:1", "regcred")
    assert severities(pod(IMAGE, "regcred"), two) == {"warning"}
    # Its keys are known, and none is for this registry.
    assert severities(docker_secret("regcred", "quay.io"), pod(IMAGE, "regcred")) == {"warning"}
    of_operator = pod(IMAGE)
    of_operator["spec"]["serviceAccountName"] = "undefined"
    assert severities(of_operator) == {"warning"}
