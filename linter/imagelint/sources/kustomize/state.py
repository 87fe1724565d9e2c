"""What is accumulated while a kustomization is built (`api/internal/accumulator/resaccumulator.go`)."""

from __future__ import annotations

from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark
from imagelint.sources.kustomize.budget import TooMuchError
from imagelint.sources.kustomize.field_specs import EMPTY, Config
from imagelint.sources.kustomize.fields import AbsentError, RefusedError, UncommittedError
from imagelint.sources.kustomize.layout import Layout, Parts, Segment
from imagelint.sources.kustomize.name_index import NameIndex
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from imagelint.sources.kustomize.budget import Budget
    from imagelint.sources.kustomize.resource import Gvk, ResId, Resource
    from imagelint.sources.kustomize.schemas import OpenApi, Types
    from imagelint.text.nodes import Node, Scalar
    from imagelint.text.places import Place, SourceId

# More objects than any cluster takes from one kustomization: overlays that multiply each other are an attack.
MAX_OBJECTS = 10_000
# What it costs to report a refusal.
_STEPS_FOR_REFUSAL = 10
# How many objects and texts of a base are put among others in a step.
_COPIES_IN_A_STEP = 20
# Longer than any name, and shorter than what would fill memory.
MAX_TEXT = 1024 * 1024


class Variable(NamedTuple):
    """An entry of `vars`: which field of which object its value is."""

    name: str
    target: ResId
    field: str
    place: Place


class State:
    """The objects so far, with what is to say about them. Transformers change it, each in its turn."""

    def __init__(self, layout: Layout, budget: Budget, openapi: OpenApi) -> None:
        self.layout = layout
        self.budget = budget
        self.openapi = openapi
        self.resources: list[Resource] = []
        self._index = NameIndex()
        # What `append` left, and the keys of that.
        self._added: list[Resource] = []
        self._keys: set[ResId] = set()
        self.config: Config = EMPTY
        # What a kustomization in it declares for the rest of the root: the document, and the types in it.
        self.declared: tuple[str, Types] | None = None
        self.variables: dict[str, Variable] = {}
        self.made: dict[int, Parts] = {}
        self.segments: set[Segment] = set()
        self.sources: set[SourceId] = set()
        # The real folders of all kustomizations in it.
        self.folders: set[str] = set()
        # Whether a bound or what comes before it ended it, so that it may be complete elsewhere.
        self.is_cut = False
        # Whether this is a Component that is referred to as a Kustomization: as a root it is fine.
        self.is_misplaced = False
        # Whether something was refused that objects would come from, or a file that is listed has none yet: Flux
        # writes its own components into one at the first run.
        self.lacks_objects = False
        # Whether a patch had a key more than once, so that an object may.
        self.has_repeated_keys = False
        self.refusals: dict[Remark, None] = {}
        # What is not found, and may be in a part that is missing.
        self.unfound: dict[Remark, None] = {}
        self.unmatched: dict[Remark, None] = {}
        self.left_out: dict[Remark, None] = {}
        # Strategic patches whose objects may be in a part that is missing.
        self.unplaced: list[Resource] = []
        # What patches deleted.
        self.deleted: list[Resource] = []
        # Files that generators read and that are not here.
        self.unread: dict[Remark, None] = {}

    @property
    def is_partial(self) -> bool:
        """Whether objects may be missing, so that nothing can be said of what is not found."""
        return bool(self.left_out) or self.lacks_objects

    def end_resources(self) -> None:
        """Note that objects are missing if files or bases were refused."""
        self.lacks_objects = self.lacks_objects or any(not remark.has_option for remark in self.refusals)

    def end_reading(self) -> None:
        """Note that all objects are here, but for those in files and bases that were refused.

        Where there is none, what builds it adds them: the output of a chart that an overlay changes.
        """
        self.end_resources()
        self.lacks_objects = self.lacks_objects or not self.resources

    @property
    def is_reusable(self) -> bool:
        """Whether another kustomization can be built from it, or from the same folder, with the same result."""
        return not (self.is_cut or self.is_misplaced)

    def refuse(
        self, place: Place, message: str, path: str = "", *, has_option: bool = False, nearest: str = ""
    ) -> None:
        """Report what kustomize refuses; `has_option`: unless an option allows it; `nearest`: what may be meant."""
        self._refuse(Remark(place, message, has_option, path, nearest=nearest))

    def refuse_document(self, place: Place, message: str, document: int | None) -> None:
        """Report a document of a file that kustomize cannot parse."""
        self._refuse(Remark(place, message, document=document))

    def _refuse(self, remark: Remark) -> None:
        self.budget.charge(_STEPS_FOR_REFUSAL)
        self.refusals[remark] = None

    def leave_out(self, place: Place, message: str, path: str = "") -> None:
        """Report what is not built here."""
        self.left_out[Remark(place, message, path=path)] = None

    def miss(self, remark: Remark) -> None:
        """Report what matches nothing, unless it may match what is missing."""
        if not self.is_partial:
            self.unmatched[remark] = None

    @contextmanager
    def attempt(self, place: Place) -> Generator[None]:
        """Go on where kustomize refuses a step, and report that."""
        try:
            yield
        except TooMuchError as error:
            self.is_cut = True
            self.leave_out(place, error.message)
        except UncommittedError as error:
            self.leave_out(place, error.message, error.path)
        except RefusedError as error:
            if not isinstance(error, AbsentError):
                self.refuse(place, error.message, error.path)
            elif self.is_partial:
                self.unfound[Remark(place, error.message)] = None
            else:
                self.refuse(place, error.message, nearest=error.nearest)
        except RecursionError:
            self.leave_out(place, "this is nested too deeply")

    def append(self, resources: Iterable[Resource], place: Place) -> None:
        """Add objects; one that is there already is refused."""
        # Many files are added one after the other: objects that nothing replaced since keep their keys.
        if self._added != self.resources:
            self._keys = {resource.id.key for resource in self.resources}
        known = self._keys
        for resource in resources:
            key = resource.id.key
            if key in known:
                self.refuse(place, f"there are several objects `{resource.id}`")
            elif len(self.resources) >= MAX_OBJECTS:
                self.leave_out(place, f"there are more than {MAX_OBJECTS:,} objects")
                break
            else:
                known.add(key)
                self.resources.append(resource)
        self._added = [*self.resources]

    def demand_unique(self, what: str) -> None:
        """Raises RefusedError, and leaves the first of them, if something made several objects the same."""
        unique = self._index.unique(self.resources)
        if len(unique) < len(self.resources):
            kept = {*map(id, unique)}
            repeated = sorted({str(one.id) for one in self.resources if id(one) not in kept})
            more = f" and {len(repeated) - 1} more" if len(repeated) > 1 else ""
            self.resources = unique
            raise RefusedError(f"{what} makes several objects the same: `{repeated[0]}`{more}")

    def put(self, number: int, resource: Resource) -> None:
        """Replace an object."""
        self._index.put(self.resources, number, resource)

    def absorb(self, other: State, place: Place) -> None:
        """Add what another kustomization was built to. Raises TooMuchError."""
        self.budget.spend((len(other.resources) + len(other.made)) // _COPIES_IN_A_STEP)
        self.note(other)
        self.config = self.config.merged(other.config)
        self.lacks_objects = self.lacks_objects or other.lacks_objects
        before = len(self.refusals)
        self.append(other.resources, place)
        # Where objects are refused because their base is there twice, so are its vars: kustomize reports one of them.
        is_refused = len(self.refusals) > before
        for variable in other.variables.values():
            if not (is_refused and variable.name in self.variables):
                self.add_variable(variable)

    def note(self, other: State) -> None:
        """Remember what another kustomization was built of, and what is to say about it."""
        self.declared = self.declared or other.declared
        self.made |= other.made
        self.segments |= other.segments
        self.sources |= other.sources
        self.folders |= other.folders
        self.is_cut = self.is_cut or other.is_cut
        self.has_repeated_keys = self.has_repeated_keys or other.has_repeated_keys
        self.refusals |= other.refusals
        self.unfound |= other.unfound
        self.unmatched |= other.unmatched
        self.left_out |= other.left_out
        self.unread |= other.unread
        self.unplaced += other.unplaced
        self.deleted += other.deleted

    def reabsorb(self, place: Place) -> None:
        """Add what there is once more, as kustomize does behind a component: what is there twice by now is refused."""
        resources, self.resources = self.resources, []
        self.append(resources, place)
        self.config = EMPTY.merged(self.config)

    def add_variable(self, variable: Variable) -> None:
        """Add a var; one of the same name is refused."""
        if variable.name in self.variables:
            self.refuse(variable.place, f"there are several vars `{variable.name}`")
        else:
            self.variables[variable.name] = variable

    def parts(self, node: Node) -> Parts:
        """Where the text of a node was written."""
        line = node.span.line
        return self.made.get(line) or Parts.one(self.layout.segment(line).origin(node.span))

    def is_written(self, node: Node) -> bool:
        """Whether a node is as a file has it."""
        return node.span.line not in self.made

    def make(self, value: str, parts: Parts, *, plain: bool = False) -> Scalar:
        """A scalar that was made of others. Raises RefusedError if it is too long to be meant."""
        if len(value) > MAX_TEXT:
            raise RefusedError("a text becomes too long")
        scalar = self.layout.scalar(value, plain=plain)
        self.made[scalar.span.line] = parts
        return scalar

    def make_unknown(self, old: Scalar) -> Scalar:
        """A scalar whose text is not known: as it is, something is still to be put into it."""
        return self.make(old.value, self.parts(old)._replace(is_known=False), plain=old.plain)

    def is_unknown(self, scalar: Scalar) -> bool:
        """Whether the text of a scalar is not known."""
        parts = self.made.get(scalar.span.line)
        return parts is not None and not parts.is_known

    def matching(self, id: ResId) -> list[int]:  # noqa: A002 - the field of a resource
        """The positions of the objects that have an identity, or had it."""
        key = id.key
        self.budget.spend(1 + len(self.resources) // 500)
        found = self._index.named(self.resources, key.name)
        return [number for number in found if self.resources[number].has_key(key)]

    def beginning(self, prefix: str) -> list[int]:
        """The positions of the objects with a name, or an earlier one, that may begin like this."""
        self.budget.spend(1 + len(self.resources) // 500)
        return self._index.beginning(self.resources, prefix)

    def only(self, id: ResId) -> int:  # noqa: A002 - as above
        """The position of the only object with an identity. Raises RefusedError."""
        found = self.matching(id)
        if len(found) == 1:
            return found[0]
        if found:
            raise RefusedError(f"multiple matches for Id {id}")
        raise AbsentError(f"no matches for Id {id}", self.nearest(id.name, kind=id.gvk))

    def nearest(self, name: str, *, kind: Gvk | None = None) -> str:
        """The object that may have been meant, for a message."""
        return self.did_you_mean(
            name, ((own.name, own) for resource in self.resources for own in resource.ids if kind in {None, own.gvk})
        )

    def did_you_mean(self, word: str, known: Iterable[tuple[str, ResId | None]], *, cutoff: float = 0.65) -> str:
        """The nearest of some names or kinds, for the end of a message; or the object that has this one.

        `cutoff` is that of `difflib.get_close_matches`. None is found any more once very many were compared.
        """
        objects = dict(known) if self.budget.compares(len(self.resources)) else {}
        if word in objects:
            return f"; there is `{objects[word]}`" if objects[word] else ""
        if any("${" in name for name in objects):
            from imagelint.sources.kustomize.substitution import clause_about_variables

            if clause := clause_about_variables(word, objects):
                return clause
        is_compared = self.budget.compares(len(objects))
        found = get_close_matches(word, sorted(objects), n=1, cutoff=cutoff) if is_compared else []
        return f"; did you mean `{found[0]}`?" if found else ""
