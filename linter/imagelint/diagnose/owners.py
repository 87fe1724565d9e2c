"""Names of pods: which of them are replicas of one owner."""

from __future__ import annotations

import re

# Kubernetes names what it generates with letters and digits that form no words
# (v1.36 `apimachinery/pkg/util/rand`: SafeEncodeString).
_REPLICA_SET = re.compile(r"(?P<owner>.+)-(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{6,10}-[a-z0-9]{5}")
_GENERATED = re.compile(r"(?P<owner>.+)-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|(?=[a-z]*\d)[a-z0-9]{5})")
_STATEFUL_SET = re.compile(r"(?P<owner>.+)-\d{1,5}")
_CRON_JOB = re.compile(r"(?P<owner>.+)-\d{7,10}")


def owner_of(pod: str) -> str:
    """The name of the Deployment, StatefulSet, DaemonSet or Job of a pod; its own name if none can be seen."""
    for pattern in (_REPLICA_SET, _GENERATED, _STATEFUL_SET):
        match = pattern.fullmatch(pod)
        if match is not None:
            return match["owner"]
    return pod


def workloads_of(pod: str) -> list[str]:
    """The names that the workload of a pod may have in a manifest, the most special first."""
    names = [pod, owner_of(pod)]
    for pattern in (_GENERATED, _CRON_JOB):
        match = pattern.fullmatch(names[-1] if pattern is _CRON_JOB else pod)
        if match is not None:
            names.append(match["owner"])
    return list(dict.fromkeys(names))
