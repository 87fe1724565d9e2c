"""Whether the input has all that a pod is deployed with: the whole output of its chart or kustomization."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.index.definitions import Account
    from imagelint.index.image_use import Pod
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId

# How many parts of a name are taken off, before or behind it.
_MOST_AFFIXES = 4


def chart_of(pod: Pod) -> str:
    """The name of the chart that a pod is rendered from; empty for any other pod."""
    return (pod.resource.rendered_from or "").partition("/")[0]


def is_rendered_whole(index: Index, pod: Pod) -> bool:
    """Whether the pod is in the output of a chart and not of one template alone, as `--show-only` has it."""
    return pod.resource.rendered_from is not None and len(index.whole.join(_templates)[pod.source, chart_of(pod)]) > 1


def is_kustomized_whole(index: Index, pod: Pod, others: Sequence[Account]) -> bool:
    """Whether the pod is in the output of a kustomization of which nothing is missing.

    Where another one has accounts for the same namespace, or the account under a name with a prefix or suffix, it may
    be what installs the rest of an application. So may the chart of a release that is deployed with the pod.
    """
    if not pod.source.part or pod.resource.rendered_from is not None or pod.in_partial_unit:
        return False
    if index.whole.files[pod.source].has_releases:
        return False
    is_split = any(other.source != pod.source for other in others)
    return not is_split and pod.account_name not in index.whole.join(_names_without_affixes)


def _names_without_affixes(index: Index) -> set[str]:
    """The names of all accounts, also without what kustomize may have put before or behind them."""
    found: set[str] = set()
    for account in index.accounts.all:
        parts = account.id.name.split("-")
        for cut in range(min(len(parts), _MOST_AFFIXES)):
            found |= {"-".join(parts[cut:]), "-".join(parts[: len(parts) - cut])}
    return found


def _templates(index: Index) -> dict[tuple[SourceId, str], set[str]]:
    """The templates that are rendered into each source, by chart."""
    found: dict[tuple[SourceId, str], set[str]] = {}
    for source, facts in index.files.items():
        for template in facts.templates:
            found.setdefault((source, template.partition("/")[0]), set()).add(template)
    return found
