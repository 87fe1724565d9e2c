"""Placeholders in manifests that scripts, texts and comments say are replaced before the manifests are applied."""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.kubelet.placeholders import find_placeholder, part_of_placeholder
from imagelint.sources.asked_edits import asked_edits, asks_to_edit, manifests_in
from imagelint.sources.instruction_names import is_history, is_of_azure, is_of_gradle, is_text, scope
from imagelint.sources.instructions import text_of_source
from imagelint.text.paths import folders_above, is_below, shown, work_tree
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.text.places import SourceId

# What a line has that replaces a placeholder, or asks the reader to.
_REPLACES = (
    r"(?i)\b(?:sed|yq|set(?![ \t]+-[a-z]+[ \t]*(?:$|;))|your)\b"
    r"|\bs[/|#]|replac|substitut|chang|\bfill|\bedit|updat|modif"
)
# How a script replaces what a list of it names, and what is around an item of such a list.
_REPLACES_EACH = r"(?i)-replace\b|\.replace(?:all)?\(|::replace\(|\bsed\b|\bgsub\b"
_AROUND_ITEM = " \t\"',@()-;"
# Comments of fields that a program sets: those of Flux's image automation and of kpt.
_SETTER = r"[ \t]*(?:kpt-set:|\{[ \t]*\"\$(?:imagepolicy|kpt-set|openapi)\")"
_VARIABLE = r"(?a)\$\{?([A-Za-z_]\w*)"
# Commands that write another image into a manifest: `yq -i '.spec…image = …'`, `yq w … image`, `sed 's|image: .*|…|'`.
_EDITS_IMAGE = (
    r"\byq\b.{0,300}\bimage[\w.\"\[\]]{0,80}[ \t]{0,9}\|?=[^=]|\byq[ \t]+w(?:rite)?\b.{0,300}\bimage"
    r"|\bsed\b.{0,300}\bimage:"
)
# A program that does: `container["image"] = …`.
_SETS_IMAGE = r"\[[\"']image[\"']\][ \t]{0,9}=(?!=)"
# What names a manifest.
_PATH = r"(?a)[\w./-]+"
# What Gradle puts into the files that it copies: `expand version: …`, `expand("version" to …)`, and the properties that
# every project has (`org.gradle.api.file.ContentFilterable`).
_EXPANDED, _KEY = r"\bexpand\b", r"[\"']?(\w+)[\"']?[ \t]*(?::|\bto\b)"
_MOST_EXPANDED, _OF_PROJECTS = 500, ("name", "group", "version")
# The variables that `envsubst` is limited to.
_SHELL_FORMAT = r"envsubst[ \t]+['\"]([^'\"]*)"
_MANIFESTS = (".yaml", ".yml", ".json")
# Looked for in one input, at most.
_MOST_PLACEHOLDERS = 200


class FilledIn:
    """The placeholders that instructions say are replaced."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._held = {source: held for source, facts in found.files.items() if (held := facts.placeholders)}
        self._by_path: dict[str, set[str]] = {}
        for source, held in self._held.items():
            self._by_path.setdefault(source.path, set()).update(held)
        # Those of files with few of them come first.
        every = dict.fromkeys(one for held in sorted(self._held.values(), key=len) for one in sorted(held))
        self._placeholders = frozenset(islice(every, _MOST_PLACEHOLDERS))
        self._variables = {
            one: variable[1] for one in self._placeholders if (variable := re.match(_VARIABLE, one)) is not None
        }
        # By the folders that instructions are for, and by the manifests that commands name.
        self._replaced: dict[str, set[str]] = {}
        self._assigned: set[str] = set()
        # The folders that instructions with `envsubst` are for.
        self._substituted: set[str] = set()
        # Manifests that a text asks its reader to edit.
        self._edited: set[str] = set()

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        folder, around = posixpath.dirname(shown(path)), _around(path)
        if is_text(path) and not is_history(path):
            self._read_asked_edits(text, [*folders_above(folder)])
        if "image" in text and ("yq" in text or "sed" in text):
            self._read_edits(text, [*folders_above(folder)])
        if re.search(_SETS_IMAGE, text):
            self._add_edited(manifests_in(text), [*folders_above(folder)])
        if "envsubst" in text:
            self._substituted.add(around)
            self._read_envsubst(text, [*folders_above(folder)])
        if os.path.basename(path) == "pom.xml":
            self._read_filtering(folder, text)
        replaced = self._replaced.setdefault(around, set())
        for one in self._placeholders - replaced:
            if lines := [*_replacing(one, text)]:
                replaced.add(one)
                self._note_named(one, lines)
        if not is_text(path) and re.search(_REPLACES_EACH, text):
            replaced |= self._placeholders.intersection(line.strip(_AROUND_ITEM) for line in text.splitlines())
        if self._variables and is_of_gradle(path):
            expanded = _expanded(text)
            replaced.update(one for one, name in self._variables.items() if name in expanded)
        words = frozenset(re.findall(r"(?a)\w+", text)) if self._variables else frozenset[str]()
        self._assigned.update(one for one, name in self._variables.items() if name in words)

    def _read_asked_edits(self, text: str, folders: Sequence[str]) -> None:
        """Look for manifests that a text names, by the path from its folder or from one above it, to be edited."""
        for edit in asked_edits(text):
            paths = (posixpath.normpath(posixpath.join(folder, edit.path)) for folder in folders)
            path = next((path for path in paths if path in self._by_path), None)
            line = edit.line
            if path is not None and (line is None or any(held in line for held in self._by_path[path])):
                self._edited.add(path)

    def _read_edits(self, text: str, folders: Sequence[str]) -> None:
        """Look for commands that write the image of a manifest, which they name from any folder."""
        for command in text.replace("\\\n", " ").splitlines():
            if re.search(_EDITS_IMAGE, command):
                self._add_edited(manifests_in(command), folders)

    def _add_edited(self, names: Iterable[str], folders: Sequence[str]) -> None:
        """Take in the manifests that are edited, by paths from any folder."""
        for name in names:
            paths = {posixpath.normpath(posixpath.join(folder, name)) for folder in folders}
            # In a folder that the commands are run in; a name alone may be that of another file.
            ends = [path for path in self._by_path if path.endswith(f"/{name.lstrip('./')}")] if "/" in name else []
            self._edited |= paths & self._by_path.keys() or ({*ends} if len(ends) == 1 else set())

    def _note_named(self, placeholder: str, lines: Iterable[str]) -> None:
        """Note the manifests that lines which replace a placeholder name, in whichever folder."""
        names = {name.rpartition("/")[2] for line in lines for name in manifests_in(line)}
        for path, held in self._by_path.items() if names else ():
            if placeholder in held and posixpath.basename(path) in names:
                self._replaced.setdefault(path, set()).add(placeholder)

    def _read_envsubst(self, text: str, folders: Sequence[str]) -> None:
        """Look for commands that name a manifest, from the folder of a script or from one above it."""
        for command in text.replace("\\\n", " ").splitlines():
            if "envsubst" in command:
                words = re.findall(_PATH, re.sub(_VARIABLE + r"\}?", "", command))
                named = [word.lstrip("/") for word in words if word.endswith(_MANIFESTS)]
                paths = {posixpath.normpath(posixpath.join(folder, path)) for path in named for folder in folders}
                limits = re.findall(_VARIABLE, " ".join(re.findall(_SHELL_FORMAT, command)))
                variables = {one for one, name in self._variables.items() if not limits or name in limits}
                for path in paths & self._by_path.keys():
                    self._replaced.setdefault(path, set()).update(variables)

    def _read_filtering(self, folder: str, text: str) -> None:
        """Look for folders whose files Maven filters."""
        from imagelint.sources.maven_filtering import filtered_folders

        for filtered in filtered_folders(text):
            start = posixpath.normpath(posixpath.join(folder, filtered.path)) + "/"
            for path, held in self._by_path.items():
                if path.startswith(start) and filtered.has(path.removeprefix(start)):
                    self._replaced.setdefault(path, set()).update(one for one in held if filtered.replaces(one))

    def note(self) -> None:
        """Note in the input whose placeholders are filled in."""
        self._found.filled_in = {
            written
            for source, held in self._held.items()
            if self._are_replaced(source.path, held)
            or source.path in self._edited
            or _filled_in_as_commented(text_of_source(self._found, source), held)
            for written in self._written(source)
        }

    def _written(self, source: SourceId) -> Iterator[SourceId]:
        """Where the placeholders of a file are written: for what is built, in one of its sources."""
        facts = self._found.files[source]
        images = (container.image for pod in facts.pods for container in pod.containers if container.image)
        for image in images:
            if (placeholder := find_placeholder(image.value)) is not None:
                part = part_of_placeholder(image.value, placeholder)
                yield facts.written(Place(source, image.span), part).source

    def _are_replaced(self, path: str, held: Collection[str]) -> bool:
        around = ("", *folders_above(path))
        replaced = set[str]().union(*(self._replaced.get(folder, ()) for folder in around))
        # Scripts set variables in one file, and substitute them in another.
        return replaced.union(() if self._substituted.isdisjoint(around) else self._assigned).issuperset(held)


def _around(path: str) -> str:
    """The folder, as reports show it, of the manifests that instructions are for; empty for all of the input.

    Azure runs pipelines, and the templates of these, at the root of their repository.
    """
    if not is_of_azure(path):
        return scope(shown(path))
    tree = work_tree(os.path.dirname(os.path.realpath(path)))
    return "" if tree is None or is_below(os.path.realpath(os.curdir), tree) else shown(tree)


def _expanded(text: str) -> set[str]:
    """The variables that a build script of Gradle replaces in files."""
    found: set[str] = set()
    for match in re.finditer(_EXPANDED, text):
        written = text[match.end() : match.end() + _MOST_EXPANDED]
        found.update(re.findall(_KEY, written))
        if re.match(r"[ \t(]*(?:project\.)?properties\b", written):
            found.update(_OF_PROJECTS)
    return found


def _replacing(placeholder: str, text: str) -> Iterator[str]:
    """The lines of a text that replace a placeholder, or ask the reader to."""
    for line in text.splitlines() if placeholder in text else ():
        if placeholder in line and re.search(_REPLACES, line.replace(placeholder, " ")):
            yield line


def _filled_in_as_commented(text: str, placeholders: Collection[str]) -> bool:
    """Whether comments in a manifest say of all its placeholders that they are replaced, or of the lines with them."""
    lines = [(line, line.partition("#")[2]) for line in text.splitlines()]
    replacing = "\n".join(_with_the_line_below(lines))
    uses_envsubst = any("envsubst" in comment for _, comment in lines)
    return 0 < len(placeholders) <= _MOST_PLACEHOLDERS and all(
        one in replacing or (uses_envsubst and re.match(_VARIABLE, one)) for one in placeholders
    )


def _with_the_line_below(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The lines with comments that ask to replace something, and the lines that these comments are above."""
    asks = False
    for line, comment in lines:
        if asks or re.match(_SETTER, comment) or re.search(_REPLACES, comment):
            yield line
        is_comment = line.lstrip().startswith("#")
        asks = is_comment and (asks or asks_to_edit(comment))
