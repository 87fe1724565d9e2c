"""Which files and folders of a walk may hold manifests, judged by their names and a look at their first bytes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from imagelint.facts.kinds import KUSTOMIZATION_FILES, is_values_file
from imagelint.text.bounded import VERSION_CONTROL
from imagelint.text.paths import folders_above, upward
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

# Why entries are left out, unless git tracks them.
UNTRACKED, IGNORED = "not tracked by git", "ignored by git"
CACHE, TOOL = "a cache or an environment", "a folder of tools"
_SUFFIXES = (".yaml", ".yml", ".json")
# What templates of manifests are called, mostly after the suffix of what they are rendered to.
_TEMPLATE_SUFFIXES = (
    *(".tmpl", ".tpl", ".template", ".j2", ".jinja", ".jinja2", ".in", ".gotmpl", ".tftpl", ".erb", ".envsubst"),
    *(".mustache", ".hbs", ".liquid", ".ejs", ".dist", ".sample", ".example"),
)
# Packages, caches and environments: often large, and not the project's own, unless git tracks them.
_TOOLS = frozenset({"node_modules", ".terraform", "__pycache__", ".venv", ".tox", ".mypy_cache"})
SKIPPED_FOLDERS = _TOOLS | VERSION_CONTROL
_SKIPPED_FILES = frozenset(
    {
        ".imagelint.yaml",
        ".imagelint.yml",
        "imagelint.yaml",
        "imagelint.yml",
        ".imagelint.schema.json",
        ".pre-commit-config.yaml",
        ".pre-commit-hooks.yaml",
        "Chart.yaml",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
    }
)
_CHART_NAME = rb"(?m)^name:[ \t]*\S"
# What marks a folder, with the content that makes the mark count (bford.info/cachedir, and venv of Python).
_CACHE_MARKS = {
    "CACHEDIR.TAG": rb"\ASignature: 8a477f597d28d172789f06886806bc55",
    "pyvenv.cfg": rb"(?m)^home[ \t]*=",
}
# How much is looked at for manifests that are left out: entries of folders in all, and bytes of a file.
_MOST_SEARCHED = 2000
_HEAD = 65536


def is_candidate(name: str) -> bool:
    """Whether a walk reads files of this name."""
    return (name.lower().endswith(_SUFFIXES) or name in KUSTOMIZATION_FILES) and name not in _SKIPPED_FILES


def chart_around(path: str) -> str | None:
    """The folder of the outermost chart that a file is in; None for most."""
    folders = [*folders_above(path)][1:]
    return next((folder for folder in reversed(folders) if os.path.isfile(os.path.join(folder, "Chart.yaml"))), None)


def has_kustomization_above(path: str) -> bool:
    """Whether the folder of a file, or one above it, has a file that kustomize reads."""
    real = os.path.realpath(os.path.dirname(path) or os.curdir)
    return any(os.path.isfile(os.path.join(folder, name)) for folder in upward(real) for name in KUSTOMIZATION_FILES)


def is_template(name: str) -> bool:
    """Whether a file of this name may be rendered to manifests: not partials of Helm, nor `README.md.gotmpl`."""
    return name.lower().endswith(_TEMPLATE_SUFFIXES) and not name.startswith("_") and ".md." not in name


def is_cache(path: str, names: Container[str]) -> bool:
    """Whether a folder with these entries says of itself that it is a cache or a virtual environment."""
    return any(mark in names and _holds(os.path.join(path, mark), content) for mark, content in _CACHE_MARKS.items())


def is_chart(path: str, names: Container[str]) -> bool:
    """Whether a folder with these entries is a Helm chart."""
    return "Chart.yaml" in names and _holds(os.path.join(path, "Chart.yaml"), _CHART_NAME)


def part_of_chart(relative: str) -> str | None:
    """Which part of a chart a path in it belongs to, if that part holds no manifests to read as they are."""
    parts = relative.replace(os.sep, "/").split("/")
    is_inner = parts[0] == "charts"
    while len(parts) > 2 and parts[0] == "charts":
        parts = parts[2:]  # a chart inside the chart
    if parts[0] in {"templates", "crds", "ci", "files"} and len(parts) > 1:
        return parts[0]
    if len(parts) == 1 and parts[0].startswith("values") and (is_inner or not is_values_file(parts[0])):
        return "values"
    return None


def manifests_in(paths: Iterable[str]) -> list[str]:
    """The files among some files and folders that look like manifests, as far as a short search shows."""
    return [
        path
        for path in files_below(paths, _MOST_SEARCHED)
        if is_candidate(os.path.basename(path)) and is_manifest(path)
    ]


def files_below(paths: Iterable[str], most: int) -> Iterator[str]:
    """Files, and those in folders from above to below, as far as `most` entries of folders go."""
    pending, left = [*paths], most
    for path in pending:
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    left -= 1
                    if left < 0:
                        return
                    if entry.is_dir(follow_symlinks=False) and entry.name not in SKIPPED_FOLDERS:
                        pending.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield entry.path
        except NotADirectoryError:
            yield path
        except OSError:
            continue  # it vanished, or may not be read


def is_manifest(path: str) -> bool:
    """Whether the first bytes of a file look like those of a Kubernetes object."""
    head = _head(path)
    return b"apiVersion" in head and b"kind" in head


def _holds(path: str, content: bytes) -> bool:
    return re.search(content, _head(path)) is not None


def _head(path: str) -> bytes:
    try:
        return read_small(path)[:_HEAD]
    except (OSError, UnreadableError):
        return b""


def purpose_of_candidate(name: str, *, beside_tests: bool) -> str | None:
    """What a file is for, in a folder for deploying; `beside_tests`: the folder has the code of tests."""
    if not beside_tests and "ample" not in name.lower() and ".golden." not in name:  # as most
        return None
    from imagelint.sources.purpose import purpose_of_file

    return purpose_of_file(name, beside_tests=beside_tests)
