"""100,000 of what a large platform has: each has to end within a minute and two gigabytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inputs.kustomizations import overlays_of_one_base, shared_component
from inputs.rows import Row, Rows, account, pod, secret, stream

if TYPE_CHECKING:
    from pathlib import Path

_ROWS = Rows()
_SIZE = 100_000
# What kustomize would build to 16 million objects or patches: as much is built as a run may.
_OVERLAYS = 4_000


@_ROWS.text("100,000 pods", _SIZE)
def _pods(n: int) -> str:
    return stream(pod(f"p{i}", f"ghcr.io/acme/a{i}:1") for i in range(n))


@_ROWS.text("100,000 findings", _SIZE)
def _findings(n: int) -> str:
    return stream(pod(f"p{i}", f"ghcr.io/acme/a{i}:latest", namespace=f"n{i % 100}") for i in range(n))


@_ROWS.text("100,000 secrets, and a pod for each", _SIZE)
def _secrets(n: int) -> str:
    return stream(text for i in range(n) for text in (secret(f"s{i}"), pod(f"p{i}", secrets=[f"s{i}"])))


@_ROWS.text("100,000 pods with undefined secrets, beside 100 secrets", _SIZE)
def _undefined(n: int) -> str:
    secrets = [secret(f"secret-{i}") for i in range(100)]
    return stream([*secrets, *(pod(f"p{i}", secrets=[f"missing-{i}"]) for i in range(n))])


@_ROWS.text("100,000 accounts, and a pod for each", _SIZE)
def _accounts(n: int) -> str:
    return stream(text for i in range(n) for text in (account(f"a{i}"), pod(f"p{i}", account=f"a{i}")))


@_ROWS.text("100,000 namespaces with a secret, and 100,000 pods without one", _SIZE)
def _namespaces(n: int) -> str:
    secrets = (secret("s", namespace=f"n{i}") for i in range(n))
    return stream([*secrets, *(pod(f"p{i}", namespace=None, secrets=["s"]) for i in range(n))])


@_ROWS.text("100,000 namespaces with a secret, and 100,000 pods in another", _SIZE)
def _other_namespaces(n: int) -> str:
    secrets = (secret("s", namespace=f"n{i}") for i in range(n))
    return stream([*secrets, *(pod(f"p{i}", secrets=["s"]) for i in range(n))])


@_ROWS.text("100,000 suppressed findings", _SIZE)
def _suppressed(n: int) -> str:
    comment = " # imagelint: ignore[latest-tag] known"
    return stream(pod(f"p{i}", f"ghcr.io/acme/a{i}:latest", comment=comment) for i in range(n))


@_ROWS.add("4,000 overlays of one base with 4,000 pods", _OVERLAYS)
def _overlays(folder: Path, n: int) -> list[str]:
    return overlays_of_one_base(folder, n, n)


@_ROWS.add("4,000 overlays with a component of 4,000 patches", _OVERLAYS)
def _component(folder: Path, n: int) -> list[str]:
    return shared_component(folder, n, n)


LARGE: tuple[Row, ...] = tuple(_ROWS)
