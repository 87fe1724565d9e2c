"""A failure and the manifests together: what they prove, where they contradict the cluster, and the line to change."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.diagnose.answers import missing_secret, reference_of, wrong_host
from imagelint.diagnose.event_messages import SECRET_REASON
from imagelint.diagnose.logins import absent_secret, login_verdict, said
from imagelint.diagnose.merge import image_key
from imagelint.diagnose.verdict import CONTRADICTED, POSSIBLE, PROVEN, Verdict
from imagelint.diagnose.workloads import Workloads, line_of
from imagelint.facts.kinds import is_kustomization
from imagelint.kubelet.pull_policy import NEVER
from imagelint.text.lazy import cached_property
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from imagelint.diagnose.answers import Answer
    from imagelint.diagnose.workloads import Match
    from imagelint.facts.model import Resource
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId

# Rules whose finding at the image proves a cause.
_PROOFS = {
    "not-found": {"dead-image", "image-not-in-inventory", "dead-registry"},
    "no-matching-platform": {"platform-mismatch"},
    "registry-gone": {"dead-registry", "deprecated-registry", "dead-image"},
    "dns": {"misspelled-registry", "dead-registry", "unreachable-registry", "unknown-registry"},
    "timeout-refused": {"unreachable-registry", "dead-registry"},
    "http-vs-https": {"unreachable-registry"},
    "manifest-schema1-unsupported": {"dead-image", "deprecated-image"},
}
# Names that only the DNS of the cluster resolves, which nodes do not use.
_CLUSTER_NAMES = (".svc", ".local", ".cluster.local", ".internal.cluster")
# How many hosts of the manifests are compared with one that does not answer.
_MOST_HOSTS = 500


class Manifests:
    """What one configuration holds for: an index, what the rules find, and the files that are named."""

    def __init__(self, objects: Index, findings: Iterable[Finding], reported: Container[SourceId]) -> None:
        self.objects = objects
        self.workloads = Workloads(objects, reported)
        self._findings: dict[tuple[SourceId, Resource | None], list[Finding]] = defaultdict(list)
        for finding in findings:
            self._findings[finding.at.source, finding.subject.resource].append(finding)

    def findings_at(self, use: ImageUse) -> list[Finding]:
        """What the rules find at an image, or at its pod."""
        found = self._findings.get((use.pod.source, use.pod.resource), [])
        return [finding for finding in found if finding.subject.container in {None, use.container.name}]

    @cached_property
    def tags(self) -> dict[str, list[ImageUse]]:
        """The first image with each tag, or digest, of a repository."""
        found: dict[str, dict[str | None, ImageUse]] = defaultdict(dict)
        for use in self.objects.images:
            if use.named is not None:
                found[use.named.normalized].setdefault(image_key(use.effective), use)
        return {name: [*uses.values()] for name, uses in found.items()}

    @cached_property
    def hosts(self) -> dict[str, ImageUse]:
        """The first image of each host."""
        found: dict[str, ImageUse] = {}
        for use in self.objects.images:
            if use.named is not None:
                found.setdefault(use.named.host, use)
        return found


def joined(answer: Answer, manifests: Sequence[Manifests]) -> Answer:
    """The answer with what the manifests say about it; the same if they do not have the workload."""
    if answer.failure.node_level or answer.failure.resolved:
        return answer
    best = max(
        (
            (found[1], number, found[0])
            for number, part in enumerate(manifests)
            if (found := part.workloads.best(answer.failure))
        ),
        key=lambda found: found[0],
        default=None,
    )
    if best is None:
        return answer
    match, number, use = best
    verdict = _verdict(answer, manifests[number], use, match)
    return answer._replace(
        confidence=verdict.confidence,
        place=verdict.place,
        contradiction=verdict.contradiction,
        summary=f"{answer.summary} {verdict.summary}".strip(),
        fix=verdict.fix or f"{verdict.place.text}: {answer.fix}",
        check=verdict.check or answer.check,
    )


def _verdict(answer: Answer, part: Manifests, use: ImageUse, match: Match) -> Verdict:
    failure = answer.failure
    place = line_of(part.objects, use.place)
    if failure.reason == SECRET_REASON:
        return _missing_secret(answer, part, use)
    if failure.image is not None and not match.has_image:
        kind = "rewritten between file and cluster" if match.is_moved else "not applied, or changed since"
        text = f"the manifest names `{use.effective}`, the cluster pulls `{failure.image}`: {kind}"
        return Verdict(POSSIBLE if match.is_moved else CONTRADICTED, place, contradiction=text)
    cause = failure.diagnosis.cause
    if cause in {"unauthorized", "denied"}:
        return login_verdict(answer, part.objects, use, place)
    judge = _JUDGES.get(cause)
    verdict = judge(answer, part, use) if judge is not None else None
    return verdict or _by_rules(answer, part, use) or Verdict(POSSIBLE, place)


def _by_rules(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    """What a rule finds at this image, if that is the cause."""
    proofs = _PROOFS.get(answer.failure.diagnosis.cause, set[str]())
    for finding in part.findings_at(use):
        if finding.rule in proofs:
            return Verdict(
                PROVEN, line_of(part.objects, finding.place), f"imagelint reports: {finding.message}.", finding.help
            )
    return None


def _unknown(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    """Without an error the findings of the workload are the candidates, the worst first."""
    del answer
    found = sorted(part.findings_at(use), key=lambda finding: finding.severity.rank)
    if not found:
        return None
    listed = "; ".join(f"{line_of(part.objects, one.place).text} {one.rule}: {one.message}" for one in found[:3])
    return Verdict(POSSIBLE, line_of(part.objects, found[0].place), f"Candidates: {listed}.")


def _not_found(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    place = line_of(part.objects, use.place)
    if answer.failure.diagnosis.subcause == "no-latest-tag":
        return Verdict(PROVEN, place)
    if _by_rules(answer, part, use) is not None:
        return None
    if is_kustomization(place.path):
        return Verdict(PROVEN, place, f"kustomize sets the image to `{use.effective}` here.")
    others = part.tags[use.named.normalized] if use.named is not None else ()
    other = next((one for one in others if image_key(one.effective) != image_key(use.effective)), None)
    if other is None:
        return None
    where = line_of(part.objects, other.place)
    return Verdict(PROVEN, place, f"{where.text} pins `{other.effective}`.")


def _unreachable(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    """A host that is wrong by itself: of the cluster, of the laptop, or near to another one."""
    reference = reference_of(answer.failure.image) or use.named
    if reference is None:
        return None
    place, host = line_of(part.objects, use.place), reference.host
    name = host.partition(":")[0]
    if wrong_host(host, part.objects.world.knowledge) is not None:
        return Verdict(PROVEN, place, fix=f"{place.text}: {answer.fix}")
    if name in {"localhost", "127.0.0.1"}:
        return Verdict(PROVEN, place, f"`{host}` is the node itself, not your computer.")
    if name.endswith(_CLUSTER_NAMES) or "." not in name:
        return Verdict(PROVEN, place, f"Nodes do not resolve `{name}`: only the DNS of the cluster knows such names.")
    near = next((one for one in islice(part.hosts, _MOST_HOSTS) if _is_near(one, host)), None)
    if near is None:
        return None
    where = line_of(part.objects, part.hosts[near].place)
    text = f"{where.text} has `{near}`, which is nearly the same."
    return Verdict(PROVEN, place, text, f"{place.text}: write `{near}` for `{host}`")


@lru_cache(maxsize=4096)
def _is_near(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    if one == other or len(one) > 255 or abs(len(one) - len(other)) > 2:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.88


def _invalid_name(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    del answer
    place = line_of(part.objects, use.place)
    if use.error is None:
        return None
    repair = f"{place.text}: write `{use.error.repair}`" if use.error.repair else None
    return Verdict(PROVEN, place, f"The reason: {use.error.reason}.", repair)


def _never_pull(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    del answer
    policy = use.container.pull_policy
    if policy is None or policy.value != NEVER:
        return None
    return Verdict(PROVEN, line_of(part.objects, Place(use.pod.source, policy.span)))


def _other(answer: Answer, part: Manifests, use: ImageUse) -> Verdict | None:
    subcause = answer.failure.diagnosis.subcause or ""
    place = line_of(part.objects, use.place)
    if subcause.startswith("short-name") and use.named is not None and use.named.is_short:
        return Verdict(PROVEN, place, fix=f"{place.text}: write `{use.named.runtime_ref}`")
    if subcause != "broken-pull-secret":
        return None
    for name in part.objects.pull_secrets(use.pod).names:
        for secret in part.objects.secrets.find(name.value, use.pod.namespace).usable:
            if secret.config is not None and secret.config.verdict in {"broken", "invalid"}:
                return Verdict(
                    PROVEN,
                    line_of(part.objects, secret.config_place),
                    f"Secret `{name.value}`: {secret.config.reason}.",
                )
    return None


def _missing_secret(answer: Answer, part: Manifests, use: ImageUse) -> Verdict:
    """The kubelet did not find a secret that the pod names."""
    name = missing_secret(answer.failure.error)
    secrets = part.objects.pull_secrets(use.pod)
    entry = next((one for one in secrets.names if one.value == name), None)
    if entry is None or name is None:
        place = line_of(part.objects, use.place)
        text = said("unnamed", secret=name or "")
        return Verdict(CONTRADICTED, place, contradiction=text)
    source = secrets.account.source if secrets.account is not None else use.pod.source
    reference = line_of(part.objects, Place(source, entry.span))
    return absent_secret(part.objects, use, name, reference)


_JUDGES: dict[str, Callable[[Answer, Manifests, ImageUse], Verdict | None]] = {
    "unknown": _unknown,
    "not-found": _not_found,
    "dns": _unreachable,
    "timeout-refused": _unreachable,
    "http-vs-https": _unreachable,
    "invalid-name": _invalid_name,
    "never-pull": _never_pull,
    "other": _other,
}
