"""Who creates an object that no manifest defines: a script, a program, or the reader of a text."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.index.artifacts import folders_of
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.facts.created import CreatedObject
    from imagelint.index.index import Index
    from imagelint.text.places import Place, SourceId


class Creator(NamedTuple):
    """A file with the command, the resource or the instruction that creates an object."""

    source: SourceId
    is_text: bool
    # What may create it, if the file only installs that.
    chart: str | None = None

    @property
    def phrase(self) -> str:
        """The end of a message that says so."""
        if self.chart is not None:
            return f"but `{self.source.path}` installs chart `{self.chart}` there, which may"
        return f"but `{self.source.path}` " + ("asks its reader to" if self.is_text else "does")


def creator_of(index: Index, kind: str, name: str, namespace: str | None, place: Place) -> Creator | None:
    """The first file that creates an object in a namespace, or does not say in which one; scripts come before texts.

    What a text says counts for the manifests of its folder, and below.
    """
    every = index.whole.join(_created).get((kind, name), ())
    here = [one for one in every if _may_be_in(namespace, one[1])]
    folders = {"", *folders_of(index.whole.files[place.source].written(place).source.path)}
    script = next((Creator(source, False, created.chart) for source, created in here if created.folder is None), None)
    text = next((Creator(source, True, created.chart) for source, created in here if created.folder in folders), None)
    return script or text


def _may_be_in(namespace: str | None, created: CreatedObject) -> bool:
    """Whether an object is created in a namespace, or may be; what a chart may create has to be in the same."""
    where = created.id.namespace
    return where == namespace or (created.chart is None and (namespace is None or where is None))


def script_in(index: Index, kind: str, name: str, namespace: str | None) -> Creator | None:
    """The first script that creates an object and states the namespace, or takes it from a variable.

    Where another namespace has the object, other scripts and texts may be about that one.
    """
    every = index.whole.join(_created).get((kind, name), ())
    scripts = (one for one in every if one[1].folder is None)
    found = (one for one in scripts if one[1].anywhere or one[1].id.namespace == namespace)
    return next((Creator(source, False, created.chart) for source, created in found), None)


def is_unlisted(index: Index, source: SourceId) -> bool:
    """Whether a file is beside a kustomization, and neither that nor another one deploys it."""
    return not source.part and posixpath.dirname(source.path) in index.whole.join(_kustomized)


def _kustomized(index: Index) -> frozenset[str]:
    """The folders with a kustomization."""
    files = index.files.items()
    return frozenset(posixpath.dirname(source.path) for source, facts in files if facts.kustomization is not None)


def _created(index: Index) -> dict[tuple[str, str], list[tuple[SourceId, CreatedObject]]]:
    """What is created, by kind and name, in the order of the files; last what charts may create that are not read."""
    rendered = {template.partition("/")[0] for facts in index.files.values() for template in facts.templates}
    found: dict[tuple[str, str], list[tuple[SourceId, CreatedObject]]] = {}
    for source in sorted(source for source, facts in index.files.items() if facts.created):
        for created in sorted(index.files[source].created, key=str):
            if created.chart not in rendered:
                found.setdefault((created.kind, created.id.name), []).append((source, created))
    for entries in found.values():
        entries.sort(key=lambda one: one[1].chart is not None)
    return found
