"""The platform of a node, as a pod requires it, and of an image, as its name shows it."""

from __future__ import annotations

import pytest

from imagelint.kubelet.platforms import image_architecture, image_system, node_platform
from imagelint.kubelet.reference import parse_reference
from imagelint.text.compose import compose
from imagelint.text.nodes import Mapping

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "architecture"),
    [
        ("acme/app:1.4-arm64", "arm64"),
        ("acme/app:arm64-1.4", "arm64"),
        ("acme/app:1.4-linux-x86_64", "amd64"),
        ("acme/app-amd64:1.4", "amd64"),
        ("acme/app-aarch64:1.4", "arm64"),
        ("arm64v8/nginx:1.29", "arm64"),
        ("docker.io/s390x/redis:7", "s390x"),
        ("acme/app:1.4-armv7", "arm"),
        (f"acme/app:1.4-arm64@{DIGEST}", "arm64"),
        ("acme/app:1.4", None),
        ("acme/app:1.4-arm64-amd64", None),
        ("acme/charm64:1.4", None),
        ("acme/amd64-tools:1.4", None),
        ("quay.io/arm64v8/app:1", None),
        ("amd64:1", None),
    ],
)
def test_architecture_of_an_image(image: str, architecture: str | None) -> None:
    assert image_architecture(parse_reference(image)) == architecture


@pytest.mark.parametrize(
    ("image", "system"),
    [
        ("acme/app:1.4-windows-ltsc2022", "windows"),
        ("mcr.microsoft.com/windows/servercore/iis:latest", "windows"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-1809", "windows"),
        ("acme/nanoserver:1", "windows"),
        ("nginx:1.29-alpine", "linux"),
        ("acme/app:1.4-linux-amd64", "linux"),
        ("acme/windows-exporter-dashboards:1", None),
        ("acme/app:linux-windows", None),
        ("acme/app:1.4", None),
    ],
)
def test_system_of_an_image(image: str, system: str | None) -> None:
    assert image_system(parse_reference(image)) == system


def affinity(*terms: str) -> str:
    required = ", ".join(f"{{matchExpressions: [{term}]}}" for term in terms)
    terms_of = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{required}]}}"
    return f"affinity: {{nodeAffinity: {{{terms_of}}}}}"


ARM = "{key: kubernetes.io/arch, operator: In, values: [arm64]}"
AMD = "{key: kubernetes.io/arch, operator: In, values: [amd64]}"
ZONE = "{key: topology.kubernetes.io/zone, operator: In, values: [a]}"


@pytest.mark.parametrize(
    ("spec", "architectures", "systems"),
    [
        ("nodeSelector: {kubernetes.io/arch: arm64, kubernetes.io/os: linux}", ["arm64"], ["linux"]),
        ("nodeSelector: {beta.kubernetes.io/arch: amd64}", ["amd64"], []),
        ("os: {name: windows}", [], ["windows"]),
        ("nodeSelector: {node.kubernetes.io/windows-build: 10.0.20348}", [], ["windows"]),
        (affinity(ARM), ["arm64"], []),
        (affinity(ARM, AMD), ["arm64", "amd64"], []),
        (affinity(ARM, ZONE), [], []),
        (affinity(f"{ARM}, {ZONE}"), ["arm64"], []),
        (affinity("{key: kubernetes.io/arch, operator: NotIn, values: [arm64]}"), ["amd64"], []),
        (affinity("{key: kubernetes.io/os, operator: NotIn, values: [windows]}"), [], ["linux"]),
        (affinity("{key: beta.kubernetes.io/os, operator: NotIn, values: [linux]}"), [], ["windows"]),
        (affinity("{key: kubernetes.io/arch, operator: NotIn, values: [s390x]}"), [], []),
        (affinity("{key: kubernetes.io/arch, operator: NotIn, values: [amd64, arm64]}"), [], []),
        (affinity("{key: kubernetes.io/arch, operator: NotIn}"), [], []),
        (affinity("{key: kubernetes.io/arch, operator: Exists}"), [], []),
        ("affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}", [], []),
        ("nodeSelector: ~", [], []),
    ],
)
def test_platform_of_a_node(spec: str, architectures: list[str], systems: list[str]) -> None:
    node = compose(spec.encode())
    assert isinstance(node, Mapping)
    found = node_platform(node)
    assert [value.value for value in found.architectures] == architectures
    assert [value.value for value in found.systems] == systems
