"""Pods that Spark submits: its settings overwrite the image and the pull policy of a container of their templates.

Source: Apache Spark v4.0 `BasicDriverFeatureStep`, `BasicExecutorFeatureStep` and `KubernetesUtils` (the container),
`Config.scala` (the settings and their defaults), which the operators of Apache and of Kubeflow hand them to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.kubelet.pull_policy import IF_NOT_PRESENT
from imagelint.text.nodes import mapping, text
from imagelint.text.places import Text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Container, PodSpec
    from imagelint.text.nodes import Mapping, Path


class _Kind(NamedTuple):
    """Where a kind has the fields of an application, and below it the PodSpecs of its templates, by their roles."""

    application: Path
    templates: dict[str, Path]


_OF_KUBEFLOW: dict[str, Path] = {role: (role, "template", "spec") for role in ("driver", "executor")}
_KINDS = {
    "spark.apache.org/SparkApplication": _Kind(
        ("spec",), {role: (f"{role}Spec", "podTemplateSpec", "spec") for role in ("driver", "executor")}
    ),
    "sparkoperator.k8s.io/SparkApplication": _Kind(("spec",), _OF_KUBEFLOW),
    "sparkoperator.k8s.io/ScheduledSparkApplication": _Kind(("spec", "template"), _OF_KUBEFLOW),
}
# Settings of Spark, all of which begin with `spark.kubernetes.`.
_IMAGE, _POLICY, _PULL_SECRETS = "container.image", "container.image.pullPolicy", "container.image.pullSecrets"
_MAIN_CONTAINER = "podTemplateContainerName"
# What the operator of Apache replaces in an image.
_VERSION = "{{SPARK_VERSION}}"


def submission(node: Mapping, kind: str) -> Submission | None:
    """How Spark runs an object of a `group/Kind`; None for most kinds."""
    known = _KINDS.get(kind)
    return None if known is None else Submission(node, known)


class Submission:
    """The settings with which Spark makes the pods of one application."""

    def __init__(self, node: Mapping, kind: _Kind) -> None:
        application: Mapping | None = node
        for key in kind.application:
            application = mapping(application, str(key))
        self._application = application
        self._settings = mapping(application, "sparkConf")
        self._roles = {(*kind.application, *path): role for role, path in kind.templates.items()}
        written = text(application, "imagePullPolicy") or self._setting(_POLICY)
        # Regardless of the tag.
        self.pull_policy = written or Text(IF_NOT_PRESENT, node.span)

    def completed(self, spec: PodSpec, path: Path) -> PodSpec:
        """The PodSpec at a path, as a template of Spark with the settings in its main container."""
        role = self._roles.get(path)
        if role is None:
            return spec
        main = self._main_container(spec, role)
        return spec._replace(
            containers=tuple(self._overwritten(one, role) if one is main else one for one in spec.containers),
            pull_secrets=(*spec.pull_secrets, *self._pull_secrets()),
        )

    def _main_container(self, spec: PodSpec, role: str) -> Container | None:
        """The container of the name that a setting has, else the first."""
        listed = [one for one in spec.containers if one.type is ContainerType.CONTAINER]
        name = self._setting(f"{role}.{_MAIN_CONTAINER}")
        named = (one for one in listed if name is not None and one.name == name.value)
        return next(named, listed[0] if listed else None)

    def _overwritten(self, container: Container, role: str) -> Container:
        image = self._image(role) or container.image
        is_filled_in = container.image_filled_in or (image is not None and _VERSION in image.value)
        return container._replace(image=image, pull_policy=self.pull_policy, image_filled_in=is_filled_in)

    def _image(self, role: str) -> Text | None:
        of_operator = text(mapping(self._application, role), "image") or text(self._application, "image")
        return of_operator or self._setting(f"{role}.{_IMAGE}") or self._setting(_IMAGE)

    def _pull_secrets(self) -> Iterator[Text]:
        listed = self._setting(_PULL_SECRETS)
        for name in listed.value.split(",") if listed is not None else ():
            if listed is not None and name.strip():
                yield listed._replace(value=name.strip())

    def _setting(self, name: str) -> Text | None:
        found = text(self._settings, f"spark.kubernetes.{name}")
        return found if found is not None and found.value else None
