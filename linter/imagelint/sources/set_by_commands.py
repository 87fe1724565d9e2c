"""Values of charts that a script, a pipeline or a text sets where it installs the chart.

What the values file has there is not what is deployed: a placeholder to be replaced, or the tag of a first try.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.input import SetValue
from imagelint.facts.kinds import is_values_file
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.sources.charts.chart_documents import read_mapping
from imagelint.sources.charts.values import leaves, steps_of
from imagelint.sources.instruction_names import is_text
from imagelint.sources.instructions import text_of_source
from imagelint.text.globs import glob_matches
from imagelint.text.nodes import written
from imagelint.text.paths import folders_above, inside, shown
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from imagelint.facts.input import Input
    from imagelint.text.nodes import Path, Scalar

_MOST_INSTALLS = 200
# What installs a chart for tests says nothing of the other releases.
_OF_TESTS = r"(?i)(?:\A|[/_.-])(?:e2e|tests?|testing|integration)(?:[/_.-]|\Z)"
# Variables of Terraform and functions, which `Variables` does not know: `${path.module}/charts/web`.
_UNKNOWN = r"\$\{[^{}\n]{0,80}\}"
# The defaults of a chart that is elsewhere, kept to be compared with.
_KEPT = "(?:defaults?|orig|original|upstream)"
_DEFAULTS = rf"(?i)(?:values[-_.]{_KEPT}|{_KEPT}[-_.]values)\.ya?ml"
_SHOWN = r"(?m)\bhelm[ \t]+(?:show|inspect)[ \t]+values\b[^\n>]{0,400}>[ \t]*[\"']?([^\s\"';&|]{1,300})"


class _Command(NamedTuple):
    """A command that installs a chart, with what it sets on top of each of its values files."""

    path: str
    # From below to above: the values of the chart, and the files that the command names.
    files: tuple[str, ...]
    values: Mapping[Path, str]


class SetByCommands:
    """The values in the files of an input that commands set."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._files = {source.path for source in found.files if is_values_file(source.path)}
        folders = {posixpath.dirname(path) or "." for path in self._files}
        self._charts = {folder for folder in folders if os.path.isfile(posixpath.join(folder, "Chart.yaml"))}
        self._commands: list[_Command] = []
        # Files that commands take values from, each with one of those.
        self._taken: dict[str, str] = {}
        # Files that the defaults of a chart are written to.
        self._shown: dict[str, str] = {}
        self._read: dict[str, dict[Path, Scalar]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        if "helm" not in text.lower() or len(self._commands) >= _MOST_INSTALLS:
            return
        from imagelint.sources.helm_commands import installs

        files_shown, commands = re.findall(_SHOWN, text.replace("\\\n", " ")), [*installs(text)]
        if not files_shown and not commands:
            return
        place = _Place(path, text)
        for file in files_shown:
            self._shown |= dict.fromkeys(place.named(file, self._files), shown(path))
        for install in commands:
            files = [named for file in install.files if (named := place.named(file, self._files))]
            self._taken |= dict.fromkeys((one for named in files for one in named), shown(path))
            charts: list[str] = []
            for word in reversed(install.words):
                charts = charts or place.named(word, self._charts)
            values = {steps_of(name): value for name, value in install.values}
            for own in [inside(chart, "values.yaml") for chart in charts] or [""]:
                self._commands += (_Command(shown(path), layers, values) for layers in _layers(own, files))

    def note(self) -> None:
        """Note in the input which values commands set, and which files are kept to be compared with."""
        for path in self._files:
            commands = [command for command in self._commands if path in command.files]
            found = tuple(self._set_in(path, commands)) if commands else ()
            if found:
                self._found.set_by_commands[SourceId(path)] = found
        for path in self._files - self._taken.keys():
            reason = self._kept_beside(path) if re.fullmatch(_DEFAULTS, posixpath.basename(path)) else None
            if reason is not None:
                self._found.unlisted.setdefault(SourceId(path), reason)

    def _set_in(self, path: str, commands: Collection[_Command]) -> Iterator[SetValue]:
        """The values that all scripts set which take the file; of a placeholder one does, or a text says so."""
        scripts = [one for one in commands if not is_text(one.path) and not re.search(_OF_TESTS, one.path)]
        above = {id(command): self._above(path, command) for command in commands}
        keys = {steps for values in above.values() for steps in values}
        for steps, scalar in ((steps, scalar) for steps, scalar in self._leaves(path).items() if steps in keys):
            setting = [one for one in commands if steps in above[id(one)] and above[id(one)][steps] != scalar.value]
            is_open = not scalar.value or find_placeholder(scalar.value) is not None
            if setting and (is_open or (scripts and all(one in setting for one in scripts))):
                first = next((one for one in setting if one in scripts), setting[0])
                yield SetValue(scalar.span, written(steps), first.path)

    def _above(self, path: str, command: _Command) -> dict[Path, str]:
        """What a command sets on top of one of its files."""
        files = command.files[command.files.index(path) + 1 :]
        found = {steps: scalar.value for file in files for steps, scalar in self._leaves(file).items()}
        return {**found, **command.values}

    def _leaves(self, path: str) -> dict[Path, Scalar]:
        if path not in self._read:
            root = read_mapping(text_of_source(self._found, SourceId(path)).encode())
            self._read[path] = dict(leaves(root)) if root is not None else {}
        return self._read[path]

    def _kept_beside(self, path: str) -> str | None:
        """Why nobody deploys the defaults of a chart: a command takes the file beside them, or one writes them."""
        folder = posixpath.dirname(path)
        beside = (taken for taken in sorted(self._taken) if posixpath.dirname(taken) == folder)
        named = next(beside, None)
        if named is not None:
            return f"`{self._taken[named]}` uses {posixpath.basename(named)} beside it"
        return f"by `{self._shown[path]}`, these are the defaults of a chart" if path in self._shown else None


def _layers(own: str, files: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The values files of a command from below to above; a variable in one may mean several, each of them alone."""
    for number in range(max(map(len, files), default=1)):
        yield (own, *(named for names in files if (named := names[min(number, len(names) - 1)]) != own))


class _Place:
    """One of the instructions, with the values of its variables, as the place that its paths begin from."""

    def __init__(self, path: str, text: str) -> None:
        from imagelint.facts.builders.script_variables import Variables

        self._folders = [*folders_above(posixpath.dirname(shown(path)))]
        self._variables = Variables(text)

    def named(self, word: str, known: set[str]) -> list[str]:
        """The paths among those that are known which a word of a command means; a variable may be a part of one."""
        for value in self._variables.values(re.sub(_UNKNOWN, self._known, word)):
            # A folder that is not known may be that of the script, or one above it.
            path = value.lstrip("*$").lstrip("/") if value.startswith(("*/", "$/", "/")) else value
            if path.strip("*/") and (found := self._among(path, known)):
                return found
        return []

    def _known(self, variable: re.Match[str]) -> str:
        return variable[0] if re.fullmatch(r"(?a)\$\{\w+\}", variable[0]) else "*"

    def _among(self, path: str, known: set[str]) -> list[str]:
        for folder in self._folders:
            full = posixpath.normpath(posixpath.join(folder, path))
            found = {one for one in known if _is_path(full, one)} if "*" in path and "/" in path else known & {full}
            if found:
                return sorted(found)
        # From a folder that the command is run in.
        plain = path.removeprefix("./")
        ends = [one for one in known if one.endswith(f"/{plain}")] if plain != path or "/" in plain else []
        return ends if len(ends) == 1 and "*" not in plain and not plain.startswith("..") else []


def _is_path(glob: str, path: str) -> bool:
    globs, parts = glob.split("/"), path.split("/")
    return len(globs) == len(parts) and all(map(glob_matches, globs, parts))
