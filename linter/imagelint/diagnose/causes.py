"""The cause of a failed pull, from its error: which of the known texts is in it (`data/causes.json`)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from imagelint.data import load_data
from imagelint.diagnose.event_messages import BROKEN_SECRET, SECRET_REASON
from imagelint.diagnose.observations import Diagnosis
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN, OTHER = "unknown", "other"
# Causes that the reason alone proves.
_BY_REASON = {
    "InvalidImageName": "invalid-name",
    "ErrImageNeverPull": "never-pull",
    "SignatureValidationFailed": "signature",
    SECRET_REASON: "secret-missing",
}
_BROKEN = Diagnosis(OTHER, "broken-pull-secret")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")
_DIGEST = re.compile(r"sha(?:256|512):[0-9a-f]{6,128}")
# CRI-O tries an image as an artifact, too; what became of that says nothing.
_ARTIFACT = re.compile(r"; artifact err: .*", re.DOTALL)
_PREFIX = re.compile(r"^(?:rpc error: code = \w+ desc = |Error response from daemon: )+")
# Between the errors of two credentials (Kubernetes v1.36 `utilerrors.NewAggregate`).
_NEXT_ERROR = re.compile(r", (?=rpc error: code = |failed to pull and unpack image |Error response from daemon: )")


class Text(NamedTuple):
    """A text of a runtime that proves a cause."""

    cause: str
    subcause: str | None
    pattern: re.Pattern[str]


class CauseTexts(NamedTuple):
    """The texts of a cause: one sentence, a remedy, and a command that distinguishes the possibilities."""

    summary: str
    fix: str
    check: str
    rules: tuple[str, ...]


def diagnose_error(error: str | None, reason: str | None, image: str | None) -> Diagnosis:
    """The cause that an error proves, or else the waiting reason alone."""
    if reason is not None and BROKEN_SECRET.fullmatch(reason):
        return _BROKEN
    if error:
        found = sorted((_diagnose_one(part, image) for part in split_errors(error)), key=_rank)
        causes = dict.fromkeys(one.cause for one in found)
        by_reason = _BY_REASON.get(reason or "")
        if found[0].cause != OTHER or found[0].subcause or by_reason is None:
            return found[0]._replace(also=tuple(cause for cause in causes if cause != found[0].cause))
    cause = _BY_REASON.get(reason or "", UNKNOWN)
    return Diagnosis(cause, _sub_rule(image) if cause == "invalid-name" else None)


def split_errors(error: str) -> list[str]:
    """The errors of a list, one for each credential that was tried."""
    error = _ARTIFACT.sub("", error).strip()
    if not error.startswith("["):
        return [error]
    return _NEXT_ERROR.split(error[1:].removesuffix("]"))


def _diagnose_one(error: str, image: str | None) -> Diagnosis:
    words = _words(error, image)
    text = next((text for text in texts() if text.pattern.search(words)), None)
    if text is None:
        return Diagnosis(OTHER)
    subcause = text.subcause
    if text.cause == "invalid-name":
        subcause = _sub_rule(image)
    if text.cause == "not-found" and subcause is None and image and _lacks_tag(image, error):
        subcause = "no-latest-tag"
    return Diagnosis(text.cause, subcause)


def _words(error: str, image: str | None) -> str:
    """The words of the runtime, without those that a stranger may choose: addresses, digests and the image."""
    words = _DIGEST.sub("DIGEST", _ADDRESS.sub("URL", error))
    if image:
        for name in {image, image.partition("@")[0], image.partition("@")[0].rpartition(":")[0]}:
            words = words.replace(name, "IMAGE") if len(name) > 2 else words
    return _PREFIX.sub("", words)


def _lacks_tag(image: str, error: str) -> bool:
    name = image.rpartition("/")[2]
    return ":" not in name and "@" not in name and ":latest" in error


def _sub_rule(image: str | None) -> str | None:
    """Which part of the grammar an image breaks."""
    if image is None:
        return None
    if image.startswith("/"):
        return "empty-registry"
    try:
        parse_reference(image)
    except InvalidReferenceError as error:
        return error.kind
    return None


def _rank(diagnosis: Diagnosis) -> int:
    order = list(dict.fromkeys(text.cause for text in texts()))
    return order.index(diagnosis.cause) if diagnosis.cause in order and diagnosis.cause != OTHER else len(order)


@cache
def texts() -> tuple[Text, ...]:
    """All texts, in the order in which they are looked for: messages nest, and the more special one proves more."""
    return tuple(
        Text(row["cause"], row.get("subcause"), re.compile(row["pattern"])) for row in load_data("causes.json")["texts"]
    )


@cache
def about_causes() -> Mapping[str, Mapping[str, Any]]:
    """What is said of each cause and, under its name, of each subcause."""
    causes: Mapping[str, Mapping[str, Any]] = load_data("causes.json")["causes"]
    return causes


def texts_of(diagnosis: Diagnosis) -> CauseTexts:
    """What is said of a cause, with the words of its subcause if that has its own."""
    row = about_causes()[diagnosis.cause]
    own = row.get("subcauses", {}).get(diagnosis.subcause or "", {})
    summary, fix, check, rules = (own.get(key, row[key]) for key in ("summary", "fix", "check", "rules"))
    return CauseTexts(summary, fix, check, tuple(rules))
