"""Which objects a target selects: by type, name, namespace, labels and annotations (`api/types/selector.go`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import RefusedError
from imagelint.sources.kustomize.pattern_compiler import PatternError
from imagelint.sources.kustomize.patterns import Pattern, compiled
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.lazy import cached_property
from imagelint.text.nodes import Mapping, Scalar, mapping
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.sources.kustomize.resource import ResId, Resource

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?"
_IN_SET = re.compile(rf"({_NAME})\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(rf"({_NAME})\s*(==|=|!=)\s*([A-Za-z0-9_.-]*)")
_COMPARED = re.compile(rf"({_NAME})\s*([<>])\s*(-?[0-9]+)")
_EXISTS = re.compile(rf"(!?)\s*({_NAME})")
_BETWEEN = re.compile(r"\s*(,|\Z)\s*")
# Nobody writes a longer one, and each is matched against each object.
_MAX_SELECTOR = 4096


class Requirement(NamedTuple):
    """One part of a label selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: dict[str, str]) -> bool:
        """Whether labels meet it (`k8s.io/apimachinery/pkg/labels/selector.go`)."""
        value = labels.get(self.key)
        if self.operator in {"exists", "!"}:
            return (value is not None) == (self.operator == "exists")
        if self.operator in {"=", "==", "in"}:
            return value in self.values
        if self.operator in {"!=", "notin"}:
            return value not in self.values
        if value is None or re.fullmatch(r"-?[0-9]{1,18}", value) is None:
            return False
        return int(value) < int(self.values[0]) if self.operator == "<" else int(value) > int(self.values[0])


def parse_selector(text: str) -> list[Requirement]:
    """The requirements of a label selector. Raises RefusedError."""
    requirements: list[Requirement] = []
    text, position = text.strip(), 0
    if len(text) > _MAX_SELECTOR:
        raise RefusedError("the selector is too long")
    if text.endswith(","):
        raise RefusedError(f"the selector `{text}` ends in a comma")
    while position < len(text):
        found = next(filter(None, (rule.match(text, position) for rule in (_IN_SET, _EQUAL, _COMPARED, _EXISTS))), None)
        between = _BETWEEN.match(text, found.end()) if found else None
        if found is None or between is None:
            raise RefusedError(f"the selector `{text}` cannot be parsed")
        requirements.append(_requirement(found))
        position = between.end()
    return requirements


def _requirement(found: re.Match[str]) -> Requirement:
    if found.re is _EXISTS:
        return Requirement(found[2], "!" if found[1] else "exists")
    if found.re is _IN_SET:
        return Requirement(found[1], found[2], tuple(value.strip() for value in found[3].split(",")))
    return Requirement(found[1], found[2], (found[3],))


class Selector:
    """A target. Raises RefusedError if it cannot be read."""

    def __init__(self, node: Mapping | None) -> None:
        self.is_empty = True
        self._patterns = {key: self._pattern(value_of(node, key)) for key in ("group", "version", "kind")}
        self._name = self._pattern(value_of(node, "name"))
        self._namespace = self._pattern(value_of(node, "namespace"))
        self._metadata = value_of(node, "labelSelector"), value_of(node, "annotationSelector")

    def _pattern(self, text: str) -> Pattern | None:
        if not text:
            return None
        self.is_empty = False
        try:
            return compiled(text)
        except PatternError as error:
            raise RefusedError(f"the pattern `{text}` {error}") from error

    def selects(self, resource: Resource) -> bool:
        """Whether a patch with this target is for an object (`resWrangler.Select`)."""
        if not self._has_type(resource.id):
            return False
        original, own = resource.original_id, resource.id
        in_namespace = {original.effective_namespace, own.effective_namespace}
        return (
            any(_matches(self._namespace, namespace) for namespace in in_namespace)
            and any(_matches(self._name, name) for name in {original.name, own.name})
            and self.has_metadata(resource)
        )

    def has_id(self, id: ResId) -> bool:  # noqa: A002 - the field of a resource
        """Whether a replacement with this target is for an object with an identity."""
        return self._has_type(id) and _matches(self._name, id.name) and _matches(self._namespace, id.namespace)

    @cached_property
    def _requirements(self) -> tuple[list[Requirement], list[Requirement]]:
        """Those of labels and of annotations; kustomize does not parse them before it has an object to look at."""
        labels, annotations = self._metadata
        return parse_selector(labels), parse_selector(annotations)

    def has_metadata(self, resource: Resource) -> bool:
        """Whether the labels and annotations of an object are selected. Raises RefusedError."""
        if not self.selects_metadata:
            return True
        of_labels, of_annotations = self._requirements
        labels, annotations = (_texts(resource.node, key) for key in ("labels", "annotations"))
        return all(part.holds(labels) for part in of_labels) and all(part.holds(annotations) for part in of_annotations)

    @property
    def prefix(self) -> str:
        """What the name of an object that is selected, or an earlier name of it, begins with."""
        return self._name.prefix if self._name else ""

    @property
    def cost(self) -> int:
        """How many steps a match takes at most."""
        patterns = (*self._patterns.values(), self._name, self._namespace)
        parts = sum(1 + text.count(",") for text in self._metadata if text)
        return 1 + sum(pattern.cost for pattern in patterns if pattern) + parts

    @property
    def selects_metadata(self) -> bool:
        """Whether it names labels or annotations."""
        return any(self._metadata)

    def _has_type(self, id: ResId) -> bool:  # noqa: A002 - as above
        patterns = self._patterns
        return (
            _matches(patterns["kind"], id.kind)
            and _matches(patterns["group"], id.group)
            and _matches(patterns["version"], id.version)
        )


def _matches(pattern: Pattern | None, text: str) -> bool:
    return pattern is None or pattern.matches(text)


def _texts(node: Mapping, key: str) -> dict[str, str]:
    found = mapping(mapping(node, "metadata"), key)
    entries = found.pairs() if found else ()
    return {name.value: value.value for name, value in entries if isinstance(value, Scalar)}
