"""Images in values files that switch off what these are for: `metrics: {enabled: false, image: ...}`.

Where the chart is not in the input, a copy of all its values is all that is known of it. Another values file, a release
or a command may turn on what one file switches off.
"""

from __future__ import annotations

import os
import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.kinds import is_values_file
from imagelint.sources.charts.chart_documents import read_mapping
from imagelint.sources.instruction_names import is_terraform
from imagelint.sources.instructions import text_of_source
from imagelint.text.nodes import as_text, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.model import Container, PodSpec
    from imagelint.text.places import SourceId

# Looked for in the instructions of one input, at most.
_MOST_SWITCHES = 200


class SwitchedValues:
    """The switches in the values files of an input, but for those that something turns on."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._sources = {source for source in found.files if is_values_file(source.path) and not _is_of_chart(source)}
        switches = (switch for source in sorted(self._sources) for switch in self._of(source))
        self._off = {*islice(dict.fromkeys(switches), _MOST_SWITCHES)}

    def _of(self, source: SourceId) -> Iterator[str]:
        for pod in self._found.files[source].pods:
            yield from (switch for one in pod.containers if (switch := _switch_of(one)) is not None)

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions for what it sets, as arguments of helm or in a release of Terraform."""
        self._off = {one for one in self._off if f"{one}=true" not in text and not (is_terraform(path) and one in text)}

    def note(self) -> None:
        """Note in the input which images are switched off."""
        for source, facts in self._found.files.items() if self._off else ():
            self._off -= {*self._turned_on(source, is_release=facts.has_releases)}
        for source in self._sources if self._off else ():
            facts = self._found.files[source]
            self._found.files[source] = facts._replace(pods=tuple(map(self._noted, facts.pods)))

    def _turned_on(self, source: SourceId, *, is_release: bool) -> Iterator[str]:
        """The switches that a values file sets to something else, and those that a release may."""
        if not is_release and not is_values_file(source.path):
            return
        text = text_of_source(self._found, source)
        named = [switch for switch in self._off if switch.split(".")[-2] in text]
        if is_release:
            yield from named
            return
        root = read_mapping(text.encode()) if named else None
        if root is None:
            return
        for switch in named:
            values = (as_text(node) for node in select(root, switch))
            if any(value is not None and value.value.lower() == "true" for value in values):
                yield switch

    def _noted(self, pod: PodSpec) -> PodSpec:
        containers = tuple(one._replace(is_switched_off=_switch_of(one) in self._off) for one in pod.containers)
        return pod._replace(containers=containers)


def _switch_of(container: Container) -> str | None:
    """The switch of an image with the tag `latest`; those without a tag have one that the chart adds."""
    is_mutable = container.image is not None and container.image.value.endswith(":latest")
    return container.value.switch if container.value is not None and is_mutable else None


def _is_of_chart(source: SourceId) -> bool:
    """Whether the chart of a values file is beside it."""
    return os.path.isfile(posixpath.join(posixpath.dirname(source.path), "Chart.yaml"))
