"""The files of helmfile, Skaffold, Fleet and Tilt as far as they can be read without running anything."""

from __future__ import annotations

import json
import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING

from imagelint.sources.charts.markers import UNSET
from imagelint.sources.charts.releases import Owner
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, mapping
from imagelint.text.places import Place, Span
from imagelint.text.source import UnreadableError
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.places import SourceId
    from imagelint.text.source import Sources

HELMFILE = "helmfile.yaml"
_OTHERS = {"skaffold.yaml": "skaffold.yaml", "skaffold.yml": "skaffold.yaml", "fleet.yaml": "fleet.yaml"}
_HELMFILE = re.compile(r"(?:^|/)(?:helmfile\.d/[^/]+|(?:[^/]+\.)?helmfile)\.ya?ml(?:\.gotmpl)?$")
_TILTFILE = re.compile(r"(?:^|/)(?:Tiltfile(?:\.[^/]+)?|[^/]+\.[Tt]iltfile)$")
# Of helmfile: lines that only steer, and expressions in others.
_STEERS = re.compile(r"(?m)^[ \t]*\{\{-?[^\n{}]*-?\}\}[ \t]*$")
_ENVIRONMENT = re.compile(r"\{\{-?\s*\.Environment\.Name\s*(?:\|\s*\w+\s*)?-?\}\}")
_EXPRESSION = re.compile(r"\{\{[^{}\n]{0,1000}\}\}")
_MOST_ENVIRONMENTS = 24
# Of Tilt: `helm('charts/shop', name='shop', namespace='dev', values=['dev.yaml'], set=['image.tag=1'])`.
_CALL = re.compile(r"(?<![\w.])helm\s*\(((?:[^()\"']|\"[^\"\n]*\"|'[^'\n]*'|\([^()]*\)){0,4000})\)")
_ARGUMENT = re.compile(r"(?:(\w+)\s*=\s*)?(\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*')\s*(?:,|$)")
_STRING = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")


def names_releases(path: str) -> bool:
    """Whether a file is one that releases of charts are written in."""
    return kind_of(path) is not None or _TILTFILE.search(path) is not None


def kind_of(path: str) -> str | None:
    """The name under which `data/chart_values.json` has a file."""
    return HELMFILE if _HELMFILE.search(path) else _OTHERS.get(posixpath.basename(path))


def owners(source: SourceId, sources: Sources) -> Iterator[tuple[str, Owner]]:
    """What a file says of releases, by the name that `data/chart_values.json` has it under."""
    try:
        text = sources.read(source).data.decode()
    except UnreadableError:
        return
    kind = kind_of(source.path)
    if kind is None:
        yield from ((HELMFILE, _owner(root, source)._replace(place=partial(_line, source))) for root in _of_tilt(text))
    elif kind == HELMFILE:
        environments = _environments(text)
        for name in environments:
            suffix = f" ({name})" if len(environments) > 1 else ""
            yield from ((kind, _owner(root, source, suffix)) for root in documents(_filled(text, name)))
    else:
        yield from ((kind, _owner(root, source)) for root in documents(text))


def _owner(root: Mapping, source: SourceId, suffix: str = "") -> Owner:
    folder = posixpath.dirname(source.path) or "."
    return Owner(root, f"{source.path}{suffix}", partial(Place, source), folder)


def _line(source: SourceId, span: Span) -> Place:
    return Place(source, Span(span.line, 1, span.line, 2))


def documents(text: str) -> Iterator[Mapping]:
    """The mappings in a text that holds YAML."""
    for document in split(text.encode()):
        try:
            root = compose(document.data, start=document.start, needs_reason=False)
        except ComposeError:
            continue
        if isinstance(root, Mapping):
            yield root


def _environments(text: str) -> list[str]:
    found: list[str] = []
    for root in documents(_filled(text, "default")):
        environments = mapping(root, "environments")
        found += [key.value for key, _ in environments.pairs()] if environments is not None else []
    return found[:_MOST_ENVIRONMENTS] or ["default"]


def _filled(text: str, environment: str) -> str:
    """A helmfile for an environment; what else it computes is unknown."""
    text = _STEERS.sub("", text)
    return _EXPRESSION.sub(UNSET, _ENVIRONMENT.sub(lambda _: environment, text))


def _of_tilt(text: str) -> Iterator[Mapping]:
    """Each call of `helm` as the release of a helmfile, on the line of the call."""
    for call in _CALL.finditer(text):
        given = {found[1] or "chart": _strings(found[2]) for found in _ARGUMENT.finditer(call[1])}
        pairs = [item.partition("=") for item in given.get("set", [])]
        release = {
            "chart": "".join(given.get("chart", [])[:1]),
            "name": "".join(given.get("name", [])[:1]) or "release-name",
            **{key: given[key][0] for key in ("namespace",) if given.get(key)},
            "values": given.get("values", []),
            "set": [{"name": name, "value": value} for name, _, value in pairs],
        }
        line = text.count("\n", 0, call.start())
        root = compose(("\n" * line + json.dumps({"releases": [release]})).encode())
        if isinstance(root, Mapping):
            yield root


def _strings(text: str) -> list[str]:
    return [found[1] or found[2] or "" for found in _STRING.finditer(text)]
