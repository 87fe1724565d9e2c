"""User information in front of the host of an image, which no output may show: `https://bob:PASSWORD@host/app:1`."""

from __future__ import annotations

import re

# Replaces what is not shown.
MASK = "•••"

# As texts: few runs need them, and to compile them takes a good part of a short one.
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:/+|/+"
# What follows the `@` of a digest, also of one that is cut off or wrong.
_DIGEST = r"(?ai:(?:sha\d|md5|blake)|[A-Za-z0-9_+.-]+:[0-9a-f]{32})"
_HOST_WITH_PORT = r"[^/:]*(?::[0-9]*)?/"
_IN_BACKTICKS = r"`([^`\n]*)`"
_WORD = r"[^\s`]+"
# What may surround a reference in a line of YAML or in a sentence.
_AROUND = r"[^A-Za-z0-9]*"
_URL = r"[A-Za-z][A-Za-z0-9+.-]{0,30}:/"


def split_user_info(image: str) -> tuple[str, str, str] | None:
    """The scheme of an image, its user information with the `@`, and the rest; None if it has no user information.

    The rest is what was meant if the image is otherwise right.
    """
    if "@" not in image:
        return None
    scheme = re.match(_SCHEME, image)
    start = scheme.end() if scheme else 0
    at = image.rindex("@")
    if re.match(_DIGEST, image[at + 1 :]) and "/" not in image[at:]:
        at = image.rfind("@", start, at)
    if at <= start or not (scheme or _is_user_info(image[start:at], image[at + 1 :])):
        return None
    if scheme and re.match(_HOST_WITH_PORT, image[start:at]) and "/" not in image[at:]:
        return None  # `https://host/app@latest`
    return image[:start], image[start : at + 1], image[at + 1 :]


def _is_user_info(before: str, behind: str) -> bool:
    """Whether `before@behind` is a user in front of a host, and not a path in front of what was meant as a digest."""
    if "/" in before:
        return "/" in behind or not re.match(_HOST_WITH_PORT, before)
    return "/" in behind or ":" in before


def without_user_info(image: str) -> str:
    """An image for output: `https://•••@host/app:1`."""
    parts = split_user_info(image)
    return image if parts is None else f"{parts[0]}{MASK}@{parts[2]}"


def mask_user_info(text: str) -> str:
    """A text for output, without the user information of the images and URLs in it."""
    if "@" not in text:
        return text
    text = re.sub(_IN_BACKTICKS, lambda found: f"`{without_user_info(found[1])}`", text)
    return re.sub(_WORD, _word_without_user_info, text)


def _word_without_user_info(found: re.Match[str]) -> str:
    """A word without user information; a user alone (`name@example.org/a`) counts after a scheme only."""
    word = found[0]
    if "@" not in word:
        return word
    url = re.search(_URL, word)
    around = re.match(_AROUND, word)
    start = url.start() if url else around.end() if around else 0
    if ":" not in word[start : word.rindex("@")]:
        return word
    return word[:start] + without_user_info(word[start:])
