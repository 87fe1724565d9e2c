"""The kustomizations of repositories, as they lie in their folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformity.question import Case

_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})


def repositories(folder: Path) -> list[Path]:
    """The repositories in a folder: each of its folders, or itself where it is a repository."""
    if (folder / ".git").exists():
        return [folder]
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def roots(repository: Path) -> Iterator[Case]:
    """A case for each folder with a kustomization file, components among them."""
    for folder, folders, files in os.walk(repository):
        folders[:] = sorted(name for name in folders if name != ".git")
        if _NAMES & {*files}:
            root = str(Path(folder).relative_to(repository))
            yield {"op": "kustomize", "folder": str(repository), "root": root}
