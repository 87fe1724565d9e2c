"""What is deployed together: the objects of a kustomization or a chart, built from several sources."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imagelint.text import nodes
    from imagelint.text.places import Place, SourceId
    from imagelint.text.trace import Trace


class Remark(NamedTuple):
    """Something to say about a place in a source of a unit."""

    place: Place
    message: str
    # The tool has an option that allows it.
    has_option: bool = False
    # What was written there, if it names a file or a folder that the message is about.
    path: str = ""
    # It is about a file that is missing, and that a script, a tool or a person may write before.
    is_made: bool = False
    # It changes nothing, and what it is for is there in a comment.
    is_dormant: bool = False
    # What may have been meant, for the end of the message.
    nearest: str = ""
    # The name and the kind of the object that is selected; the kind may be empty.
    selected: tuple[str, str] | None = None
    # The document of its source that it is about, if that cannot be parsed.
    document: int | None = None

    @property
    def text(self) -> str:
        """The message with its subject."""
        text = (f"`{self.path}` {self.message}" if self.path else self.message) + self.nearest
        return f"{text}, unless something writes it before" if self.is_made else text


class Unit(NamedTuple):
    """The objects that a kustomization deploys, or a chart with one set of values.

    The spans of `objects` are lines of the unit, which nobody wrote; `trace` leads from them to the sources.
    """

    id: SourceId
    # Once their facts are known, only those that deploy charts or may have values for them.
    objects: tuple[nodes.Mapping, ...]
    trace: Trace
    # What was read to build it, the kustomization itself among them.
    sources: frozenset[SourceId]
    # Where the real tool refuses to build it; what could be built without is in `objects`.
    refusals: tuple[Remark, ...] = ()
    # Entries of `images:` and patches that match nothing.
    unmatched: tuple[Remark, ...] = ()
    # What is not built, such as remote bases, with the reason; what it would add or change is not known.
    left_out: tuple[Remark, ...] = ()
    # Where the real tool finds nothing and refuses it, while this may be among objects that are missing here: they are
    # refused or left out, or a kustomization has none, since what builds it adds them, such as the output of a chart.
    unfound: tuple[Remark, ...] = ()
    # Patches whose objects may be among those, as they are in the end.
    unplaced: tuple[nodes.Mapping, ...] = ()
    # The defect of imagelint that ended the building, as for a file.
    crash: str | None = None
    # Files that objects are generated from and that are not here.
    unread: tuple[Remark, ...] = ()
    # The positions of these objects, whose content is not known, and whether a hash of it is added to their names.
    unknown: Mapping[int, bool] = MappingProxyType({})
    # The lines of its texts that are not known: a var has no value here.
    unknown_lines: frozenset[int] = frozenset()
    # Whether it was built at all, or what is built in a run had cost enough before; `left_out` has that.
    is_built: bool = True
    # Of a folder that an object of Flux or Argo CD deploys: the folder, and the object as people name it.
    folder: str | None = None
    deployed_by: str | None = None
    # The file with that object.
    deployed_in: SourceId | None = None
    # Of a chart: the set of values that it is rendered with.
    values: str = ""
    # Somebody deploys it with them; otherwise they are those that are in the chart.
    is_declared: bool = True
    # An object or a tool of the input installs it, whether or not all of its values are known.
    is_installed: bool = True
    # Of a chart: where templates have images of which these leave all or a part empty.
    left_empty: tuple[Place, ...] = ()
    # Of a chart: the value to change for another image, given its line, what it is, and what it should be.
    change: Callable[[int, str, str], tuple[Place, str, str] | None] | None = None
    # Of a chart with values for tests or examples: whether they decide what is in a line, given the file it is from.
    is_of_trial: Callable[[int, SourceId], bool] | None = None

    @property
    def kustomization(self) -> SourceId:
        """The file that it is built from: the kustomization, or `Chart.yaml`."""
        return self.id._replace(part="")

    @property
    def name(self) -> str:
        """The folder that people name it by, with the object that deploys it or the values of a chart."""
        folder = self.folder or self.id.path.rpartition("/")[0] or "."
        of_which = self.deployed_by or self.values
        return f"{folder} ({of_which})" if of_which else folder
