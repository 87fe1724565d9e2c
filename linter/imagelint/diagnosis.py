"""Why a text is no image reference, and what was certainly meant. Only asked once the grammar has said no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.reference import (
    DIGEST_LENGTHS,
    DOCKER_HUB,
    MAX_PATH,
    MAX_TEXT,
    InvalidReferenceError,
    is_reference,
    split_domain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SHOWN = 60
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://+", re.ASCII)
# Schemes that tools print in front of a whole reference; `ghcr.io://app` is a host with a slip of the keys.
_KNOWN_SCHEMES = frozenset({"http", "https", "docker", "docker-pullable", "oci"})
_PAGE = re.compile(r"(?:https?://)?hub\.docker\.com/(?:_|r)/(.+)")
_NOTHING = re.compile(r"<no value>|<nil>|<none>|\b(?:None|undefined)\b|%!s\([^)]*\)|\[object Object\]")
_FLOAT = re.compile(r"([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])", re.ASCII)
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*", re.ASCII)
_QUOTE = re.compile("[\"'`]")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)

_TAG_RULE = "may hold letters, digits, `_`, `.` and `-` only, and not start with `.` or `-`"
_COMPONENT_RULE = (
    "may hold lower-case letters and digits, joined by one of `.`, `_`, `__` or dashes, "
    "and must start and end with a letter or digit"
)

Cause = tuple[str, str, str | None]


def diagnose(text: str) -> InvalidReferenceError:
    """The error that names the first thing wrong with `text`, with a repair that parses or none."""
    for cause in _CAUSES:
        found = cause(text)
        if found is not None:
            kind, reason, repair = found
            sure = repair if repair is not None and repair != text and is_reference(repair) else None
            return InvalidReferenceError(kind, reason, sure)
    return InvalidReferenceError("grammar", f"`{_shown(text)}` is not of the form [registry/]path[:tag][@digest]")


def _shown(text: str) -> str:
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def _length(text: str) -> Cause | None:
    if not text:
        return "empty", "it is empty", None
    if len(text) > MAX_TEXT:
        return "too-long", f"it is {len(text):,} characters long", None
    path = split_domain(text)[1].partition("@")[0].partition(":")[0]
    if len(path) > MAX_PATH:
        return "too-long", f"the repository has {len(path)} characters, more than {MAX_PATH}", None
    return None


def _white_space(text: str) -> Cause | None:
    if text != text.strip():
        return "whitespace", "white space around it is part of the value", text.strip()
    if any(char.isspace() for char in text) and not _NOTHING.search(text):
        where = next(position for position, char in enumerate(text) if char.isspace())
        return "whitespace", f"it holds white space (`{_shown(text[where])}`) at character {where + 1}", None
    return None


def _web_page(text: str) -> Cause | None:
    match = _PAGE.fullmatch(text)
    return ("web-page", "it is the address of a page of Docker Hub", match[1]) if match else None


def _scheme(text: str) -> Cause | None:
    match = _SCHEME.match(text)
    if match is None:
        return None
    repair = text[match.end() :] if match[1].lower() in _KNOWN_SCHEMES else None
    return "scheme", f"`{_shown(match[0])}` is no part of an image reference", repair


def _nothing(text: str) -> Cause | None:
    match = _NOTHING.search(text)
    if match is None:
        return None
    return "nil", f"`{_shown(match[0])}` is what a template writes for a value that was not set", None


def _quotes(text: str) -> Cause | None:
    found = _QUOTE.search(text)
    if found is None:
        return None
    around = text[0] == text[-1] == found[0] and len(text) > 2
    return "quotes", f"the quotes (`{found[0]}`) are part of the value", text[1:-1] if around else None


def _odd_characters(text: str) -> Cause | None:
    for char in text:
        if not char.isascii() or not char.isprintable():
            kind = "control" if char.isascii() else "non-ascii"
            return kind, f"it holds the character U+{ord(char):04X} (`{_shown(char)}`)", None
    for kind, char, reason in (
        ("list", ",", "it names several images, joined by `,`"),
        ("query", "?", "`?` is no part of an image reference"),
        ("backslash", "\\", "it holds `\\` where a registry expects `/`"),
    ):
        if char in text:
            return kind, reason, None
    return None


def _slashes(text: str) -> Cause | None:
    if text.startswith("/"):
        return "empty-component", "it starts with `/`: the registry in front of it is missing", None
    if text.endswith("/"):
        return "empty-component", "it ends with `/`: the name of the image is missing", None
    if "//" in text:
        return "empty-component", "`//` leaves a part of the path empty", re.sub("/{2,}", "/", text)
    return None


def _image_id(text: str) -> Cause | None:
    if re.fullmatch("[a-f0-9]{64}", text):
        return "image-id", "64 hexadecimal digits are an image ID, which cannot be pulled", None
    return None


def _digest(text: str) -> Cause | None:
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
        return "tag-after-digest", "the tag stands behind the digest", f"{name}:{tag}@{algorithm}:{value}"
    return _digest_value(text, algorithm, value)


def _not_a_digest(name: str, written: str) -> Cause:
    if re.fullmatch("[0-9a-f]{64}", written):
        return "bad-digest", "the digest lacks its algorithm, `sha256:`", f"{name}@sha256:{written}"
    if _TAG.fullmatch(written) and written not in DIGEST_LENGTHS:
        reason = f"`@` is followed by a tag (`{_shown(written)}`), not by a digest"
        return "at-for-colon", reason, f"{name}:{written}"
    return "bad-digest", f"the digest `@{_shown(written)}` has no value", None


def _digest_value(text: str, algorithm: str, value: str) -> Cause | None:
    if algorithm not in DIGEST_LENGTHS:
        if algorithm.lower() in DIGEST_LENGTHS:
            lower = text.replace(f"@{algorithm}:", f"@{algorithm.lower()}:")
            return "bad-digest", f"the digest algorithm `{_shown(algorithm)}` must be lower case", lower
        return "bad-digest", f"the digest algorithm `{_shown(algorithm)}` is not supported; sha256 is", None
    length = DIGEST_LENGTHS[algorithm]
    if len(value) != length:
        reason = f"a {algorithm} digest has {length} hexadecimal digits, this one has {len(value)}"
        return "bad-digest", reason, None
    odd = re.search("[^0-9a-fA-F]", value)
    if odd is not None:
        return "bad-digest", f"the digest holds `{_shown(odd[0])}`, which is not hexadecimal", None
    if value.lower() != value:
        reason = "the digest has upper-case digits; only lower case is accepted"
        return "bad-digest", reason, text.replace(value, value.lower())
    return None


def _tag(text: str) -> Cause | None:
    last = text.partition("@")[0].rpartition("/")[2]
    _, colon, tag = last.partition(":")
    if not colon or "[" in last:
        return None
    if not tag:
        return "empty-tag", "nothing follows the `:`: the tag is empty", None
    if ":" in tag:
        return "two-tags", f"it has two tags (`{_shown(tag)}`)", None
    return _tag_value(tag)


def _tag_value(tag: str) -> Cause | None:
    number = _FLOAT.fullmatch(tag)
    if number is not None:
        reason = f"the tag `{_shown(tag)}` is a number that YAML or Helm read as a float{_probably(number)}"
        return "plus-in-tag", f"{reason}; quote it where it is set", None
    if "+" in tag:
        usual = _shown(tag.replace("+", "-"))
        reason = f"the tag `{_shown(tag)}` holds `+`, which no tag may; images usually have `{usual}`"
        return "plus-in-tag", reason, None
    if not _TAG.fullmatch(tag):
        return "bad-tag", f"the tag `{_shown(tag)}` {_TAG_RULE}", None
    if len(tag) > 128:
        return "tag-too-long", f"the tag has {len(tag)} characters, more than 128", None
    return None


def _probably(number: re.Match[str]) -> str:
    fraction, exponent = number[2] or "", int(number[3])
    if len(fraction) > exponent:
        return ""
    return f", probably of `{number[1]}{fraction}{'0' * (exponent - len(fraction))}`"


def _port(text: str) -> Cause | None:
    host, slash, rest = text.partition("/")
    if not slash:
        return None
    name, colon, port = _host_and_port(host)
    if colon and not port:
        repair = f"{name}/{rest}" if "." in name else None
        return "port", f"the port of `{_shown(host)}` is empty", repair
    if colon and not port.isdigit():
        reason = f"`{_shown(host)}` is read as a registry with a port, and `{_shown(port)}` is no number"
        return "port", reason, None
    return _second_host(text, host, rest)


def _host_and_port(host: str) -> tuple[str, str, str]:
    if not host.startswith("["):
        return host.partition(":")
    name, bracket, port = host.partition("]")
    return f"{name}{bracket}", port[:1], port[1:]


def _second_host(text: str, host: str, rest: str) -> Cause | None:
    """A path may not hold `:`, so that a second registry with a port breaks the grammar."""
    second, slash, name = rest.partition("/")
    if not slash or not re.fullmatch(r"[A-Za-z0-9.-]+:[0-9]+", second):
        return None
    sure = second == host or split_domain(text)[0] in {DOCKER_HUB, f"registry-1.{DOCKER_HUB}"}
    reason = f"a second registry, `{_shown(second)}`, stands in the path"
    return "doubled-registry", reason, f"{second}/{name}" if sure else None


def _host(text: str) -> Cause | None:
    host, slash, _ = text.partition("/")
    name, _, _ = _host_and_port(host)
    if not slash or _HOST.fullmatch(name):
        bare = name.startswith("-") or name.endswith("-") or ".." in name
        return ("host", f"`{_shown(host)}` is no host name", None) if slash and bare else None
    if host.startswith("["):
        return "host", f"`{_shown(host)}` is no IPv6 address in brackets", None
    if "." in host or ":" in host:
        return "host", f"`{_shown(host)}` is no host name", None
    return None


def _upper_case(text: str) -> Cause | None:
    _, remainder, is_short = split_domain(text)
    path = remainder.partition(":")[0]
    if path.lower() == path:
        return None
    written = path.removeprefix("library/") if is_short else path
    reason = f"the repository `{_shown(written)}` has upper-case letters; only lower case is allowed"
    head = "" if is_short else f"{text.partition('/')[0]}/"
    body = text[len(head) :]
    tail = body[len(body.partition("@")[0].partition(":")[0]) :]
    return "uppercase", reason, f"{head}{body[: len(body) - len(tail)].lower()}{tail}"


def _components(text: str) -> Cause | None:
    for component in text.partition("@")[0].rpartition(":")[0].split("/") if ":" in text else text.split("/"):
        if not _COMPONENT.fullmatch(component) and component != text.partition("/")[0]:
            return "grammar", _component_reason(component), None
    name = text.partition("@")[0].partition(":")[0].rpartition("/")[2]
    return None if _COMPONENT.fullmatch(name) else ("grammar", _component_reason(name), None)


def _component_reason(component: str) -> str:
    if not component:
        return "the name of the image is missing"
    return f"`{_shown(component)}` {_COMPONENT_RULE}"


_CAUSES: tuple[Callable[[str], Cause | None], ...] = (
    _length,
    _white_space,
    _web_page,
    _scheme,
    _nothing,
    _quotes,
    _odd_characters,
    _image_id,
    _slashes,
    _digest,
    _port,
    _host,
    _tag,
    _upper_case,
    _components,
)
