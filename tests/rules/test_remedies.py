"""Remedies name what the other files show: the registry of the image, and the object that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from manifests import account, docker_secret, pod, stream
from support import lint

if TYPE_CHECKING:
    from imagelint.linting.finding import Finding


def only(rule: str, text: str) -> Finding:
    (finding,) = (finding for finding in lint(text) if finding.rule == rule)
    return finding


def broken_secret() -> dict[str, object]:
    return {**docker_secret("pull", namespace="prod"), "stringData": {".dockerconfigjson": "{"}}


@pytest.mark.parametrize(
    ("rule", "secrets"),
    [
        ("pull-secret-malformed", [broken_secret()]),
        ("pull-secret-undefined", []),
        ("pull-secret-other-namespace", [docker_secret("pull", "acme.azurecr.io", namespace="dev")]),
    ],
)
def test_registry_is_that_of_the_pods_of_the_account(rule: str, secrets: list[dict[str, object]]) -> None:
    text = stream(
        pod("acme.azurecr.io/app:1", namespace="prod"), account("default", "pull", namespace="prod"), *secrets
    )
    assert "--docker-server=acme.azurecr.io" in (only(rule, text).help or "")


def test_account_with_a_similar_name_is_shown() -> None:
    web = pod("ghcr.io/acme/app:1", namespace="prod")
    web["spec"]["serviceAccountName"] = "fluent-d"
    finding = only("service-account-undefined", stream(web, account("fluentd", namespace="prod")))
    assert [related.message for related in finding.related] == ["did you mean `fluentd`?"]


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("docker.io/registry.example.com/team/app:1", "registry.example.com/team/app:1"),
        ("quay.io/quay.io/acme/app:1", "quay.io/acme/app:1"),
        ("reg.example.com/acme/reg.example.com/acme/app:1", "reg.example.com/acme/app:1"),
    ],
)
def test_second_registry_is_the_one_that_was_meant(image: str, meant: str) -> None:
    assert only("invalid-image-reference", stream(pod(image))).help == f"use `{meant}`"


def test_tag_is_not_carried_to_an_image_that_has_others() -> None:
    finding = only("dead-image", stream(pod("bitnami/kubectl:1.29.2")))
    assert (finding.help or "").startswith("use `registry.k8s.io/kubectl` with one of its tags")
    assert finding.fix is None


@pytest.mark.parametrize(("image", "part"), [("ghcr.io/acme/app:undefined", "undefined"), ("null/app:1", "null")])
def test_value_that_was_not_set(image: str, part: str) -> None:
    assert f"`{part}`" in only("invalid-image-reference", stream(pod(image))).message


@pytest.mark.parametrize(
    ("image", "severity", "meant"),
    [
        ("Docker.io/acme/app:1", "error", "docker.io/acme/app:1"),
        ("GHCR.IO/acme/app:1", "warning", "ghcr.io/acme/app:1"),
    ],
)
def test_host_in_upper_case(image: str, severity: str, meant: str) -> None:
    finding = only("misspelled-registry", stream(pod(image)))
    assert (finding.severity, finding.help) == (severity, f"use `{meant}`")


def test_registry_without_an_image() -> None:
    finding = only("dead-image", stream(pod("123456789012.dkr.ecr.us-east-1.amazonaws.com:v1")))
    assert "is a registry without an image" in finding.message


WRONG_HOSTS = {
    "ghrc.io/acme/app:1": ("ghcr.io", "ghcr.io/acme/app:1"),
    "registry.docker.com/acme/app:1": (None, None),
    "localhost:5000/app:1": ("REGISTRY", None),
    "unknown.example.com/app:1": ("REGISTRY", None),
    "mcr.microsoft.com/dotnet/sdk:8.0": ("REGISTRY", None),
}


@pytest.mark.parametrize("image", WRONG_HOSTS)
@pytest.mark.parametrize(
    "objects",
    [
        [],
        [broken_secret()],
        [docker_secret("pull", "acme.azurecr.io", namespace="dev")],
        [docker_secret("pull", "acme.azurecr.io", namespace="prod")],
        [docker_secret("pull", "ghcr.io", namespace="prod")],
    ],
)
def test_no_remedy_sends_credentials_to_a_wrong_host(image: str, objects: list[dict[str, object]]) -> None:
    host, instead = WRONG_HOSTS[image]
    texts = stream(pod(image, "pull", namespace="prod"), *objects)
    helps = [finding.help or "" for finding in lint(texts) if finding.rule.startswith("pull-secret")]
    servers = [word for text in helps for word in text.split() if word.startswith("--docker-server=")]
    assert not any(image.partition("/")[0] in server for server in servers)
    assert not any(f"an entry for `{image.partition('/')[0]}`" in text for text in helps)
    if host is not None:
        assert {*servers} <= {f"--docker-server={host}"}
    if instead is not None:
        assert all(f"use `{instead}`" in text for text in helps)


@pytest.mark.parametrize("host", ["ghrc.io", "localhost:5000", "unknown.example.com"])
def test_what_is_wrong_with_the_host_comes_first(host: str) -> None:
    text = stream(
        pod(f"{host}/app", "pull", namespace="prod"),
        docker_secret("pull", "acme.azurecr.io", namespace="prod"),
    )
    at_image = [
        finding for finding in lint(text) if finding.subject.image and not finding.rule.startswith("pull-secret-u")
    ]
    assert len(at_image) > 1
    assert at_image[0].rule in {"misspelled-registry", "unreachable-registry", "unknown-registry"}


@pytest.mark.parametrize(
    ("api_version", "kind", "field"),
    [
        ("external-secrets.io/v1", "ExternalSecret", "spec.target.template.type"),
        ("kubernetes-client.io/v1", "ExternalSecret", "spec.template.type"),
        ("bitnami.com/v1alpha1", "SealedSecret", "spec.template.type"),
        ("onepassword.com/v1", "OnePasswordItem", "type"),
    ],
)
def test_the_type_is_set_where_the_kind_has_it(api_version: str, kind: str, field: str) -> None:
    producer = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "pull", "namespace": "prod"}, "spec": {}}
    findings = lint(stream(pod("ghcr.io/acme/a:1", "pull", namespace="prod"), producer))
    (finding,) = [finding for finding in findings if finding.rule == "pull-secret-wrong-type"]
    assert (finding.help or "").startswith(f"set `{field}: ")


@pytest.mark.parametrize(
    ("container", "remedy"),
    [
        (
            '{name: a, image: bash, tag: "5.0.2"}',
            "`tag` is not a field of a container, so it has no effect: write `image: bash:5.0.2`",
        ),
        (
            "{name: a, image: 'ghcr.io:443/acme/a', version: 1.10}",
            "`version` is not a field of a container, so it has no effect: write `image: ghcr.io:443/acme/a:1.10`",
        ),
        ("{name: a, image: bash, tag: {a: b}}", "pin the version you tested, or a digest (`@sha256:…`)"),
        ("{name: a, image: bash, tag: 'not a tag'}", "pin the version you tested, or a digest (`@sha256:…`)"),
    ],
)
@pytest.mark.parametrize("field", ["containers", "initContainers"])
def test_a_tag_beside_the_image_is_explained(field: str, container: str, remedy: str) -> None:
    findings = lint(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{field}: [{container}]}}\n")
    assert remedy in [one.help for one in findings if one.rule == "missing-tag"]
