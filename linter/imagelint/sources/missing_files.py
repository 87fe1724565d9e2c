"""Files that kustomizations list and the repository lacks: those that something writes before they are built."""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.instructions import text_of_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Remark

# The definitions that controller-gen writes (`GROUP_PLURAL.yaml`), and Secrets that are not encrypted: nobody commits
# these. And what `flux bootstrap` writes and commits (flux2 v2.6,
# `pkg/manifestgen/install/options.go` and `sync/options.go`), and `operator-sdk generate kustomize manifests` before it
# makes a bundle of them (operator-sdk v1.40, `internal/cmd/operator-sdk/generate/kustomize/manifests.go`).
_MADE = (
    r"[a-z0-9.-]+\.[a-z0-9.-]+_[a-z0-9]+\.yaml|(?:[a-z0-9]+[-_.])*secrets?\.(?:ya?ml|json|env)"
    r"|gotk-(?:components|sync)\.yaml|[a-z0-9.-]+\.clusterserviceversion\.yaml"
)
# What a line has that writes a file.
_WRITES = r"(?i)>|\b(?:tee|cp|mv|ln|curl|wget|create|generat\w*|render|write|copy|clone|rsync|envsubst)\b|\s-o\b"
# The same of a line of a script in a manifest, where most lines are none.
_COMMANDS = r">>?[ \t]|\b(?:tee|cp|mv|curl|wget|rsync|envsubst)[ \t]"

# Commands that copy folders, and what a script assigns to variables: `BOM=${BOM:-scripts/bom}`.
_COPY = r"\b(?:cp|rsync)[ \t][^\n;|&]*"
_ASSIGNED = r"(?m)^[ \t]*(?:export[ \t]+)?(\w+)=[\"']?(?:\$\{\w+:-)?([\w./-]+)"
_MOST_COPIED = 1000
# What is added to the name of a file that something, or somebody, makes of the file.
_OF_TEMPLATES = (".in", ".tmpl", ".template", ".tpl", ".j2", ".example", ".sample", ".dist")

# No file system has longer names, and nobody writes longer paths into scripts.
_LONGEST_NAME = 255
_PATH = r"[\w./-]+"
# A path to where no repository is, unless it is only the end of one: `$ROOT/tmp/web.yaml`.
_ELSEWHERE = (
    r"(?<![\w})~*.-])(?<![\w})~*.-][\"'])/(?:tmp|etc|var|dev|proc|root|home|usr|opt)/[\w./-]*"
    r"|(?:~|\$HOME|\$\{HOME\}|\$TMPDIR|\$\{TMPDIR\})/[\w./-]*"
)
# A part of a path, without dots behind it.
_NAME = r"\.?[\w-]+(?:\.+[\w-]+)*"
# Commands that read the files which they name with `-f`.
_READS = r"\b(?:kubectl|oc|rm)[ \t][^;&|>`]*"
_READ = r"[ \t](?:-r?f|--filename)[ \t=]+[\w./-]+"
# A command that keeps the name of a file in a folder that comes last.
_COPIES = r"\b(?:cp|mv|ln|install|rsync)[ \t]"


# One of them is in each manifest with such a line, and in few others: they are searched much faster than patterns.
_WORDS = ("tee", "cp", "mv", "ln", "install", "curl", "wget", "rsync", "envsubst")
_MARKS = (">", *(word + blank for word in _WORDS for blank in " \t"))


class Made:
    """The missing files that a line of instructions may write, or that tools and people make.

    A file is meant by its name, or by its folder and name if other files of the input are called like it.
    """

    def __init__(self, found: Input) -> None:
        self._found = found
        parts = {part for source in found.files for part in source.path.split("/")}
        remarks = (remark for unit in found.units.values() for remark in unit.refusals if remark.path)
        self._missing = {remark: _name_of(remark, parts) for remark in remarks}
        self._names = {name for name in self._missing.values() if len(name) <= _LONGEST_NAME}
        self._files = {posixpath.basename(name) for name in self._names}
        # The folders that scripts copy, and those that they copy to.
        self._copied: set[str] = set()
        self._filled: set[str] = set()
        self._made = {name for name in self._names if re.fullmatch(_MADE, posixpath.basename(name))}

    def read(self, _path: str, text: str) -> None:
        """Look in one of the instructions."""
        self._read(text, _WRITES)
        if ("cp" in text or "rsync" in text) and len(self._copied) < _MOST_COPIED:
            for folders in islice(_copied(text), _MOST_COPIED - len(self._copied)):
                self._copied.update(filter(_is_below, folders))
                self._filled.update(filter(_is_below, folders[-1:]))

    def note(self) -> None:
        """Look in the manifests whose pods may run scripts, and note in the input what was found."""
        with_pods = (source for source, facts in self._found.files.items() if facts.pods and not source.part)
        for source in with_pods if self._names > self._made else ():
            text = text_of_source(self._found, source)
            if any(mark in text for mark in _MARKS):
                self._read(text, _COMMANDS)
        for unit in self._found.units:
            facts = self._found.files[unit]
            remarks = (remark._replace(is_made=True) if self._is_made(remark) else remark for remark in facts.refusals)
            self._found.files[unit] = facts._replace(refusals=tuple(remarks))

    def _is_made(self, remark: Remark) -> bool:
        return self._missing.get(remark) in self._made or _has_template(remark) or self._is_copied(remark)

    def _is_copied(self, remark: Remark) -> bool:
        """Whether a script copies the folder of the kustomization to where the other files are, or these to it."""
        folder = posixpath.dirname(remark.place.source.path)
        missing = posixpath.normpath(posixpath.join(folder, remark.path))
        return any(f"/{copied}/" in f"/{folder}/" for copied in self._copied) or any(
            f"/{filled}/" in f"/{missing}/" for filled in self._filled
        )

    def _read(self, text: str, writes: str) -> None:
        if self._files.isdisjoint(re.findall(_NAME, text)):
            return
        for line in re.sub(_ELSEWHERE, " ", text).splitlines():
            self._made |= self._names.intersection(_copied_in(line))
            written = self._names.intersection(_names_in(line)) and self._names.intersection(_names_in(_unread(line)))
            if written and re.search(writes, re.sub(_PATH, self._without_names, line)):
                self._made |= written

    def _without_names(self, path: re.Match[str]) -> str:
        return " " if not self._files.isdisjoint(_names_in(path[0])) else path[0]


def _has_template(remark: Remark) -> bool:
    """Whether beside a missing file is what it is made of: `config.yaml.in`."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(remark.place.source.path), remark.path))
    if not remark.path or posixpath.isabs(remark.path) or path.startswith(".."):
        return False
    return any(os.path.isfile(path + suffix) for suffix in _OF_TEMPLATES)


def _copied(text: str) -> Iterator[list[str]]:
    """The folders of each command of a script that copies, where to last."""
    values: dict[str, str] = {}
    for name, value in re.findall(_ASSIGNED, text):
        values.setdefault(name, value[:_LONGEST_NAME])
    for command in re.findall(_COPY, text):
        words = (word for word in re.findall(r"[\w./${}-]+", command)[1:] if len(word) <= _LONGEST_NAME)
        paths = (re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found[1], "$"), word) for word in words)
        # A variable that nothing here sets is a folder somewhere.
        yield [posixpath.normpath(path).strip("/").removeprefix("$/") for path in paths]


def _is_below(folder: str) -> bool:
    """Whether a path is of a folder in another, of which it does not matter where it is."""
    return "/" in folder and "$" not in folder and not folder.startswith(".") and len(folder) <= _LONGEST_NAME


def _name_of(remark: Remark, parts: set[str]) -> str:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(remark.place.path), remark.path))
    folder, name = posixpath.split(path)
    return posixpath.join(posixpath.basename(folder), name) if name in parts else name


def _names_in(text: str) -> Iterator[str]:
    """The names in the paths of a text, each also with its folder."""
    for path in re.findall(_PATH, text):
        folder, name = posixpath.split(path.rstrip("./"))
        yield name
        yield f"{posixpath.basename(folder)}/{name}"


def _unread(line: str) -> str:
    """A line without the files that its commands only read."""
    return re.sub(_READS, lambda command: re.sub(_READ, " ", command[0]), line)


def _copied_in(line: str) -> Iterator[str]:
    """What a line copies into a folder: `cp build/web.yaml config/base` makes `base/web.yaml`."""
    command = re.search(_COPIES, line)
    paths = re.findall(_PATH, line[command.end() :]) if command is not None else []
    folder = posixpath.basename(paths[-1].rstrip("/")) if paths else ""
    named = paths[:-1] if len(folder) <= _LONGEST_NAME else ()
    yield from (f"{folder}/{posixpath.basename(path)}" for path in named)
