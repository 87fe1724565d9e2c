"""What generators of Argo CD list of a repository: its folders, and files with parameters."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.candidates import files_below
from imagelint.text.bounded import MAX_CONFIGURATION, is_of_tree
from imagelint.text.compose import ComposeError, compose
from imagelint.text.globs import glob_matches
from imagelint.text.nodes import Mapping, Sequence
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Entries of folders that are looked at for one pattern, and files that are read for it.
_MOST_ENTRIES, _MOST_FILES = 20_000, 1000


class File(NamedTuple):
    """A file by its path from the root of the repository."""

    path: str
    content: Mapping | Sequence


class Repository:
    """A repository whose root is `tree` without symbolic links; `folders` lists those in it that have manifests."""

    def __init__(self, tree: str, folders: Callable[[], Iterable[str]]) -> None:
        self.tree = tree
        self.folders = folders

    def files(self, glob: str) -> Iterator[File]:
        """The files that a pattern means, in order, with their content as YAML.

        A star may cover several folders (Argo CD v3 `util/git/client.go` LsFiles: `git ls-files`), or none of them.
        """
        glob = glob.strip("/")
        folder = re.split(r"[*?\[]", glob, maxsplit=1)[0].rpartition("/")[0]
        below = files_below([os.path.join(self.tree, folder)], _MOST_ENTRIES)
        paths = (os.path.relpath(path, self.tree).replace(os.sep, "/") for path in below)
        globs = glob, glob.replace("**/", "")
        for path in sorted(islice((one for one in paths if any(glob_matches(it, one) for it in globs)), _MOST_FILES)):
            content = self._read(os.path.join(self.tree, path))
            if content is not None:
                yield File(path, content)

    def _read(self, path: str) -> Mapping | Sequence | None:
        try:
            root = compose(read_regular(path, MAX_CONFIGURATION)) if is_of_tree(path, self.tree) else None
        except (ComposeError, OSError, UnreadableError):
            return None
        return root if isinstance(root, Mapping | Sequence) else None
