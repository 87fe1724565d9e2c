"""What the fields of one kustomization are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from real_kustomize.objects import Known, ObjectMaker


@dataclass
class Context:
    """One kustomization while its fields are made."""

    random: Random
    objects: ObjectMaker
    # What it deploys, as far as the fields have changed it.
    known: list[Known]
    # Writes a text to a path beside the kustomization.
    write: Callable[[str, str], None]
    # Whether no other kustomization refers to it.
    is_last: bool = False
    files: int = 0

    def some(self) -> Known:
        """One of the objects, most often one with pods."""
        with_pods = [one for one in self.known if one.template is not None]
        return self.random.choice(with_pods if with_pods and self.random.random() < 0.8 else self.known)

    def file(self, name: str, text: str) -> str:
        """Write a file beside the kustomization; returns the path that names it."""
        self.files += 1
        path = f"{name}-{self.files}.yaml"
        if self.random.random() < 0.2:
            path = f"parts/{path}"
        self.write(path, text)
        return path if self.random.random() < 0.9 else f"./{path}"
