"""Unauthorized and denied: what the message proves about credentials, compared with the pull secrets of the manifests.

Kubernetes v1.36 `pkg/credentialprovider/keyring.go`, `secrets.go` and `plugin/pkg/admission/serviceaccount`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.data import load_data
from imagelint.diagnose.verdict import CONTRADICTED, POSSIBLE, PROVEN, Verdict
from imagelint.diagnose.workloads import line_of
from imagelint.kubelet.near_miss import near_miss
from imagelint.kubelet.reference import DOCKER_HUB
from imagelint.text.places import Place

if TYPE_CHECKING:
    from imagelint.diagnose.answers import Answer
    from imagelint.diagnose.observations import Line
    from imagelint.index.definitions import Secret
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.text.places import Text

# What the error proves: no credential was sent, one was, or neither.
_NONE_SENT = frozenset({"no-credentials", "anonymous"})
_SENT = "with-credentials"
# How many images are looked through for one that is near, or pulled with a secret.
_MOST_COMPARED = 2000


def login_verdict(answer: Answer, index: Index, use: ImageUse, place: Line) -> Verdict:
    """What the pull secrets of the pod say about a refused pull."""
    diagnosis = answer.failure.diagnosis
    was_sent = diagnosis.subcause == _SENT or bool(diagnosis.also)
    none_sent = diagnosis.subcause in _NONE_SENT
    names = index.pull_secrets(use.pod).names
    if use.named is None or diagnosis.subcause == "registry-firewall":
        return Verdict(POSSIBLE, place)
    if not names:
        return _without_secret(index, use, place, was_sent=was_sent, none_sent=none_sent)
    matching = _matching(index, use, use.named)
    if matching is not None:
        return _matched(index, matching, was_sent=was_sent, none_sent=none_sent)
    absent = next((name for name in names if not _usable(index, use, name.value)), None)
    if absent is not None:
        return _absent(index, use, absent, was_sent=was_sent)
    return _mismatched(index, use, use.named, was_sent=was_sent, place=place)


def said(name: str, /, **values: str) -> str:
    """A sentence of the data."""
    text: str = load_data("advice.json")["logins"][name]
    return text.format_map(values)


def _usable(index: Index, use: ImageUse, name: str) -> tuple[Secret, ...]:
    return index.secrets.find(name, use.pod.namespace).usable


def _matching(index: Index, use: ImageUse, reference: ImageReference) -> Secret | None:
    for name in index.pull_secrets(use.pod).names:
        for secret in _usable(index, use, name.value):
            if secret.config is not None and secret.config.serves(reference.normalized):
                return secret
    return None


def _reference_line(index: Index, use: ImageUse, name: Text) -> Line:
    """The line that names a pull secret: in the pod, or in its account."""
    account = index.pull_secrets(use.pod).account
    return line_of(index, Place(account.source if account is not None else use.pod.source, name.span))


def _matched(index: Index, secret: Secret, *, was_sent: bool, none_sent: bool) -> Verdict:
    """The manifests give the pod a credential for this image."""
    place = line_of(index, secret.place)
    if none_sent:
        text = said("matched-but-none-sent", secret=secret.id.name, at=place.text)
        fix = f"apply {place.path} in the namespace of the pod, then delete the pod"
        return Verdict(CONTRADICTED, place, fix=fix, contradiction=text)
    return Verdict(PROVEN if was_sent else POSSIBLE, place, said("matched", secret=secret.id.name, at=place.text))


def _absent(index: Index, use: ImageUse, name: Text, *, was_sent: bool) -> Verdict:
    """A pull secret that the pod names and no manifest defines in its namespace."""
    verdict = absent_secret(index, use, name.value, _reference_line(index, use, name))
    if was_sent:
        return verdict._replace(confidence=POSSIBLE, summary=said("unknown-but-sent", secret=name.value))
    return verdict


def absent_secret(index: Index, use: ImageUse, name: str, reference: Line) -> Verdict:
    """What the manifests say of a pull secret that the cluster does not have in the namespace of the pod."""
    found = index.secrets.find(name, use.pod.namespace)
    if found.usable:
        place = line_of(index, found.usable[0].place)
        text = said("hashed" if found.usable[0].is_hashed else "not-applied", secret=name, at=place.text)
        return Verdict(CONTRADICTED, place, fix=f"apply {place.path} in the namespace of the pod", contradiction=text)
    if found.elsewhere:
        other = found.elsewhere[0]
        place = line_of(index, other.place)
        text = said("other-namespace", secret=name, at=place.text, namespace=other.id.namespace or "")
        return Verdict(PROVEN, reference, text, f"{place.text}: define it in the namespace of the pod, too")
    near = _similar(index, use, name)
    fix = f"{reference.text}: write `{near}` for `{name}`" if near else None
    return Verdict(PROVEN, reference, said("undefined", secret=name), fix)


def _similar(index: Index, use: ImageUse, name: str) -> str | None:
    from difflib import get_close_matches

    names = [secret.id.name for secret in index.secrets.within(use.pod.namespace)[:50]]
    return next(iter(get_close_matches(name[:253], names, n=1, cutoff=0.8)), None)


def _mismatched(index: Index, use: ImageUse, reference: ImageReference, *, was_sent: bool, place: Line) -> Verdict:
    """All pull secrets are in the manifests, and none has a credential for the image."""
    for name in index.pull_secrets(use.pod).names:
        for secret in _usable(index, use, name.value):
            if secret.config is None and secret.is_readable:
                at, why = line_of(index, secret.place), f"its type is `{secret.type}`, so the kubelet ignores it"
            elif secret.config is not None:
                at, why = line_of(index, secret.config_place), _why_not(secret, reference)
            else:
                continue
            values = {"secret": name.value, "name": reference.normalized, "why": why}
            if was_sent:
                return Verdict(CONTRADICTED, at, contradiction=said("mismatch-but-sent", **values))
            return Verdict(PROVEN, at, said("mismatch", **values), f"{at.text}: {_repair(secret, reference)}")
    return Verdict(POSSIBLE, place, "The content of the pull secrets is not in the manifests.")


def _why_not(secret: Secret, reference: ImageReference) -> str:
    config = secret.config
    if config is None or not config.entries or not any(entry.has_username for entry in config.entries):
        return config.reason if config is not None else "its content is not known"
    for entry in config.entries:
        miss = near_miss(entry.key, reference.normalized)
        if miss is not None:
            return f"its key `{entry.key}` does not match, because {miss[0]}"
    return "it has keys for " + ", ".join(f"`{entry.key}`" for entry in config.entries[:3])


def _repair(secret: Secret, reference: ImageReference) -> str:
    for entry in secret.config.entries if secret.config is not None else ():
        miss = near_miss(entry.key, reference.normalized)
        if miss is not None:
            return f"write the key `{miss[1]}`"
    key = "https://index.docker.io/v1/" if reference.registry == DOCKER_HUB else reference.host
    return f"use a Secret of type kubernetes.io/dockerconfigjson with the key `{key}` and a user name"


def _without_secret(index: Index, use: ImageUse, place: Line, *, was_sent: bool, none_sent: bool) -> Verdict:
    """Neither the pod nor its account names a pull secret."""
    if was_sent:
        return Verdict(CONTRADICTED, place, contradiction=said("none-but-sent"))
    confidence = PROVEN if none_sent else POSSIBLE
    if _looks_local(index, use):
        fix = f"{place.text}: write the registry in front of `{use.effective}`, and push the image"
        return Verdict(confidence, place, said("local-name", image=use.effective), fix)
    near = _near_name(index, use)
    if near is not None:
        fix = f"{place.text}: write `{near.effective}` for `{use.effective}`"
        return Verdict(
            confidence, place, said("near-name", at=line_of(index, near.place).text, other=near.effective), fix
        )
    sibling = _sibling(index, use)
    if sibling is not None:
        name = index.pull_secrets(sibling.pod).names[0].value
        text = said("sibling", label=sibling.pod.resource.label, at=line_of(index, sibling.place).text, secret=name)
        return Verdict(
            confidence, place, text, f"{place.text}: add imagePullSecrets: [{{name: {name}}}] to this pod, too"
        )
    return Verdict(confidence, place, said("none"))


def _looks_local(index: Index, use: ImageUse) -> bool:
    """A name without a registry, and without an organisation that Docker Hub could have."""
    reference = use.named
    if reference is None or not reference.is_short:
        return False
    official = index.world.knowledge.official_images
    return reference.repository.startswith("library/") and reference.repository.removeprefix("library/") not in official


def _near_name(index: Index, use: ImageUse) -> ImageUse | None:
    from difflib import SequenceMatcher

    mine = use.named.normalized[:300] if use.named is not None else ""
    for one in index.images[:_MOST_COMPARED]:
        name = one.named.normalized[:300] if one.named is not None else ""
        if name and name != mine and abs(len(name) - len(mine)) <= 2:
            matcher = SequenceMatcher(None, mine, name, autojunk=False)
            if matcher.quick_ratio() >= 0.9 and matcher.ratio() >= 0.9:
                return one
    return None


def _sibling(index: Index, use: ImageUse) -> ImageUse | None:
    """Another image of the same registry and organisation that is pulled with a secret."""
    scope = _scope(use)
    near = index.images[:_MOST_COMPARED]
    return next((one for one in near if _scope(one) == scope and index.pull_secrets(one.pod).names), None)


def _scope(use: ImageUse) -> str | None:
    return f"{use.named.host}/{use.named.repository.partition('/')[0]}" if use.named is not None else None
