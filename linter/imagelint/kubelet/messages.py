"""What a message of the kubelet means: the event or waiting reason of a pod whose image is not pulled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from imagelint.data import load_data


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of failed pulls, with the rules that find it in manifests."""

    name: str
    pattern: re.Pattern[str]
    means: str
    rules: tuple[str, ...]


def cause_of(message: str) -> Cause | None:
    """The cause that a message tells, None where it tells none.

    Messages nest: a missing platform ends in "not found", a failed login in "denied". So the more special cause is
    asked first (texts of containerd 2.x, CRI-O 1.3x, cri-dockerd, and of Kubernetes v1.36 `pkg/kubelet/images`).
    """
    return next((cause for cause in causes() if cause.pattern.search(message)), None)


def explained(message: str) -> list[str]:
    """What a message means, and which rules find its cause in manifests, as lines; none where it tells nothing."""
    cause = cause_of(message)
    if cause is None:
        return []
    found = f"rules that find it in manifests: {', '.join(cause.rules)}\n" if cause.rules else ""
    return [f"{cause.name}: {cause.means}\n", found]


@cache
def causes() -> tuple[Cause, ...]:
    """All causes, the more special first."""
    return tuple(
        Cause(row["cause"], re.compile(row["pattern"]), row["means"], tuple(row["rules"]))
        for row in load_data("messages.json")
    )
