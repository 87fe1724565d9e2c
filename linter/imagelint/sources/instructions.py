"""Scripts and texts beside manifests that say what is filled in before these are applied, and what is built for them.

The files of a project at the root of its repository also say which organisation it belongs to.

They are only searched, never run.
"""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts
from imagelint.kubelet.reference import has_version
from imagelint.text.bounded import is_within
from imagelint.text.paths import shown, upward, work_tree
from imagelint.text.places import SourceId
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from imagelint.facts.builders.tools import Artifact
    from imagelint.facts.input import Input

# What is searched of a tree, at most.
MOST_INSTRUCTIONS = 1000
_SUFFIXES = (".md", ".adoc", ".rst", ".sh", ".bash", ".mk", ".ps1")
_PIPELINES = frozenset(
    {
        *(".gitlab-ci.yml", "cloudbuild.yaml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".travis.yml"),
        *(".goreleaser.yml", ".goreleaser.yaml", "docker-bake.hcl", "azure.yaml"),
    }
)
_NAMES = _PIPELINES | {
    *("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml", "README"),
    "Jenkinsfile",
}
# Those at the root of a repository name its organisation; see `facts/builders/projects.py`.
PROJECT_FILES = frozenset({"go.mod", "PROJECT", "package.json", "Cargo.toml", "pyproject.toml", "pom.xml"})
_WORKFLOWS = ("/.github/workflows/", "/.circleci/")
# Folders of what is run for the folder around them.
_OF_SCRIPTS = frozenset(
    {
        *("hack", "script", "scripts", "ci", ".ci", "build", "make", "tools", "bin", "dev", "e2e"),
        *(".github", "workflows", ".circleci", ".buildkite", "test", "tests"),
    }
)
# Entries of a folder around the input that are looked at.
_MOST_AROUND = 500
# What a line has that replaces a placeholder, or asks the reader to.
_REPLACES = rb"(?i)\b(?:sed|yq|set|your)\b|\bs[/|#]|replac|substitut|chang|\bfill|\bedit|updat|modif"
# The definitions that controller-gen writes (`GROUP_PLURAL.yaml`), and Secrets that are not encrypted: nobody commits
# these.
_MADE = r"[a-z0-9.-]+\.[a-z0-9.-]+_[a-z0-9]+\.yaml|(?:[a-z0-9]+[-_.])*secrets?\.(?:ya?ml|json|env)"
# What a line has that writes a file.
_WRITES = rb"(?i)>|\b(?:tee|cp|mv|ln|curl|wget|create|generat\w*|render|write|copy|clone|rsync|envsubst)\b|\s-o\b"

_VARIABLE = r"(?a)\$\{?([A-Za-z_]\w*)"


def search(found: Input, instructions: Iterable[str], paths: Iterable[str]) -> None:
    """Look in the instructions of a tree, and in those around it, for what they fill in, write and build."""
    placeholders = {source: held for source, facts in found.files.items() if (held := facts.placeholders)}
    missing = {posixpath.basename(remark.path) for unit in found.units.values() for remark in unit.refusals} - {""}
    is_open = any(_is_open(facts) for facts in found.files.values())
    if not (placeholders or missing or is_open):
        return
    around = (one for path in paths for one in instructions_around(path))
    files = [*dict.fromkeys((*instructions, *around))][:MOST_INSTRUCTIONS]
    texts = [path for path in files if not _is_dockerfile(path)]
    if placeholders:
        replaced = filled_in({one for held in placeholders.values() for one in held}, texts)
        found.filled_in = {
            source
            for source, held in placeholders.items()
            if replaced.issuperset(held) or filled_in_as_commented(source.path, held)
        }
    if missing:
        _note_made(found, made(missing, texts))
    if is_open:
        _note_built(found, built(texts))
        # Its images are its own only if it builds any.
        if len(texts) < len(files):
            _note_built(found, homes(texts, paths))


def _note_built(found: Input, artifacts_of: Iterable[tuple[str, tuple[Artifact, ...]]]) -> None:
    for path, artifacts in artifacts_of:
        if not artifacts:
            continue
        facts = found.files.get(SourceId(path), FileFacts())
        found.files[SourceId(path)] = facts._replace(artifacts=(*facts.artifacts, *artifacts))


def _note_made(found: Input, names: set[str]) -> None:
    """Note of files that are missing that a script may write them."""
    for unit in found.units.values():
        remarks = (
            remark._replace(is_made=True) if posixpath.basename(remark.path) in names else remark
            for remark in unit.refusals
        )
        found.files[unit.id] = found.files[unit.id]._replace(refusals=tuple(remarks))


def _is_open(facts: FileFacts) -> bool:
    """Whether a file has an image that may be built beside it: without a tag of its own, or without a registry."""
    images = (container.image.value for pod in facts.pods for container in pod.containers if container.image)
    return any("/" not in image or not has_version(image) or image.endswith(":latest") for image in images)


def is_instruction(path: str) -> bool:
    """Whether a file has instructions for the manifests around it, for people or machines."""
    name = path.rpartition("/")[2]
    if name.endswith(_SUFFIXES) or name in _NAMES or name in PROJECT_FILES:
        return True
    return _is_workflow(path) or _is_dockerfile(path)


def _is_dockerfile(path: str) -> bool:
    """Whether a file is the recipe of an image that is published; that of a development container is not."""
    name = path.rpartition("/")[2]
    is_named = name.partition(".")[0] in {"Dockerfile", "Containerfile"} or name.lower().endswith(".dockerfile")
    return is_named and "/.devcontainer/" not in f"/{path}"


def _is_workflow(path: str) -> bool:
    return any(folder in f"/{path}" for folder in _WORKFLOWS)


def instructions_around(folder: str) -> Iterator[str]:
    """The instructions in the folders around one, up to the root of its work tree, and in their folders of scripts."""
    real = os.path.realpath(folder)
    tree = work_tree(real)
    if tree is None or real == tree:
        return
    # As the paths of the manifests are shown, if the working folder is in the tree.
    is_relative = is_within(os.getcwd(), tree)
    for above in upward(os.path.dirname(real)):
        for name in sorted(("", ".github/workflows", *_OF_SCRIPTS)):
            for path in _instructions_in(os.path.join(above, name) if name else above):
                yield os.path.relpath(path) if is_relative else path
        if above == tree:
            return


def _instructions_in(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            looked_at = islice(entries, _MOST_AROUND)
            names = [entry.name for entry in looked_at if entry.is_file(follow_symlinks=False)]
    except OSError:
        return
    paths = (os.path.join(folder, name) for name in sorted(names))
    yield from (path for path in paths if is_instruction(path.replace(os.sep, "/")))


def filled_in_as_commented(path: str, placeholders: Collection[str]) -> bool:
    """Whether comments in a manifest say of all its placeholders that they are replaced."""
    comments = [(line, line.partition(b"#")[2]) for _, text in _texts([path]) for line in text.splitlines()]
    replacing = b"\n".join(line for line, comment in comments if re.search(_REPLACES, comment))
    return bool(placeholders) and all(one.encode() in replacing for one in placeholders)


def made(names: Collection[str], paths: Iterable[str]) -> set[str]:
    """Those of the names of files that a line of one of the instructions may write, or that tools and people make."""
    found = {name for name in names if re.fullmatch(_MADE, name)}
    for _, text in _texts(paths):
        for name in (name for name in names if name not in found and name.encode() in text):
            token = re.compile(rb"(?<![\w.-])%s(?![\w-])" % re.escape(name.encode()))
            lines = (token.split(line) for line in text.splitlines())
            if any(len(parts) > 1 and re.search(_WRITES, b" ".join(parts)) for parts in lines):
                found.add(name)
    return found


def built(paths: Iterable[str]) -> Iterator[tuple[str, tuple[Artifact, ...]]]:
    """The files in which commands build images, under the paths that reports show, with these images."""
    from imagelint.facts.builders.commands import artifacts_of_commands

    for path, data in _texts(paths):
        place = shown(path)
        is_pipeline = place.rpartition("/")[2] in _PIPELINES or _is_workflow(place)
        yield _placed(path, artifacts_of_commands(data.decode("utf-8", "replace"), is_pipeline=is_pipeline))


def homes(paths: Iterable[str], inputs: Iterable[str]) -> Iterator[tuple[str, tuple[Artifact, ...]]]:
    """The files at the roots of inputs and of their work trees that name an organisation, with its images."""
    from imagelint.facts.builders.projects import artifacts_of_project

    real = {os.path.realpath(path) for path in inputs}
    roots = real | {tree for path in real if (tree := work_tree(path)) is not None}
    named = (path for path in paths if os.path.basename(path) in PROJECT_FILES)
    for path, data in _texts(path for path in named if os.path.dirname(os.path.realpath(path)) in roots):
        yield _placed(path, artifacts_of_project(os.path.basename(path), data.decode("utf-8", "replace")))


def _placed(path: str, artifacts: Iterable[Artifact]) -> tuple[str, tuple[Artifact, ...]]:
    """The path that reports show, and artifacts for the folder that a script is for."""
    place = shown(path)
    folder = _folder_for(posixpath.dirname(place))
    return place, tuple(artifact._replace(folder=folder) for artifact in artifacts)


def _folder_for(folder: str) -> str:
    """The folder that a script is for, relative to its own."""
    levels = 0
    while posixpath.basename(folder) in _OF_SCRIPTS:
        folder, levels = posixpath.dirname(folder), levels + 1
    return "/".join([".."] * levels) or "."


def filled_in(placeholders: Collection[str], paths: Iterable[str]) -> set[str]:
    """Those of the placeholders that one of the instructions says are replaced."""
    found: set[str] = set()
    variables: set[str] = set()
    uses_envsubst = False
    for _, text in _texts(paths):
        uses_envsubst = uses_envsubst or b"envsubst" in text
        found.update(one for one in placeholders if one not in found and _is_replaced(one, text))
        variables.update(one for one in placeholders if one not in variables and _is_named(one, text))
    # Scripts set variables in one file, and substitute them in another.
    return found | variables if uses_envsubst else found


def _texts(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        try:
            yield path, read_small(path)
        except (OSError, UnreadableError):
            continue  # it vanished, or may not be read


def _is_replaced(placeholder: str, text: bytes) -> bool:
    token = placeholder.encode()
    lines = (line for line in text.splitlines() if token in line) if token in text else ()
    return any(re.search(_REPLACES, line.replace(token, b" ")) for line in lines)


def _is_named(placeholder: str, text: bytes) -> bool:
    variable = re.match(_VARIABLE, placeholder)
    return variable is not None and re.search(rb"\b%s\b" % re.escape(variable[1].encode()), text) is not None
