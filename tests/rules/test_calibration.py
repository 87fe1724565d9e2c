"""How loud a finding is, and that one thing is reported once."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.linting.finding import Severity
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.world.settings import Settings
from imagelint.world.world import World
from manifests import account, docker_secret, pod, stream
from support import TODAY, found, judge, lint, read_texts


@pytest.mark.parametrize(
    ("image", "container", "rules"),
    [
        ("quay.io/acme/web", {"imagePullPolicy": "IfNotPresent"}, ["missing-tag"]),
        ("quay.io/acme/web:latest", {"imagePullPolicy": "IfNotPresent"}, ["latest-tag"]),
        ("quay.io/acme/web:main", {}, ["stale-image"]),
        ("quay.io/acme/web:nightly", {"imagePullPolicy": "IfNotPresent"}, ["stale-image"]),
        ("quay.io/acme/web:main", {"imagePullPolicy": "Never"}, ["never-pull-policy"]),
        ("quay.io/acme/web:main", {"imagePullPolicy": "Always"}, []),
    ],
)
def test_one_image_is_reported_once(image: str, container: dict[str, Any], rules: list[str]) -> None:
    assert [finding.rule for finding in lint(stream(pod(image, **container)))] == rules


def test_stale_image_is_found_if_the_other_rules_are_off() -> None:
    text = stream(pod("quay.io/acme/web:latest", imagePullPolicy="IfNotPresent"))
    selection = Selection(rules={"latest-tag": RuleSetting(False)})
    findings = judge(read_texts({"a.yaml": text}), World(today=TODAY), selection).findings
    assert [finding.rule for finding in findings] == ["stale-image"]


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("web:dev", Severity.INFO),
        ("localhost/web:dev", Severity.INFO),
        ("quay.io/acme/web:1.4", Severity.WARNING),
        ("acme/web:1.4", Severity.WARNING),
    ],
)
def test_never_is_an_info_for_what_is_built_locally(image: str, severity: Severity) -> None:
    findings = lint(stream(pod(image, imagePullPolicy="Never")))
    assert [(one.rule, one.severity) for one in findings] == [("never-pull-policy", severity)]


def with_account(name: str, namespace: str | None = None) -> str:
    using = pod("quay.io/acme/web:1.4", namespace=namespace)
    using["spec"]["serviceAccountName"] = name
    return stream(using)


@pytest.mark.parametrize(
    ("accounts", "namespace", "severity"),
    [
        ("apps/web/accounts.yaml", None, Severity.WARNING),
        ("apps/other/accounts.yaml", None, Severity.INFO),
        ("accounts.yaml", None, Severity.INFO),
        ("apps/other/accounts.yaml", "shop", Severity.WARNING),
    ],
)
def test_accounts_of_unrelated_folders_say_nothing(accounts: str, namespace: str | None, severity: Severity) -> None:
    files: dict[str, str | bytes] = {
        "apps/web/pod.yaml": with_account("web", namespace),
        accounts: stream(account("other", namespace=namespace)),
    }
    findings = [one for one in lint(files) if one.rule == "service-account-undefined"]
    assert [one.severity for one in findings] == [severity]


def test_entry_that_keeps_out_the_secret_of_the_account_is_dropped() -> None:
    using = pod("registry.corp.example/acme/web:1", "missing", namespace="shop")
    using["spec"]["serviceAccountName"] = "builder"
    secret = docker_secret("good", "registry.corp.example", namespace="shop")
    findings = lint(stream(using, account("builder", "good", namespace="shop"), secret))
    undefined = next(one for one in findings if one.rule == "pull-secret-undefined")
    assert undefined.help is not None
    assert undefined.help.startswith("leave out `imagePullSecrets`")
    assert "builder" in undefined.related[-1].message


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("2.0240514E7", "20240514"), ("1.5060547e7", "15060547"), ("1.5e3", "1500")],
)
def test_number_with_an_exponent_is_a_tag_that_no_one_made(tag: str, meant: str) -> None:
    (finding,) = lint(stream(pod(f"quay.io/acme/web:{tag}")))
    assert (finding.rule, finding.severity) == ("invalid-image-reference", Severity.WARNING)
    assert f"`quay.io/acme/web:{meant}`" in (finding.help or "")


@pytest.mark.parametrize("tag", ["2.0240514E7", "vv1.4"])
def test_a_tag_beside_a_digest_is_not_pulled(tag: str) -> None:
    assert lint(stream(pod(f"quay.io/acme/web:{tag}@sha256:{'a' * 64}"))) == []
    assert lint(stream(pod(f"quay.io/acme/web:{tag}"))) != []


@pytest.mark.parametrize("tag", ["1E7", "1e7", "1.25e1", "1.5e", "0.5e7", "2.0-e7", "v1.5e7", "1.10"])
def test_other_tags_are_left_alone(tag: str) -> None:
    assert lint(stream(pod(f"quay.io/acme/web:{tag}"))) == []


def windows(namespace: str) -> dict[str, Any]:
    iis = pod("mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022", namespace=namespace)
    iis["spec"]["nodeSelector"] = {"kubernetes.io/os": "windows"}
    return iis


def on_nodes(**spec: Any) -> dict[str, Any]:
    using = pod("ghcr.io/acme/web:1.4", namespace="shop")
    using["spec"].update(spec)
    return using


@pytest.mark.parametrize(
    ("spec", "rules"),
    [
        ({}, ["platform-mismatch"]),
        ({"tolerations": [{"key": "os", "value": "windows"}]}, ["platform-mismatch"]),
        ({"nodeSelector": {"kubernetes.io/os": "linux"}}, []),
        ({"os": {"name": "linux"}}, []),
        (
            {
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {
                                    "matchExpressions": [
                                        {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}
                                    ]
                                }
                            ]
                        }
                    }
                }
            },
            [],
        ),
    ],
    ids=str,
)
def test_pod_that_requires_no_system_in_a_cluster_with_two(spec: dict[str, Any], rules: list[str]) -> None:
    declared = World(settings=Settings(systems=("linux", "windows")), today=TODAY)
    assert [one.rule for one in lint(stream(on_nodes(**spec)), world=declared)] == rules
    assert [one.rule for one in lint(stream(on_nodes(**spec), windows("shop")))] == rules


def test_windows_in_another_namespace_proves_nothing() -> None:
    assert lint(stream(on_nodes(), windows("elsewhere"))) == []


def test_declared_system_counts_before_what_pods_ask_for() -> None:
    declared = World(settings=Settings(systems=("linux",)), today=TODAY)
    assert lint(stream(on_nodes(), windows("shop")), world=declared) == []


@pytest.mark.parametrize(
    ("system", "image", "is_wrong"),
    [
        ("windows", "nginx:1.29-alpine", True),
        ("windows", "mcr.microsoft.com/windows/nanoserver:ltsc2022", False),
        ("linux", "mcr.microsoft.com/windows/nanoserver:ltsc2022", True),
        ("linux", "nginx:1.29-alpine", False),
        ("windows", "quay.io/acme/web:1.4", False),
    ],
)
def test_image_for_another_system_than_all_nodes(system: str, image: str, is_wrong: bool) -> None:
    declared = World(settings=Settings(systems=(system,)), today=TODAY)
    findings = lint(stream(pod(image)), world=declared)
    wrong = [("platform-mismatch", Severity.ERROR, "ErrImagePull")]
    assert [(one.rule, one.severity, str(one.prediction)) for one in findings] == (wrong if is_wrong else [])


@pytest.mark.parametrize(
    ("image", "lines"),
    [
        ("ghcr.io/acme/web:1.4-amd64", [("platform-mismatch", 2)]),
        ("ghcr.io/acme/web-arm64:1.4", [("platform-mismatch", 2)]),
        ("ghcr.io/acme/web:1.4", []),
    ],
)
def test_image_of_one_architecture_in_a_cluster_with_two(image: str, lines: list[tuple[str, int]]) -> None:
    declared = World(settings=Settings(architectures=("amd64", "arm64")), today=TODAY)
    findings = lint(stream(pod(image, namespace="shop")), world=declared)
    assert found(findings) == lines
    assert all(one.severity is Severity.WARNING for one in findings)


@pytest.mark.parametrize("image", ["registry.k8s.io/pause:3.10", "nginx:1.29", "mcr.microsoft.com/dotnet/aspnet:8.0"])
@pytest.mark.parametrize(
    ("rule", "secret"),
    [
        ("pull-secret-undefined", None),
        ("pull-secret-other-namespace", docker_secret("regcred", "ghcr.io", namespace="other")),
        ("pull-secret-wrong-type", docker_secret("regcred", "ghcr.io", namespace="shop") | {"type": "Opaque"}),
    ],
)
def test_a_pull_secret_that_fails_and_is_not_needed(image: str, rule: str, secret: dict[str, Any] | None) -> None:
    def judged(*images: str) -> list[tuple[str, Severity, bool]]:
        using = pod(images[0], "regcred", namespace="shop")
        using["spec"]["initContainers"] = [{"name": "init", "image": image} for image in images[1:]]
        findings = lint(stream(using, *([secret] if secret else [])))
        return [(one.rule, one.severity, one.prediction is not None) for one in findings]

    assert judged(image) == [(rule, Severity.INFO, False)]
    ((found_by, severity, fails),) = judged(image, "ghcr.io/acme/web:1.4")
    assert (found_by, fails) == (rule, True)
    assert severity is not Severity.INFO
