"""Who creates an object that no manifest defines: a script, a program, or the reader of a text."""

from __future__ import annotations

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

    @property
    def phrase(self) -> str:
        """The end of a message that says so, in two ways."""
        return f"but `{self.source.path}` " + ("asks its reader to" if self.is_text else "does")


def creator_of(index: Index, kind: str, name: str, namespace: str | None, place: Place) -> Creator | None:
    """The first file that creates an object in a namespace, or does not say in which one; scripts come before texts.

    What a text says counts for the manifests of its folder, and below.
    """
    every = index.whole.join(_created).get((kind, name), ())
    here = [one for one in every if namespace is None or one[1].id.namespace in {namespace, None}]
    folders = {"", *folders_of(index.whole.files[place.source].written(place).source.path)}
    script = next((source for source, created in here if created.folder is None), None)
    text = next((source for source, created in here if created.folder in folders), None)
    found = script or text
    return Creator(found, is_text=script is None) if found is not None else None


def script_in(index: Index, kind: str, name: str, namespace: str | None) -> Creator | None:
    """The first script that creates an object and states the namespace, or takes it from a variable.

    Where another namespace has the object, other scripts and texts may be about that one.
    """
    every = index.whole.join(_created).get((kind, name), ())
    scripts = ((source, created) for source, created in every if created.folder is None)
    found = next((source for source, created in scripts if created.anywhere or created.id.namespace == namespace), None)
    return Creator(found, is_text=False) if found is not None else None


def _created(index: Index) -> dict[tuple[str, str], list[tuple[SourceId, CreatedObject]]]:
    """What is created, by kind and name, in the order of the files."""
    found: dict[tuple[str, str], list[tuple[SourceId, CreatedObject]]] = {}
    for source in sorted(source for source, facts in index.files.items() if facts.created):
        for created in sorted(index.files[source].created, key=str):
            found.setdefault((created.kind, created.id.name), []).append((source, created))
    return found
