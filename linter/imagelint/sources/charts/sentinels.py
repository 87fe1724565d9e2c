"""Which values make the images of a chart: it is rendered with values that can be recognised in them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from imagelint.facts.extract import extract
from imagelint.sources.charts.helm import HelmError, HelmLimitError
from imagelint.sources.charts.values import leaves, replaced
from imagelint.text.go_numbers import printed
from imagelint.text.nodes import Mapping
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import Source
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.facts.model import FileFacts
    from imagelint.sources.charts.prepare import Prepared
    from imagelint.text.nodes import Path, Scalar

    # The kind of an object, the path of its PodSpec, which one of these, and the number of a container.
    _Key = tuple[str, str, int, int]
    _Parts = dict[Part, "Leaf"]

_SENTINEL = re.compile(r"-zz(\d{1,6})zz")
_ID = SourceId("sentinels")
# How the key of a name is called that gets its tag from elsewhere.
_IS_NAME = r"(?i)name|repo"
# Halves of what does not render, and halves of these.
_MOST_RENDERS = 20
# Bitnami's charts refuse images that they do not know otherwise (`common.errors.insecureImages`).
_ALLOWED = ("global", "security", "allowInsecureImages")


class Leaf(NamedTuple):
    """A value that an image is made of; without a scalar the `appVersion` of the chart."""

    path: Path
    scalar: Scalar | None
    text: str


class Sentinels:
    """The values behind the images of a chart, found by rendering it.

    `values` are all of them, also those of the chart itself; `images` has what it renders to without sentinels.
    """

    def __init__(
        self,
        render: Callable[[Prepared, Mapping | None], bytes],
        chart: Prepared,
        values: Mapping | None,
        images: FileFacts,
    ) -> None:
        self._render = render
        self._chart = chart
        self._values = values
        lines = image_lines(images)
        self._images = {key: image for key, (image, _) in lines.items()}
        self._keys = {line: key for key, (_, line) in lines.items()}
        self._leaves = [*_candidates(values, self._images.values())] if values is not None else []
        self._leaves += [Leaf(("appVersion",), None, chart.app_version)] if chart.app_version else []
        self._left = _MOST_RENDERS
        self._found: dict[_Key, _Parts] = {}

    def by_line(self) -> dict[int, _Parts]:
        """The values behind each image, by its line in the rendered text and the parts of the image."""
        found = self._all() if self._images else {}
        return {line: found[key] for line, key in self._keys.items() if key in found}

    def image_with(self, line: int, leaf: Leaf, text: str) -> str | None:
        """The image of a line if a value were another text; None if the chart does not render then."""
        facts = self._facts({leaf.path: text}, self._chart)
        found = image_lines(facts).get(self._keys[line]) if facts is not None else None
        return found[0] if found is not None else None

    def _all(self) -> dict[_Key, _Parts]:
        """The values behind each image."""
        self._try(range(len(self._leaves)))
        # A value that is replaced may also decide whether there is the container.
        lost = [image for key, image in self._images.items() if key not in self._found]
        for number, leaf in enumerate(self._leaves):
            if any(leaf.text in image for image in lost):
                self._try([number])
        return self._found

    def _try(self, numbers: Sequence[int]) -> None:
        """Look for some of the values in the images; for halves of them if together they fail."""
        if not numbers or self._left <= 0:
            return
        self._left -= 1
        facts = self._marked(numbers)
        if facts is not None:
            for key, (image, _) in image_lines(facts).items():
                if _SENTINEL.sub("", image) == self._images.get(key):
                    self._found.setdefault(key, {}).update(_parts(image, self._leaves))
        elif len(numbers) > 1:
            half = len(numbers) // 2
            self._try(numbers[:half])
            self._try(numbers[half:])

    def _marked(self, numbers: Sequence[int]) -> FileFacts | None:
        """What the chart renders to with sentinels behind some of the values."""
        chart = self._chart
        texts: dict[Path, str] = {_ALLOWED: "true"}
        for number in numbers:
            leaf = self._leaves[number]
            marked = f"{leaf.text}-zz{number}zz"
            if leaf.scalar is None:
                chart = chart.with_app_version(marked)
            else:
                texts[leaf.path] = marked
        return self._facts(texts, chart)

    def _facts(self, texts: dict[Path, str], chart: Prepared) -> FileFacts | None:
        values = replaced(self._values, texts) if self._values is not None else None
        try:
            data = self._render(chart, values if isinstance(values, Mapping) else None)
        except HelmLimitError:
            self._left = 0
            return None
        except HelmError:
            return None
        facts = extract(Source(_ID, data))
        return None if facts.problems else facts


def image_lines(facts: FileFacts) -> dict[_Key, tuple[str, int]]:
    """The images of a rendered chart with their lines, by what does not change with them."""
    found: dict[_Key, tuple[str, int]] = {}
    seen = Counter[tuple[str, str]]()
    for pod in facts.pods:
        # Not by their names, which may be made of the same values.
        place = pod.resource.kind, pod.path
        seen[place] += 1
        for number, container in enumerate(pod.containers):
            if container.image is not None:
                found[(*place, seen[place], number)] = container.image.value, container.image.span.line
    return found


def _candidates(values: Mapping, images: Iterable[str]) -> Iterator[Leaf]:
    """The values that images may be made of: those that occur in one, as a whole or between its separators."""
    texts = " ".join(images)
    for path, scalar in leaves(values):
        text = printed(scalar)
        if scalar.is_null or not text or text in {"true", "false"} or text not in texts:
            continue
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])", texts):
            is_number = not scalar.is_text and not re.search("(?i)tag|version|image", str(path[-1]))
            if not is_number:
                yield Leaf(path, scalar, text)


def _parts(image: str, candidates: Sequence[Leaf]) -> _Parts:
    """The values whose sentinels are in an image, by the part that they make."""
    clean = _SENTINEL.sub("", image)
    ranges = _ranges(clean)
    found: _Parts = {}
    removed = 0
    for match in _SENTINEL.finditer(image):
        end = match.start() - removed
        removed += len(match[0])
        number = int(match[1])
        if number >= len(candidates):
            continue
        leaf = candidates[number]
        start = end - len(leaf.text) if clean[:end].endswith(leaf.text) else end - 1
        for part, (first, last) in ranges.items():
            # The one that makes the end of a part decides it: of the name, that is the repository.
            if start < last and end > first:
                found[part] = leaf
    whole = found.get(Part.NAME)
    if whole is not None and whole.text == clean and not re.search(_IS_NAME, str(whole.path[-1])):
        # Its tag would be in it.
        found.setdefault(Part.TAG, whole)
    return found


def _ranges(image: str) -> dict[Part, tuple[int, int]]:
    """Where the parts of an image are in its text."""
    name, at, digest = image.partition("@")
    colon = name.rfind(":")
    end = colon if colon > name.rfind("/") else len(name)
    found = {Part.NAME: (0, end)}
    if "/" in name[:end]:
        found[Part.HOST] = (0, name.index("/"))
    if end < len(name):
        found[Part.TAG] = (end + 1, len(name))
    if at:
        found[Part.DIGEST] = (len(name) + 1, len(name) + 1 + len(digest))
    return found
