"""What a row of the table is, and the manifests that many of them are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


class Row(NamedTuple):
    """A kind of input. `size` is the smallest that is tried."""

    name: str
    size: int
    # Writes an input of a size into an empty folder, and returns the arguments of the command that reads it there.
    write: Callable[[Path, int], list[str]]


class Rows(list[Row]):
    """Rows that functions add to, by decoration."""

    def add(self, name: str, size: int = 500) -> Callable[[Callable[[Path, int], list[str]]], None]:
        """Add the function as a row."""

        def added(write: Callable[[Path, int], list[str]]) -> None:
            self.append(Row(name, size, write))

        return added

    def text(self, name: str, size: int = 500) -> Callable[[Callable[[int], str]], None]:
        """Add a function from a size to the text of one manifest."""

        def added(text: Callable[[int], str]) -> None:
            def write(folder: Path, n: int) -> list[str]:
                return one_file(folder, text(n))

            self.append(Row(name, size, write))

        return added


def one_file(folder: Path, text: str, *arguments: str) -> list[str]:
    """Write one manifest; the arguments lint it."""
    (folder / "m.yaml").write_text(text, encoding="utf-8", newline="")
    return ["check", *arguments, "m.yaml"]


def configured(folder: Path, **content: Any) -> None:  # noqa: ANN401 - what JSON holds
    """Write the configuration of a folder."""
    (folder / ".imagelint.yaml").write_text(json.dumps(content), encoding="utf-8")


def stream(documents: Iterable[str]) -> str:
    """Documents as one stream."""
    return "---\n".join(documents)


def pod(
    name: str,
    *images: str,
    namespace: str | None = "prod",
    secrets: Sequence[str] = (),
    account: str | None = None,
    comment: str = "",
) -> str:
    """A Pod with a container for each image (by default one), on lines of their own."""
    lines = ["apiVersion: v1", "kind: Pod", f"metadata: {{name: {name}{_in(namespace)}}}", "spec:"]
    if account:
        lines.append(f"  serviceAccountName: {account}")
    if secrets:
        lines += ["  imagePullSecrets:", *(f"    - name: {secret}" for secret in secrets)]
    lines.append("  containers:")
    for number, image in enumerate(images or ("ghcr.io/acme/app:1",)):
        lines += [f"    - name: c{number}", f"      image: {image}{comment}"]
    return "\n".join(lines) + "\n"


def secret(name: str, *keys: str, namespace: str | None = "prod", auth: str = "dXNlcjpwYXNzd29yZA==") -> str:
    """A pull secret with an entry for each key (by default `ghcr.io`)."""
    config = json.dumps({"auths": {key: {"auth": auth} for key in keys or ("ghcr.io",)}})
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}{_in(namespace)}}}\n"
        f"type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{config}'\n"
    )


def account(name: str, *secrets: str, namespace: str | None = "prod", annotations: str = "{}") -> str:
    """A ServiceAccount with pull secrets."""
    entries = ", ".join(f"{{name: {secret}}}" for secret in secrets)
    return (
        f"apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n  annotations: {annotations}\n"
        + (f"  namespace: {namespace}\n" if namespace else "")
        + f"imagePullSecrets: [{entries}]\n"
    )


def _in(namespace: str | None) -> str:
    return f", namespace: {namespace}" if namespace else ""
