"""Why a text is not an image reference, and what was certainly meant. Only used if the grammar does not match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.kubelet.diagnosis_tail import Cause, digest_cause, shown, slash_in_tag, tag_cause
from imagelint.kubelet.reference import (
    DOCKER_HUB,
    MAX_PATH,
    MAX_TEXT,
    InvalidReferenceError,
    is_reference,
    split_domain,
)
from imagelint.text.user_info import split_user_info

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://+", re.ASCII)
# Schemes that tools print before a whole reference; `ghcr.io://app` is a host with a typo.
_KNOWN_SCHEMES = frozenset({"http", "https", "docker", "docker-pullable", "oci"})
_PAGE = re.compile(r"(?:https?://)?hub\.docker\.com/(?:_|r)/(.+)")
_NOTHING = re.compile(r"<no value>|<nil>|<none>|\b(?:None|undefined)\b|%!s\([^)]*\)|\[object Object\]")
_HOST = re.compile(r"(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])", re.ASCII)
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*", re.ASCII)
# A text may have several problems, of which a repair solves one.
_MOST_REPAIRS = 4
_AROUND_COLON = re.compile(r"(?<!\s)\s*:\s*")
_QUOTE = re.compile("[\"'`]")

_COMPONENT_RULE = (
    "may contain lower-case letters and digits, separated by one of `.`, `_`, `__` or dashes, "
    "and must start and end with a letter or digit"
)


def diagnose(text: str) -> InvalidReferenceError:
    """The error for the first problem in `text`, with a repair that parses, or none."""
    kind, reason, repair = _first_cause(text)
    for _ in range(_MOST_REPAIRS):
        if repair is None or repair == text:
            return InvalidReferenceError(kind, reason)
        if is_reference(repair):
            return InvalidReferenceError(kind, reason, repair)
        repair = _first_cause(repair)[2]
    return InvalidReferenceError(kind, reason)


def _first_cause(text: str) -> Cause:
    causes = (cause(text) for cause in _CAUSES)
    form = f"`{shown(text)}` is not of the form [registry/]path[:tag][@digest]"
    return next((found for found in causes if found is not None), ("grammar", form, None))


def _length(text: str) -> Cause | None:
    if not text:
        return "empty", "it is empty", None
    if len(text) > MAX_TEXT:
        return "too-long", f"it is {len(text):,} characters long", None
    path = split_domain(text)[1].partition("@")[0].partition(":")[0]
    if len(path) > MAX_PATH:
        return "too-long", f"the repository has {len(path)} characters, more than {MAX_PATH}", None
    return None


def _user_info(text: str) -> Cause | None:
    parts = split_user_info(text)
    if parts is None or not (parts[0] or "/" in parts[2]):
        return None
    reason = "a user or password before the host is not part of an image reference; use a pull secret"
    host, slash, _ = parts[2].partition("/")
    # Without a host after it, the rest would name an image on Docker Hub.
    return "user-info", reason, parts[2] if slash and ("." in host or ":" in host or host == "localhost") else None


def _go_map(text: str) -> Cause | None:
    if "map[" not in text:
        return None
    reason = "`map[` is what a template prints for a mapping: it must use the fields of `image` one by one"
    return "map", reason, None


def _white_space(text: str) -> Cause | None:
    if text != text.strip():
        return "whitespace", "it has leading or trailing white space", text.strip()
    if any(char.isspace() for char in text) and not _NOTHING.search(text):
        where = next(position for position, char in enumerate(text) if char.isspace())
        repair = _AROUND_COLON.sub(":", text)
        return "whitespace", f"it contains white space (`{shown(text[where])}`) at character {where + 1}", repair
    return None


def _web_page(text: str) -> Cause | None:
    match = _PAGE.fullmatch(text)
    return ("web-page", "it is the address of a web page of Docker Hub", match[1]) if match else None


def _scheme(text: str) -> Cause | None:
    match = _SCHEME.match(text)
    if match is None:
        return None
    repair = text[match.end() :] if match[1].lower() in _KNOWN_SCHEMES else None
    return "scheme", f"`{shown(match[0])}` is not part of an image reference", repair


def _nothing(text: str) -> Cause | None:
    match = _NOTHING.search(text)
    if match is None:
        return None
    what = "a value that is not text" if match[0].startswith("%!s(") and "=" in match[0] else "an unset value"
    return "nil", f"`{shown(match[0])}` is what a template prints for {what}", None


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
            return kind, f"it contains the character U+{ord(char):04X} (`{shown(char)}`)", None
    for kind, char, reason in (
        ("list", ",", "it names several images, separated by `,`"),
        ("query", "?", "`?` is not allowed in an image reference"),
        ("backslash", "\\", "it contains `\\` instead of `/`"),
    ):
        if char in text:
            return kind, reason, None
    return None


def _slashes(text: str) -> Cause | None:
    if text.startswith("/"):
        return "empty-component", "it starts with `/`: the registry is missing", None
    if text.endswith("/"):
        return "empty-component", "it ends with `/`: the name of the image is missing", None
    if "//" in text:
        return "empty-component", "`//` makes a part of the path empty", re.sub("/{2,}", "/", text)
    return None


def _image_id(text: str) -> Cause | None:
    if re.fullmatch("[a-f0-9]{64}", text):
        return "image-id", "64 hexadecimal digits are an image ID, which cannot be pulled", None
    return None


def _port(text: str) -> Cause | None:
    host, slash, rest = text.partition("/")
    if not slash:
        return None
    name, colon, port = _host_and_port(host)
    if colon and not port:
        repair = f"{name}/{rest}" if "." in name else None
        return "port", f"the port of `{shown(host)}` is empty", repair
    if colon and not port.isdigit():
        reason = f"`{shown(host)}` is read as a registry with a port, but `{shown(port)}` is not a number"
        return "port", reason, None
    return _second_host(text, host, rest)


def _host_and_port(host: str) -> tuple[str, str, str]:
    if not host.startswith("["):
        return host.partition(":")
    name, bracket, port = host.partition("]")
    return f"{name}{bracket}", port[:1], port[1:]


def _second_host(text: str, host: str, rest: str) -> Cause | None:
    """A second registry with a port in the path, which may not contain `:`."""
    second, slash, name = rest.partition("/")
    if not slash or not re.fullmatch(r"[A-Za-z0-9.-]+:[0-9]+", second):
        return None
    sure = second == host or split_domain(text)[0] in {DOCKER_HUB, f"registry-1.{DOCKER_HUB}"}
    reason = f"the path contains a second registry, `{shown(second)}`"
    return "doubled-registry", reason, f"{second}/{name}" if sure else None


def _host(text: str) -> Cause | None:
    host, slash, _ = text.partition("/")
    name, _, _ = _host_and_port(host)
    if not slash or _HOST.fullmatch(name):
        bare = name.startswith("-") or name.endswith("-") or ".." in name
        return ("host", f"`{shown(host)}` is not a host name", None) if slash and bare else None
    if host.startswith("["):
        return "host", f"`{shown(host)}` is not an IPv6 address in brackets", None
    if "." in host or ":" in host:
        return "host", f"`{shown(host)}` is not a host name", None
    return None


def _upper_case(text: str) -> Cause | None:
    _, remainder, is_short = split_domain(text)
    path = remainder.partition(":")[0]
    if path.lower() == path:
        return None
    written = path.removeprefix("library/") if is_short else path
    reason = f"the repository `{shown(written)}` has upper-case letters; only lower case is allowed"
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
    return f"`{shown(component)}` {_COMPONENT_RULE}"


_CAUSES: tuple[Callable[[str], Cause | None], ...] = (
    _length,
    _user_info,
    _go_map,
    _white_space,
    _web_page,
    _scheme,
    _nothing,
    _quotes,
    _odd_characters,
    _image_id,
    _slashes,
    digest_cause,
    _port,
    _host,
    slash_in_tag,
    tag_cause,
    _upper_case,
    _components,
)
