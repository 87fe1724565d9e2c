"""What is wrong after the name of an image: in its tag or its digest."""

from __future__ import annotations

import re

from imagelint.kubelet.reference import DIGEST_LENGTHS

_SHOWN = 60
_FLOAT = re.compile(r"([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_BEFORE_SLASH = re.compile(r"([^@:/]+(?::[0-9]+)?/(?:[^@:/]+/)*)([^@:/]+):([^@]+/.*)")
_TAG_RULE = "may only contain letters, digits, `_`, `.` and `-`, and may not start with `.` or `-`"

# A stable slug, a clause for people, and the intended reference (a guess, which may not parse).
Cause = tuple[str, str, str | None]


def shown(text: str) -> str:
    """A part of an image for a message: on one line, and shortened."""
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def digest_cause(text: str) -> Cause | None:
    """What is wrong after the first `@`."""
    name, at, digest = text.partition("@")
    if not at:
        return None
    algorithm, colon, value = digest.partition(":")
    if not colon:
        return _not_a_digest(name, digest)
    if "@" in value:
        return "bad-digest", "it has two digests", None
    if ":" in value and algorithm in DIGEST_LENGTHS:
        value, _, tag = value.partition(":")
        return "tag-after-digest", "the tag follows the digest; it must come first", f"{name}:{tag}@{algorithm}:{value}"
    return _digest_value(text, algorithm, value)


def _not_a_digest(name: str, written: str) -> Cause:
    if re.fullmatch("[0-9a-f]{64}", written):
        return "bad-digest", "the digest lacks its algorithm, `sha256:`", f"{name}@sha256:{written}"
    if _TAG.fullmatch(written) and written not in DIGEST_LENGTHS:
        reason = f"`@` is followed by a tag (`{shown(written)}`) instead of a digest"
        return "at-for-colon", reason, f"{name}:{written}"
    return "bad-digest", f"the digest `@{shown(written)}` has no value", None


def _digest_value(text: str, algorithm: str, value: str) -> Cause | None:
    if algorithm not in DIGEST_LENGTHS:
        if algorithm.lower() in DIGEST_LENGTHS:
            lower = text.replace(f"@{algorithm}:", f"@{algorithm.lower()}:")
            return "bad-digest", f"the digest algorithm `{shown(algorithm)}` must be lower case", lower
        return "bad-digest", f"the digest algorithm `{shown(algorithm)}` is not supported; use sha256", None
    length = DIGEST_LENGTHS[algorithm]
    if len(value) != length:
        reason = f"a {algorithm} digest has {length} hexadecimal digits, but this one has {len(value)}"
        return "bad-digest", reason, None
    odd = re.search("[^0-9a-fA-F]", value)
    if odd is not None:
        return "bad-digest", f"the digest contains `{shown(odd[0])}`, which is not hexadecimal", None
    if value.lower() != value:
        reason = "the digest has upper-case digits; only lower case is accepted"
        return "bad-digest", reason, text.replace(value, value.lower())
    return None


def slash_in_tag(text: str) -> Cause | None:
    """A `:` after the registry with a `/` after it: the name of a branch, or a project of a domain."""
    found = _BEFORE_SLASH.fullmatch(text)
    if found is None:
        return None
    head, component, rest = found.groups()
    if "." in component:
        reason = f"`{shown(component)}:` contains `:`; write the project of a domain as `{shown(component)}/…`"
        return "grammar", reason, f"{head}{component}/{rest}"
    tag = rest.partition("@")[0]
    usual = shown(tag.replace("/", "-"))
    return (
        "bad-tag",
        f"the tag `{shown(tag)}` contains `/`, which tags may not; pipelines usually replace it: `{usual}`",
        None,
    )


def tag_cause(text: str) -> Cause | None:
    """What is wrong after the `:` of the last part of the path."""
    last = text.partition("@")[0].rpartition("/")[2]
    _, colon, tag = last.partition(":")
    if not colon or "[" in last:
        return None
    if not tag:
        digest = text.partition("@")[2]
        repair = text.replace(":@", "@") if digest else None
        return "empty-tag", "the tag after `:` is empty", repair
    if ":" in tag:
        return _two_tags(text, tag)
    return _tag_value(tag)


def _two_tags(text: str, tag: str) -> Cause:
    first, _, second = tag.partition(":")
    name = text.removesuffix(f":{tag}")
    if first in DIGEST_LENGTHS:
        return "colon-for-at", f"a digest (`{shown(first)}:…`) must follow `@`, not `:`", f"{name}@{tag}"
    repair = f"{name}:{second}" if first in {"", second} else None
    return "two-tags", f"it has two tags (`{shown(tag)}`)", repair


def _tag_value(tag: str) -> Cause | None:
    number = _FLOAT.fullmatch(tag)
    if number is not None:
        reason = f"the tag `{shown(tag)}` is a number that YAML or Helm read as a float{_probably(number)}"
        return "plus-in-tag", f"{reason}; quote it where it is set", None
    if "+" in tag:
        usual = shown(tag.replace("+", "-"))
        reason = f"the tag `{shown(tag)}` contains `+`, which tags may not; images usually use `{usual}`"
        return "plus-in-tag", reason, None
    if not _TAG.fullmatch(tag):
        return "bad-tag", f"the tag `{shown(tag)}` {_TAG_RULE}", None
    if len(tag) > 128:
        return "tag-too-long", f"the tag has {len(tag)} characters, more than 128", None
    return None


def _probably(number: re.Match[str]) -> str:
    fraction, exponent = number[2] or "", int(number[3])
    if len(fraction) > exponent:
        return ""
    return f", probably `{number[1]}{fraction}{'0' * (exponent - len(fraction))}`"
