"""When an object is created, where not all are created together: hooks of Helm, hooks and waves of Argo CD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.nodes import text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.text.nodes import Mapping
    from imagelint.text.places import Text

_HELM_HOOK, _HELM_WEIGHT = "helm.sh/hook", "helm.sh/hook-weight"
_ARGO_HOOK, _ARGO_WAVE = "argocd.argoproj.io/hook", "argocd.argoproj.io/sync-wave"
_BEFORE_OTHERS, _WITH_OTHERS, _AFTER_OTHERS, _NOT_AT_FIRST = range(-1, 3)
_PHASES = {
    "pre-install": _BEFORE_OTHERS,
    "crd-install": _BEFORE_OTHERS,
    "post-install": _AFTER_OTHERS,
    "PreSync": _BEFORE_OTHERS,
    "Sync": _WITH_OTHERS,
    "PostSync": _AFTER_OTHERS,
}
# The kinds with pods that Helm waits for where they are hooks (Helm v4 `pkg/action/hooks.go`), and those that Argo CD
# waits for (argo-cd v3 `gitops-engine/pkg/health`).
_RUN_ONCE = frozenset({"Job", "Pod"})
_HAVE_HEALTH = _RUN_ONCE | {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}


class Turn(NamedTuple):
    """When an object is created in the first installation; `key` and `value` are the annotation that says so."""

    phase: int
    # The weight of a hook, or the wave.
    weight: int
    key: str
    value: str

    @property
    def is_of_helm(self) -> bool:
        """Whether it is that of a hook of Helm, which waits for nothing else."""
        return self.key == _HELM_HOOK

    @property
    def tool(self) -> str:
        """Who creates the objects in turn."""
        return "Helm" if self.is_of_helm else "Argo CD"

    @property
    def is_wave(self) -> bool:
        """Whether it is created with the other objects, before or after some of them."""
        return self.key == _ARGO_WAVE


def is_created_later(kind: str, turn: Turn | None, other: Turn | None) -> bool:
    """Whether an account or a Secret is not created until the pods of an object of this kind run, to which it belongs.

    Within a turn, accounts and Secrets are created first (Helm v4 `pkg/release/v1/util/kind_sorter.go`, argo-cd v3
    `gitops-engine/pkg/sync/sync_tasks.go`). What only upgrades create finds all others.
    """
    deciding = turn or other
    if deciding is None or kind not in (_RUN_ONCE if deciding.is_of_helm else _HAVE_HEALTH):
        return False
    if turn is None and deciding.is_of_helm:
        return False
    phase, weight = _order(turn)
    return phase != _NOT_AT_FIRST and (phase, weight) < _order(other)


def _order(turn: Turn | None) -> tuple[int, int]:
    return (turn.phase, turn.weight) if turn is not None else (_WITH_OTHERS, 0)


def turn_of(annotations: Mapping) -> Turn | None:
    """The turn of an object by its annotations; None without one about it."""
    wave = text(annotations, _ARGO_WAVE)
    for key, weight in ((_ARGO_HOOK, wave), (_HELM_HOOK, text(annotations, _HELM_WEIGHT))):
        hook = text(annotations, key)
        if hook is not None:
            phase = min(_PHASES.get(name.strip(), _NOT_AT_FIRST) for name in hook.value.split(","))
            return Turn(phase, _number(weight), key, hook.value)
    return Turn(_WITH_OTHERS, _number(wave), _ARGO_WAVE, wave.value) if wave is not None else None


def _number(written: Text | None) -> int:
    """The number that a text is; 0 for anything else, as Helm and Argo CD have it."""
    try:
        return int(written.value) if written is not None else 0
    except ValueError:
        return 0
