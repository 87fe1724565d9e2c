"""What may be printed of an error: without passwords, tokens and signed addresses, and not longer than people read."""

from __future__ import annotations

import re

MASK = "***"
_MAX_LENGTH = 2000
# User information and queries of addresses: the former are passwords, the latter may be signatures.
_USER = re.compile(r"(?<=://)[^\s/@\"']{1,500}@")
_QUERY = re.compile(
    r"(?P<address>https?://[^\s?#\"'<>]{1,1000})[?#][^\s\"'<>]{0,8000}?(?=[:.,;)\\]{0,9}(?:[\s\"'<>]|$))"
)
_LOGIN = re.compile(r"(?<![\w./-])[\w.+-]{1,100}:[^\s@/\"']{1,300}@(?!sha\d)(?=[\w.-])")
_SCHEME = re.compile(
    r"(?i)\b(?P<scheme>bearer|basic)\s+(?=[A-Za-z0-9+/=._-]{0,2000}[\d=._+/A-Z])[A-Za-z0-9+/=._~-]{8,8000}"
)
_HEADER = re.compile(
    r"(?i)\b(?P<name>authorization(?=\s*[:=]\s*(?:bearer|basic|token|negotiate|digest|aws4)\b)|x-registry-auth|x-amz-[\w-]{1,60}|"
    r"set-cookie|cookie)\s*[:=]\s*[^,;\"']{1,8000}"
)
_ASSIGNED = re.compile(
    r"(?i)(?P<name>[\w.-]{0,60}(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|signature|credentials?|\bsig|\bauth))"
    r"(?P<sign>[\"']\s*[:=]\s*[\"']?|\s*=\s*[\"']?|(?<=d):\s*)(?P<value>[^\s\"',;&}]{1,8000})"
)
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_\w{10,255}|github_pat_\w{10,255}|glpat-[\w-]{10,255}|dckr_pat_[\w-]{10,255}|AKIA[A-Z0-9]{12,40}|ASIA[A-Z0-9]{12,40}"
    r"|hf_\w{20,80}|xox[abp]-[\w-]{10,255}|ya29\.[\w-]{10,2000}|npm_\w{20,80}|eyJ[\w-]{6,8000}(?:\.[\w-]{0,8000}){0,2})"
)
# A run of mixed case and digits is a key; digests and names of repositories are in lower case.
_RANDOM = re.compile(
    r"(?<![\w+/=-])(?=[\w+/-]{0,4000}?[A-Z])(?=[\w+/-]{0,4000}?[a-z])(?=[\w+/-]{0,4000}?\d)[A-Za-z0-9+_-]{40,4000}={0,2}"
)


def clean_error(text: str | None) -> str | None:
    """An error for people, on one line."""
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text[: 4 * _MAX_LENGTH]).strip()
    text = _USER.sub("", _QUERY.sub(r"\g<address>", text))
    text = _HEADER.sub(rf"\g<name>: {MASK}", _SCHEME.sub(rf"\g<scheme> {MASK}", text))
    text = _RANDOM.sub(MASK, _TOKEN.sub(MASK, _ASSIGNED.sub(rf"\g<name>\g<sign>{MASK}", text)))
    text = _LOGIN.sub(f"{MASK}@", text)
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"


def clean_image(image: str | None) -> str | None:
    """An image as it is written, without user information, which no reference may have."""
    if image is None:
        return None
    return re.sub(r"^((?:[a-z+]{1,20}://)?)[^/@]{0,500}@(?!sha\d)", r"\1", image[:600], count=1) or None
