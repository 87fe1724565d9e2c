"""Pods and workloads as JSON values, with fields of image pulls that are right, wrong or misplaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformity.image_cases import random_image
from conformity.json_values import is_array, is_object
from conformity.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from conformity.seeds import Seeds

# The API version of each kind, and the path of its pod template.
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Pod": ("v1", ()),
    "ReplicationController": ("v1", ("spec", "template")),
    "PodTemplate": ("v1", ("template",)),
    "Deployment": ("apps/v1", ("spec", "template")),
    "ReplicaSet": ("apps/v1", ("spec", "template")),
    "StatefulSet": ("apps/v1", ("spec", "template")),
    "DaemonSet": ("apps/v1", ("spec", "template")),
    "Job": ("batch/v1", ("spec", "template")),
    "CronJob": ("batch/v1", ("spec", "jobTemplate", "spec", "template")),
}
# What each kind requires besides; without it imagelint takes the object for a patch.
_REQUIRED: dict[str, dict[str, Any]] = {
    **{kind: {"selector": {"matchLabels": {"app": "x"}}} for kind in ("Deployment", "ReplicaSet", "DaemonSet")},
    "StatefulSet": {"selector": {"matchLabels": {"app": "x"}}, "serviceName": "x"},
    "ReplicationController": {"selector": {"app": "x"}},
    "CronJob": {"schedule": "* * * * *"},
}
_KEPT = frozenset({"apiVersion", "kind", "selector", "schedule", "metadata"})
_POLICIES = (
    *(None, None, None, None, "Always", "IfNotPresent", "Never", "", "always", "ALWAYS", "Never ", "ifNotPresent"),
    *("Default", "latest"),
)
_DIGEST = f"sha256:{'a' * 64}"
_IMAGES = parts("container_images")
_MISPLACED = parts("misplaced_names")
_WRONG_TYPES: tuple[Any, ...] = (None, 1, 1.5, True, [], {}, "x", ["Always"], {"name": "x"})
_ENTRIES: tuple[Any, ...] = (
    *({}, None, "x", {"name": None}, {"name": "a", "namespace": "n"}, {"Name": "a"}, {"name": 5}, [], {"name": []}),
    {"name": "a", "namespace": None},
)


def random_object(random: Random, seeds: Seeds, *, is_odd: bool) -> dict[str, Any]:
    """An object with a pod; if it is odd, with wrong types and misplaced fields."""
    kind = random.choice([*_KINDS])
    api_version, path = _KINDS[kind]
    spec = _Maker(random, seeds, is_odd=is_odd).spec()
    if kind in {"Job", "CronJob"}:
        spec["restartPolicy"] = "Never"
    pod: dict[str, Any] = {"metadata": {"labels": {"app": "x"}}, "spec": spec}
    root: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "ns"}}
    if kind == "Pod":
        root["spec"] = spec
    else:
        parent = root
        for key in path[:-1]:
            parent = parent.setdefault(key, {})
        parent[path[-1]] = pod
        root.get("spec", {}).update(_REQUIRED.get(kind, {}))
    if is_odd and random.random() < 0.1:
        owner = random.choice((root, root.get("spec", root), root["metadata"], pod, pod["metadata"]))
        owner[random.choice(_MISPLACED)] = random.choice(("Always", [{"name": "x"}], "x", None))
    return root


class _Maker:
    def __init__(self, random: Random, seeds: Seeds, *, is_odd: bool) -> None:
        self._random = random
        self._seeds = seeds
        self._is_odd = is_odd

    def spec(self) -> dict[str, Any]:
        random = self._random
        spec: dict[str, Any] = {"containers": [self._container(number) for number in range(random.choice((1, 1, 2)))]}
        if random.random() < 0.3:
            spec["initContainers"] = [self._container(10)]
        if random.random() < 0.1:
            spec["ephemeralContainers"] = [self._container(20)]
        if random.random() < 0.2:
            spec["volumes"] = [{"name": "v", "image": self._volume()}]
        if random.random() < 0.4:
            spec["imagePullSecrets"] = self._pull_secrets()
        if random.random() < 0.3:
            account = self._odd(("sa", "default", "", None), 0.05)
            spec[random.choice(("serviceAccountName", "serviceAccount"))] = account
        self._misplace(spec, 0.1)
        return spec

    def _container(self, number: int) -> dict[str, Any]:
        container: dict[str, Any] = {"name": f"c{number}"}
        if self._random.random() < 0.97:
            container["image"] = self._image()
        policy = self._odd(_POLICIES, 0.05)
        if policy is not None or self._random.random() < 0.1:
            container["imagePullPolicy"] = policy
        self._misplace(container, 0.05)
        return container

    def _volume(self) -> Any:  # noqa: ANN401 - if it is odd, any value
        if self._is_odd and self._random.random() < 0.1:
            return self._random.choice(_WRONG_TYPES)
        volume: dict[str, Any] = {}
        if self._random.random() < 0.9:
            volume["reference"] = self._image()
        policy = self._odd(_POLICIES, 0.05)
        if policy is not None:
            volume["pullPolicy"] = policy
        self._misplace(volume, 0.02)
        return volume

    def _image(self) -> Any:  # noqa: ANN401 - if it is odd, any value
        kind = self._random.random()
        if kind < 0.6:
            return self._odd(_IMAGES, 0.05)
        return self._random.choice(self._seeds.images) if kind < 0.9 else random_image(self._random)

    def _pull_secrets(self) -> Any:  # noqa: ANN401 - if it is odd, any value
        random = self._random
        if self._is_odd and random.random() < 0.05:
            return random.choice(_WRONG_TYPES)
        entries: list[Any] = [
            {"name": random.choice(("a", "b", "a", "", "A b"))} for _ in range(random.choice((0, 1, 2, 3)))
        ]
        if self._is_odd and random.random() < 0.2:
            entries.append(random.choice(_ENTRIES))
        return entries

    def _odd(self, usual: tuple[Any, ...], share: float) -> Any:  # noqa: ANN401 - if it is odd, any value
        is_odd = self._is_odd and self._random.random() < share
        return self._random.choice(_WRONG_TYPES if is_odd else usual)

    def _misplace(self, owner: dict[str, Any], share: float) -> None:
        if self._is_odd and self._random.random() < share:
            value = self._random.choice(("Always", [{"name": "x"}], "x", None, 5))
            owner.setdefault(self._random.choice(_MISPLACED), value)


def smaller_objects(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object without one of its parts; what makes it complete is kept."""
    for path in _paths(root):
        if path[-1] not in _KEPT and path[-2:] != ("metadata", "name"):
            yield _without(root, path)


def _without(value: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any JSON value
    key, *rest = path
    copy = value.copy()
    if rest:
        copy[key] = _without(value[key], (*rest,))
    else:
        del copy[key]
    return copy


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - any JSON value
    for key, part in _members(value):
        yield (*path, key)
        yield from _paths(part, (*path, key))


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:  # noqa: ANN401 - any JSON value
    if is_object(value):
        return value.items()
    return enumerate(value) if is_array(value) else ()
