"""Trees of kustomizations on disk, and what they are built to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagelint.sources.kustomize import Kustomize
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.source import Buffers
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from imagelint.facts.unit import Remark, Unit

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  template:
    spec:
      serviceAccountName: robot
      imagePullSecrets:
        - name: regcred
      initContainers:
        - name: setup
          image: busybox:1.36
      containers:
        - name: web
          image: nginx:1.25
        - name: cache
          image: quay.io/acme/redis:7.2@sha256:aaa
"""


def write(folder: Path, files: dict[str, str]) -> None:
    """Put files into a folder, which becomes the working folder of the test."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def kustomize(root: Path | str = ".") -> Kustomize:
    """A builder over the files on disk."""
    return Kustomize(Buffers(), os.path.realpath(root))


def plain(node: Node | None) -> Any:
    """A node as dicts, lists and texts."""
    if isinstance(node, Mapping):
        return {key.value: plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None or node.is_null else node.value


def scalars(node: Node, path: str = "") -> dict[str, Scalar]:
    """The scalars of a node by their key paths."""
    if isinstance(node, Mapping):
        parts = [(f"{path}.{key.value}".lstrip("."), value) for key, value in node.pairs()]
    elif isinstance(node, Sequence):
        parts = [(f"{path}[{number}]", item) for number, item in enumerate(node.items)]
    else:
        return {path: node}
    return {name: scalar for inner, value in parts for name, scalar in scalars(value, inner).items()}


def images(unit: Unit) -> list[str]:
    """The images of a unit, in its order."""
    found = [scalars(node) for node in unit.objects]
    return [scalar.value for values in found for name, scalar in values.items() if name.endswith(".image")]


def origins(unit: Unit, number: int, path: str, part: Part = Part.WHOLE) -> list[str]:
    """Where a scalar of an object was written, as `file:text`, followed by its key path in a values file."""
    scalar = scalars(unit.objects[number])[path]
    return [
        f"{origin.place.path}:{text_at(origin.place.path, origin.place.span)}"
        + (f" {origin.key}" if origin.key else "")
        for origin in unit.trace.origins(scalar.span, part)
    ]


def text_at(path: str, span: Any) -> str:
    """The text of a file at a span."""
    lines = Path(path).read_text(encoding="utf-8").split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def messages(remarks: tuple[Remark, ...]) -> list[str]:
    """Remarks as `file:line: message`."""
    return [f"{remark.place.path}:{remark.place.span.line}: {remark.text}" for remark in remarks]
