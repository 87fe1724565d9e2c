"""Hosts that cluster nodes cannot resolve, in any network."""

from __future__ import annotations

from functools import lru_cache

from imagelint.data import load_data
from imagelint.text.globs import glob_matches


@lru_cache(maxsize=1024)
def why_unreachable(host: str) -> str | None:
    """Why a node cannot pull from a registry host (`host` or `host:port`), as a clause; None if it may."""
    name = host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()
    for row in load_data("unreachable.json"):
        if any(glob_matches(pattern.replace("[", r"\["), name) for pattern in row["hosts"]):
            return str(row["why"])
    return None


@lru_cache(maxsize=1024)
def development_cluster(host: str) -> str | None:
    """The development cluster whose documented set-up makes nodes reach a registry host; None if none does."""
    rows: list[dict[str, str]] = load_data("development_registries.json")
    return next((row["cluster"] for row in rows if glob_matches(row["host"], host.lower())), None)
