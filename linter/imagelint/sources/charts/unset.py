"""What a chart renders to, without what values decide that nobody set: in a release these may be there."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from imagelint.sources.charts.markers import UNSET
from imagelint.text.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imagelint.facts.misplaced import MisplacedField
    from imagelint.facts.model import Container, FileFacts, PodSpec, SecretDefinition
    from imagelint.text.places import Text

# What templates print for a value that is not there: of their own, of `printf`, and without quotes of YAML.
_PRINTED = re.compile(rf"{UNSET}|<no value>|<nil>")
# Where an image or a name begins or ends with a separator, or has two of them side by side: a value may be empty there.
_SEPARATOR = "[/:@._-]"
_GAP = re.compile(rf"(?=(^{_SEPARATOR}|{_SEPARATOR}$|[/:@]{_SEPARATOR}|[._-][/:@]|\.\.(?=[^:@]*/)))")
# An expression of a template, and one that steers what is around it.
_ACTION = re.compile(r"\{\{[^{}]*\}\}")
_STEERING = re.compile(r"\{\{-?\s*(?:if|with|range)\b")
# A template that writes one value before the colon, which is the whole name.
_NAME_AND_TAG = re.compile(r"[\"']?\{\{[^{}]*\}\}:\{\{[^{}]*\}\}[\"']?")
# What a template writes itself before or behind an image, so that no value makes it right.
_OPEN_END = re.compile(r"^[/:@._-]|[/:@]$")
# Of values with separators, which are compared with each gap; no chart has more in its images.
_MOST_VALUES = 1000
# Behind the key that a field is at: a value without content.
_EMPTY = re.compile(rb"[^\n:]*:\s*(?:\"\"|''|\{\}|\[\])[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_EMPTY_TYPE = re.compile(rb"type:[ \t]*(?:\"\"|''|null|~)?[ \t]*\r?(?:#.*)?$")


class Unset:
    """Knows what nobody set in the rendered text of a chart.

    With `is_declared` values that is only what templates require. `values` gives the texts of all values: a separator
    that is in one of them was written. `templates` has what templates write of an image, by its line: a separator that
    is wrong there already is an error with any values, and one that is there leaves a gap where its value is empty.
    """

    def __init__(
        self,
        data: bytes,
        values: Callable[[], Iterable[str]],
        *,
        templates: Mapping[int, str] = MappingProxyType({}),
        is_declared: bool,
    ) -> None:
        self._lines = data.split(b"\n")
        self._values = values
        self._templates = templates
        self._is_declared = is_declared
        # The lines of images of which all or a part is unset.
        self.images: list[int] = []

    def left_out(self, facts: FileFacts) -> FileFacts:
        """The facts of the text without what nobody set; what is left of pull secrets may then be a part of them."""
        pods = tuple(map(self._pod, facts.pods))
        is_partial = any(
            one.service_account != other.service_account or one.pull_secrets != other.pull_secrets
            for one, other in zip(facts.pods, pods, strict=True)
        )
        accounts = tuple(one._replace(pull_secrets=self._names(one.pull_secrets)) for one in facts.service_accounts)
        return facts._replace(
            pods=pods,
            service_accounts=accounts,
            secrets=tuple(map(self._secret, facts.secrets)),
            misplaced=tuple(one for one in facts.misplaced if self._is_declared or not self._is_empty(one)),
            is_partial=facts.is_partial or is_partial or accounts != facts.service_accounts,
        )

    def _pod(self, pod: PodSpec) -> PodSpec:
        account = pod.service_account
        return pod._replace(
            containers=tuple(map(self._container, pod.containers)),
            pull_secrets=self._names(pod.pull_secrets),
            service_account=None if account is not None and self._is_unset(account.value) else account,
        )

    def _container(self, container: Container) -> Container:
        image, policy = container.image, container.pull_policy
        if policy is not None and self._is_unset(policy.value):
            container = container._replace(pull_policy=None)
        if image is not None and not self._is_image_unset(image.value, self._templates.get(image.span.line, "")):
            return container
        if image is not None and not container.image_filled_in:
            self.images.append(image.span.line)
            name = self._name_alone(image.value, self._templates.get(image.span.line, ""))
            if name is not None:
                return container._replace(image=image._replace(value=name), tag_elsewhere=True)
        return container._replace(image_filled_in=True)

    def _name_alone(self, image: str, template: str) -> str | None:
        """An image without the tag that nobody set, if no value that is empty can come before what is there."""
        path, slash, last = image.rpartition("/")
        base, separator, _ = last.partition(":")
        name = f"{path}{slash}{base}"
        if not (base and separator) or "@" in name or self._is_unset(name):
            return None
        first, slash, _ = name.partition("/")
        has_host = bool(slash) and ("." in first or ":" in first)
        return name if has_host or _NAME_AND_TAG.fullmatch(template.strip()) else None

    def _is_image_unset(self, image: str, template: str) -> bool:
        if template and ("{{" not in template or _OPEN_END.search(_ACTION.sub("x", template).strip("\"'"))):
            return False
        return not image or self._is_unset(image) or (not self._is_declared and _has_empty_part(image, template))

    def _names(self, names: tuple[Text, ...]) -> tuple[Text, ...]:
        return tuple(name for name in names if not self._is_unset(name.value))

    def _is_unset(self, text: str) -> bool:
        if self._is_declared:
            return UNSET in text
        return not text or _PRINTED.search(text) is not None or self._has_gap(text)

    def _has_gap(self, text: str) -> bool:
        """Whether there is nothing between two separators of a text, and no value has them."""
        return any(not self._is_written(text, *gap.span(1)) for gap in _GAP.finditer(text))

    def _is_written(self, text: str, first: int, last: int) -> bool:
        """Whether a value has one of the separators between two positions of a text."""
        found = (match.span() for value in self._separated for match in re.finditer(re.escape(value), text))
        return any(start < last and end > first for start, end in found)

    @cached_property
    def _separated(self) -> list[str]:
        """The values that have separators."""
        texts = (value for value in self._values() if len(value) > 1 and re.search(_SEPARATOR, value))
        return [*islice(dict.fromkeys(texts), _MOST_VALUES)]

    def _is_empty(self, field: MisplacedField) -> bool:
        line = field.key.span.line
        return _EMPTY.match(b"\n".join(self._lines[line - 1 : line + 1])) is not None

    def _secret(self, secret: SecretDefinition) -> SecretDefinition:
        """A Secret, of no known type if that is empty."""
        if self._is_declared or secret.type is None:
            return secret
        starts = [number for number, line in enumerate(self._lines, 1) if line.startswith(b"---")]
        document = bisect_right(starts, secret.span.line)
        first, last = [0, *starts][document], [*starts, len(self._lines) + 1][document]
        is_empty = any(_EMPTY_TYPE.match(line) for line in self._lines[first : last - 1])
        return secret._replace(type=None) if is_empty else secret


def _has_empty_part(image: str, template: str) -> bool:
    """Whether an image has a gap at separators that are all written in its template, and none in a value."""
    if _STEERING.search(template):
        return False
    written = _ACTION.sub("", template)
    gaps = (image[slice(*gap.span(1))] for gap in _GAP.finditer(image))
    return any(all(image.count(one) == written.count(one) for one in gap) for gap in gaps)
