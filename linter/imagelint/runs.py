"""Which configuration applies to which input: the nearest one upward from it, and the run that follows from it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from imagelint.config.charts import ChartSettings
from imagelint.config.configuration import Configuration
from imagelint.config.search import Search, Searches
from imagelint.linting.check import enabled
from imagelint.linting.selection import path_matches
from imagelint.text.errors import UserFileError
from imagelint.text.paths import shown
from imagelint.text.records import NamedTuple
from imagelint.text.source import STDIN, STDIN_NAME
from imagelint.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from imagelint.linting.rule import Rule
    from imagelint.text.places import SourceId
    from imagelint.world.inventory import Inventory
    from imagelint.world.knowledge.base import Knowledge

T = TypeVar("T")

# Of a run before what is known has been read.
NO_WORLD = World()
# Selects every rule on the command line.
EVERY_RULE = "ALL"


class Run(NamedTuple):
    """Inputs of the command line to which one configuration applies."""

    configuration: Configuration
    paths: tuple[str, ...]
    # The built-in rules and those of the configuration.
    rules: tuple[Rule, ...]
    stdin_name: str = STDIN_NAME
    world: World = NO_WORLD
    # Sentences for the user about what was not read.
    notes: tuple[str, ...] = ()

    @property
    def inputs(self) -> frozenset[str]:
        """The inputs, by the paths that reports show; `.` is all that lies below the working folder."""
        return frozenset(self.stdin_name if path == STDIN else shown(path) for path in self.paths)

    def chart(self, path: str) -> ChartSettings:
        """How a chart is rendered, given the path of its folder."""
        relative = self.configuration.selection.relative(path)
        charts = self.configuration.charts
        found = [settings for glob, settings in charts if glob == relative or path_matches(relative, (glob,))]
        if not self.configuration.renders:
            return ChartSettings(is_off=True)
        return found[-1] if found else ChartSettings()

    def excludes(self, path: str) -> bool:
        """Whether the configuration leaves a file out of a walk."""
        globs = self.configuration.exclude
        return bool(globs) and path_matches(self.configuration.selection.relative(path), globs)


def enabled_rules(runs: Sequence[Run]) -> list[Rule]:
    """The rules that any of the runs runs, in the order of the manual, users' own ones after them."""
    rules: dict[str, Rule] = {}
    ran: set[str] = set()
    for run in runs:
        rules |= {rule.name: rule for rule in run.rules if rule.name not in rules}
        ran |= enabled(run.rules, run.world.settings, run.configuration.selection).keys()
    return [rule for rule in rules.values() if rule.name in ran]


class RunsByInput:
    """Runs by their inputs: a file is looked up once, not in each of them."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs
        self._by_input: dict[str, list[int]] = {}
        # Of the folders that files were looked up in.
        self._by_folder: dict[str, set[int]] = {}
        for number, run in enumerate(runs):
            for name in run.inputs:
                self._by_input.setdefault(name, []).append(number)

    def own(self, sources: Iterable[SourceId]) -> list[tuple[Run, set[SourceId]]]:
        """Each run with those of some sources that belong to its inputs."""
        found: list[set[SourceId]] = [set() for _ in self._runs]
        for source in sources:
            for number in self._of(source.path):
                found[number].add(source)
        return [*zip(self._runs, found, strict=True)]

    def exclude(self, path: str) -> bool:
        """Whether the configuration of a file excludes it."""
        return any(self._runs[number].excludes(path) for number in self._of(path))

    def nearest(self, path: str) -> Run | None:
        """The run of the input that is nearest to a file, if any."""
        found = (self._by_input[name] for name in (*_upward(path), ".") if name in self._by_input)
        return next((self._runs[numbers[-1]] for numbers in found), None)

    def _of(self, path: str) -> set[int]:
        folder = path.rpartition("/")[0]
        if folder not in self._by_folder:
            names = (".", *_upward(folder))
            self._by_folder[folder] = {number for name in names for number in self._by_input.get(name, ())}
        return self._by_folder[folder].union(self._by_input.get(path, ()))


def _upward(path: str) -> Iterator[str]:
    """A path and the folders above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield "/"


def plan_runs(  # noqa: PLR0913 - each is an option of the command line
    paths: Sequence[str],
    rules: Sequence[Rule],
    *,
    config: str | None = None,
    isolated: bool = False,
    allow_plugins: bool = False,
    profile: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    tells_all: bool = False,
    no_ignores: bool = False,
    stdin_name: str = STDIN_NAME,
) -> list[Run]:
    """The inputs by configuration: `config` for all of them if it is given, none if `isolated`. Raises UserFileError.

    `select` and `ignore` hold names of rules or patterns of them, separated by commas.
    """
    by_file: dict[str | None, list[str]] = {}
    foreign: set[str] = set()
    searches = Searches()
    for path in paths:
        search = Search(config) if isolated or config else searches.upward_from(_place_of(path, stdin_name))
        foreign.update(search.foreign)
        by_file.setdefault(None if isolated else search.path, []).append(path)
    configurations = {file: _configuration(file, rules, allow_plugins=allow_plugins) for file in by_file}
    own_rules = [rule for configuration in configurations.values() for rule in configuration.own_rules]
    names = [rule.name for rule in (*rules, *own_rules)]
    only, off = _named(select, names), _named(ignore, names)
    runs: list[Run] = []
    for file, given in by_file.items():
        own = configurations[file].selection
        selection = own._replace(
            profile=profile or own.profile,
            only=only,
            off=off,
            tells_all=tells_all or own.tells_all,
            no_ignores=no_ignores,
        )
        configuration = configurations[file]._replace(selection=selection)
        runs.append(Run(configuration, tuple(given), (*rules, *configuration.own_rules), stdin_name))
    notes = tuple(
        f"{shown(path)}: belongs to another user, not used; `--config {shown(path)}` uses it"
        for path in sorted(foreign)
    )
    return [run._replace(notes=notes if number == 0 else ()) for number, run in enumerate(runs)]


def _configuration(file: str | None, rules: Sequence[Rule], *, allow_plugins: bool) -> Configuration:
    if file is None:
        return Configuration()
    from imagelint.config.file import load_configuration

    return load_configuration(file, rules, allow_plugins=allow_plugins)


def _place_of(path: str, stdin_name: str) -> str:
    if path != STDIN:
        return path
    return "." if stdin_name == STDIN_NAME else stdin_name


def _named(given: Sequence[str], rules: Collection[str]) -> frozenset[str]:
    names = [name.strip() for part in given for name in part.split(",") if name.strip()]
    return frozenset(rule for name in names for rule in _matching(name, rules))


def _matching(name: str, rules: Collection[str]) -> list[str]:
    """The rules that a name or a pattern means. Raises UserFileError if there are none."""
    found = [rule for rule in rules if name in {rule, EVERY_RULE}]
    if "*" in name:
        from fnmatch import filter as matching

        found = matching(rules, name)
    if not found:
        from imagelint.config.file import unknown_rule

        raise UserFileError(unknown_rule(name, rules))
    return found


def in_worlds(
    runs: Iterable[Run], *, inventory: Sequence[str] = (), knowledge: Sequence[str] = (), today: date | None = None
) -> list[Run]:
    """The runs with what is known besides the manifests; what several of them name is read once. Raises UserFileError.

    What the command line gives comes before the configuration.
    """
    inventories, bases = _read_once(_inventory), _read_once(_knowledge)
    found: list[Run] = []
    for run in runs:
        configuration = run.configuration
        lists, files = tuple(inventory) or configuration.inventory, (*configuration.knowledge, *knowledge)
        folder = None if inventory or not lists else configuration.selection.folder
        tree = None if folder is None else _tree_of(folder)
        world = World(
            settings=configuration.settings,
            knowledge=bases(files) if files else None,
            inventory=inventories(lists, tree, configuration.inventory_is_complete) if lists else None,
            today=today,
        )
        found.append(run._replace(world=world))
    return found


def _read_once(read: Callable[..., T]) -> Callable[..., T]:
    """Like a function of files, for files that each folder names by another path, such as `f1/../images.txt`."""
    known: dict[tuple[object, ...], T] = {}

    def of(files: tuple[str, ...], *more: object) -> T:
        key = (tuple(map(os.path.realpath, files)), more)
        if key not in known:
            known[key] = read(files, *more)
        return known[key]

    return of


def _tree_of(folder: str) -> str:
    from imagelint.config.containment import tree_of

    return tree_of(folder)


def _inventory(lists: tuple[str, ...], tree: str | None, is_complete: bool) -> Inventory:
    """The inventory in some files; if a configuration names them, only inside of the work tree it is in."""
    from imagelint.world.inventory import read_inventory

    return read_inventory(lists, is_complete=is_complete, tree=tree)


def _knowledge(files: tuple[str, ...]) -> Knowledge:
    from imagelint.config.added_knowledge import read_knowledge

    return read_knowledge(files)
