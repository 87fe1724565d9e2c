"""The configuration that `imagelint init` writes, based on the manifests, with comments on what to decide."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from imagelint.config.layers import SCHEMA_NAME
from imagelint.kubelet.reachability import why_unreachable
from imagelint.world.knowledge.registries import Access

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.unit import Unit
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index

_STAND_IN = re.compile(r"(?:^|[.-])(?:your|placeholder|change-?me|fake|dummy)(?:[.-]|$)")
# The name of a Secret or of its namespace; anything else is an unrendered template.
_NAME = re.compile(r"[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?")
_AUTH = {Access.PRIVATE: "secret", Access.PUBLIC: "anonymous"}


def starter_configuration(index: Index, units: Iterable[Unit] = ()) -> str:
    """The text of a `.imagelint.yaml` for the manifests of an index, and the units among them."""
    return "".join(f"{line}\n" for line in _lines(index, units))


def _lines(index: Index, units: Iterable[Unit]) -> Iterator[str]:
    yield f"# yaml-language-server: $schema=./{SCHEMA_NAME}"
    yield "# Configuration of imagelint; docs/configuration.md describes every key."
    yield ""
    yield "# The platform, if its nodes have their own registry credentials: eks, gke or aks."
    yield "# cluster: {platform: eks, runtime: containerd, architectures: [amd64]}"
    yield ""
    yield from _registries(index)
    yield ""
    yield from _secrets(index)
    yield ""
    yield from _charts(units)
    yield "rules: {}"


def _charts(units: Iterable[Unit]) -> Iterator[str]:
    """The sets of values that charts were rendered with."""
    charts: dict[str, list[str]] = {}
    for unit in units:
        if unit.values:
            charts.setdefault(unit.kustomization.path.rpartition("/")[0] or ".", []).append(unit.values)
    if not charts:
        return
    yield "# Charts are rendered with the sets of values that were found; declare them to make sure, or to change them."
    yield "# charts:"
    for chart, names in sorted(charts.items()):
        if all(name.endswith((".yaml", ".yml")) for name in names):
            sets = ["[]" if name == "values.yaml" else json.dumps(name) for name in names]
            yield f"#   {json.dumps(chart)}: {{values: [{', '.join(sets)}]}}"
        else:
            yield f"#   {json.dumps(chart)}: {{}}  # deployed by {', '.join(names)}"
    yield ""


def _registries(index: Index) -> Iterator[str]:
    """Every host that is not public, with its probable access."""
    uses: dict[str, ImageUse] = {}
    for use in index.images:
        if use.named is not None:
            uses.setdefault(use.named.host, use)
    rows = [(host, index.registry(use)) for host, use in sorted(uses.items()) if _is_real(host, index)]
    shown = [(host, known) for host, known in rows if known is None or known.access is not Access.PUBLIC]
    yield "# auth: secret (pulls need a pull secret), node (the nodes have credentials), anonymous"
    yield "registries:" if shown else "registries: {}"
    for host, known in shown:
        auth = _AUTH.get(known.access) if known else "secret"
        why = f"{known.name}, {known.access}" if known else "not well known: check the spelling"
        yield f'  "{host}": {{{f"auth: {auth}" if auth else ""}}}  # {why}'


def _is_real(host: str, index: Index) -> bool:
    """Whether a host should be declared: it is neither a placeholder nor reported by a rule."""
    registries, misspellings = index.world.knowledge.registries, index.world.knowledge.misspellings
    if _STAND_IN.search(host) or why_unreachable(host) is not None:
        return False
    known = registries.find(host)
    return not known.is_shut_down if known else misspellings.find(host, registries.hosts()) is None


def _secrets(index: Index) -> Iterator[str]:
    """Pull secrets that no file defines: they may be created elsewhere."""
    missing = {
        f"{use.namespace or '*'}/{use.name.value}"
        for use in index.secret_uses
        if not any(index.secrets.find(use.name.value, use.namespace))
        and _NAME.fullmatch(use.name.value)
        and _NAME.fullmatch(use.namespace or "any")
    }
    yield "# Secrets that are created outside these files, as NAMESPACE/NAME."
    yield "secrets:"
    yield "  external:" if missing else "  external: []"
    for name in sorted(missing):
        yield f"    - {json.dumps(name)}"
