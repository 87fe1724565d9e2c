"""The platforms that a pod requires of its node, and the platform in the name of an image."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, as_text, items, mapping, select, text
from imagelint.text.places import Text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.kubelet.reference import ImageReference
    from imagelint.text.nodes import Node

# Well-known labels (Kubernetes v1.36 `staging/src/k8s.io/api/core/v1/well_known_labels.go`) and their old names.
_ARCHITECTURE_LABELS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_SYSTEM_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_MIXED: dict[tuple[str, ...], tuple[str, str]] = {
    _ARCHITECTURE_LABELS: ("amd64", "arm64"),
    _SYSTEM_LABELS: ("linux", "windows"),
}
_WINDOWS_BUILD = "node.kubernetes.io/windows-build"
_REQUIRED = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[]"

# GOARCH by what image names say. The namespaces of Docker's official images (`arm64v8/nginx`) use the same words.
_ARCHITECTURES = {
    **dict.fromkeys(("amd64", "x86-64", "x86_64", "winamd64"), "amd64"),
    **dict.fromkeys(("arm64", "aarch64", "arm64v8", "arm64-v8"), "arm64"),
    **dict.fromkeys(("arm32v5", "arm32v6", "arm32v7", "armv5", "armv6", "armv7", "armhf"), "arm"),
    **dict.fromkeys(("386", "i386"), "386"),
    **{name: name for name in ("ppc64le", "s390x", "riscv64", "mips64le")},
}
_NAMES = tuple(_ARCHITECTURES)
_WINDOWS = ("windowsservercore", "servercore", "nanoserver", "windows", "ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025")
_LINUX = ("linux", "alpine", "debian", "ubuntu", "bullseye", "bookworm", "trixie", "slim")


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, longest_first))})(?![a-z0-9])")


def _words(names: tuple[str, ...], text: str) -> list[re.Match[str]]:
    """Where a text has one of some names as a word. Few have any: the pattern is compiled for the first that may."""
    return [*_pattern(names).finditer(text)] if any(name in text for name in names) else []


class NodePlatform(NamedTuple):
    """What a pod requires of its node: the allowed architectures and operating systems; empty means any."""

    architectures: tuple[Text, ...] = ()
    systems: tuple[Text, ...] = ()


def node_platform(spec: Mapping) -> NodePlatform:
    """The platforms that `nodeSelector`, `os` and the required node affinity of a PodSpec allow."""
    selector = mapping(spec, "nodeSelector")
    system = _first(selector, _SYSTEM_LABELS) or text(mapping(spec, "os"), "name")
    build = text(selector, _WINDOWS_BUILD)
    if system is None and build is not None:
        system = Text("windows", build.span)
    architecture = _first(selector, _ARCHITECTURE_LABELS)
    return NodePlatform(
        (architecture,) if architecture else _by_affinity(spec, _ARCHITECTURE_LABELS),
        (system,) if system else _by_affinity(spec, _SYSTEM_LABELS),
    )


def _first(node: Node | None, keys: tuple[str, ...]) -> Text | None:
    return next((value for key in keys if (value := text(node, key)) is not None), None)


def _by_affinity(spec: Mapping, labels: tuple[str, ...]) -> tuple[Text, ...]:
    """The values that one of the terms allows; none, if a term says nothing of the label."""
    if spec.get("affinity") is None:  # as in most
        return ()
    found: list[Text] = []
    for term in select(spec, _REQUIRED):
        allowed = [value for expression in items(term, "matchExpressions") for value in _allowed(expression, labels)]
        if not allowed:
            return ()
        found += allowed
    return tuple(found)


def _allowed(expression: Node, labels: tuple[str, ...]) -> list[Text]:
    key, operator = text(expression, "key"), text(expression, "operator")
    if key is None or operator is None or key.value not in labels:
        return []
    values = [value for item in items(expression, "values") if (value := as_text(item)) is not None]
    if operator.value == "In":
        return values
    # Without one of the two that clusters mix, the other is left.
    left = {*_MIXED[labels]}.difference(value.value for value in values) if operator.value == "NotIn" else set[str]()
    return [Text(name, values[0].span) for name in left] if len(left) == 1 else []


def image_architecture(image: ImageReference) -> str | None:
    """The architecture in the tag, the last part of the name or an official namespace; None unless there is one."""
    namespace, _, name = image.repository.rpartition("/")
    found = {_ARCHITECTURES[word[1]] for word in _words(_NAMES, (image.tag or "").lower())}
    found.update(
        _ARCHITECTURES[word[1]] for word in _words(_NAMES, name) if word.start() > 0 and word.end() == len(name)
    )
    if image.registry == "docker.io" and namespace in _ARCHITECTURES:
        found.add(_ARCHITECTURES[namespace])
    return found.pop() if len(found) == 1 else None


def image_system(image: ImageReference) -> str | None:
    """`windows` or `linux` if the tag or the name contains one of them; else None."""
    tag = (image.tag or "").lower()
    name = image.repository.rpartition("/")[2]
    windows = (
        bool(_words(_WINDOWS, tag)) or name in _WINDOWS or image.normalized.startswith("mcr.microsoft.com/windows")
    )
    if windows == bool(_words(_LINUX, tag)):
        return None
    return "windows" if windows else "linux"
