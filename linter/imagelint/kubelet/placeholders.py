"""Text in an image or a Secret that something should have replaced before the manifest is applied."""

from __future__ import annotations

import re
from functools import cache

from imagelint.text.trace import Part

_WORDS = r"CHANGE[_-]?ME|REPLACE(?:[_-]?(?:ME|THIS|WITH))?|FIX[_-]?ME|TODO|PLACEHOLDER|INSERT|FILL[_-]?IN"
_LOWER = r"placeholder|change[_-]?me|replace[_-]?me|fix[_-]?me|to[_-]be[_-](?:defined|determined|set)|tbd|xxx"
_YOURS = (
    "registry|repo|image|user|name|org|company|project|account|docker|acr|ecr|gcr|hub|namespace|tag|version|app|domain"
    "|private|container|host|server|id"
)
_PATTERNS = (
    r"\{\{.{0,80}?\}\}|\{\{",  # Go templates, Helm, Argo Workflows, Jinja
    r"\{%.{0,80}?%\}",
    r"\$\{[^}]{0,80}\}",  # shell, Flux, OpenShift templates
    r"\$\([^)]{0,80}\)",  # make, Tekton, kustomize vars
    r"\$[A-Za-z_][A-Za-z0-9_]*",
    r"\$\[[^\[\]]{1,80}\]",  # Maven's delimiters, as some projects set them
    r"\[\[.{0,80}?\]\]",
    r"\(\([\w./ -]{1,80}\)\)",  # Concourse
    r"\[(?![0-9A-Fa-f:.]*\])[^\[\]]{1,80}\]",  # `[PROJECT_ID]`, and no IPv6 address
    r"<(?!no value>|nil>)[^<>]{1,80}>",  # `<your-registry>`; Go's text for an unset value is not a placeholder
    r"#\{[^{}]{1,80}\}#?|##[A-Za-z_]\w{0,60}##|#[A-Z_]\w{0,60}#",  # Azure's tokens, Octopus
    r"\{[A-Za-z_][\w. -]{0,60}\}",  # Python's format strings
    r"%[A-Za-z_][A-Za-z0-9_]*%",  # batch files
    r"@[A-Z][A-Z0-9_]*@|@[A-Za-z][A-Za-z0-9_-]{0,40}(?:\.[A-Za-z0-9_-]{1,40}){1,8}@",  # autoconf, Maven
    r"__[A-Za-z][A-Za-z0-9_]*?__",
    rf"(?<![A-Za-z0-9])(?:[A-Z0-9_-]{{0,60}}_)?(?:{_WORDS})(?:[_-][A-Z0-9_-]*)?(?![a-z0-9])",
    r"(?<![A-Za-z0-9])YOUR[_-][A-Z0-9_-]+",
    r"(?<![A-Za-z0-9._-])[A-Z][A-Z0-9]*(?:_[A-Z][A-Z0-9]*)+(?![A-Za-z0-9.-])(?=[/:@]|\Z)(?<!:)",  # PROJECT_ID
    r"\A(?:[A-Z0-9_]{0,60}IMAGE[A-Z0-9_]{0,60}|IMG)\Z",
    # Words of a sentence; two in lower case may be a name and a tag.
    r"\A[A-Z]{1,60}(?: [A-Z]{1,60}){1,20}\Z|\A[A-Za-z]{1,60}(?: [A-Za-z]{1,60}){2,20}\Z",
    r"\A(?i:set|fill|change|insert|add|put|your)(?: [A-Za-z]{1,60}){1,20}\Z",
    r"(?<![^/])(?:OWNER|USER(?:NAME)?|ORG|PROJECT|REGISTRY|REPO(?:SITORY)?|(?:PROJECT|ORG|USER|REPO)-(?:ID|NAME))(?=/)",
    r"(?<=:)(?:TAG|VERSION)\Z",
    # As the whole image or the whole tag; part of a name may be meant, as in `acme/placeholder:1`, and so may `todo`.
    rf"\A(?:{_LOWER})(?=(?::(?:latest|{_LOWER}))?\Z)|(?<=:)(?:{_LOWER}|todo)\Z",
    rf"(?<![A-Za-z0-9])your[_-]?(?:{_YOURS})[a-z0-9_-]*",
    r"(?<![A-Za-z0-9])(?:aws[_-])?account[_-]id(?![A-Za-z0-9])",
    r"(?<![A-Za-z0-9])[xX]{4,}(?![A-Za-z0-9])",
    r"(?<![^/])username(?=/)",
    r"\A(?![0-9]+\.)[^./]+(?=\.dkr\.ecr\.)",  # an account has a number
    r"(?<=\.dkr\.ecr\.)(?![a-z]+-[a-z-]+-[0-9]+\.)[^./]+(?=\.amazonaws\.)",
)
_TRIGGERS = frozenset("{$[<%@#( ") | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
# Words in lower case that belong to one.
_WORDS_WITHIN = (
    *("your", "account", "xxx", "username/", ".dkr.ecr."),
    *("placeholder", "changeme", "change-me", "replaceme", "replace-me", "fixme", "fix-me", "to-be-", ":tbd", ":todo"),
)
_LONGEST = 4096


# As text: most runs need no such pattern, and it takes longer to compile than to match.
_VERBS = r"(?:filled|set|replaced|overridden|overwritten|provided|injected|populated|substituted|supplied)"
_FILLED_IN = (
    rf"(?ai)\s*(?:to[ _-]be[ _-]|will[ _-]be[ _-])?{_VERBS}(?:[ _-]in)?[ _-]by[ _-][\w -]{{1,80}}"
    rf"|(?:to|will|must|should) be {_VERBS}(?: [\w -]{{0,80}})?"
)
# Part of a name that is valid and is not meant: `should-be-overridden-during-runtime`.
_SAYS_SO = r"(?a)(?:should|will|must|to)[ ._-](?:be[ ._-])?(?:replaced?|overridden|overwritten|substituted)(?![a-z])"


# What `oc adm release new` replaces in the manifests of OpenShift: `placeholder.url.oc.will.replace.this.org/…`.
_PAYLOAD_HOST = "oc.will.replace.this"

# Around the content of a Secret: in a block scalar, quotes are a part of it.
_AROUND_CONTENT = " \t\r\n'\""
# What takes the place of the whole content of a Secret.
_CONTENT = (
    r"(?is)(?:change|replace|fix)[ _-]?(?:me|this)(?:[ _-].*)?|todo|placeholder|x{3,}|\*+|\u2022+|\.+|<.*>|your[ _-].*"
    r"|[^{].*(?:\.\.\.|\u2026|\*\*\*)|base64[ _-]encoded[ _-].*|(?:add|fill|insert|paste|put)[ _-].*"
    # What tools that print a Secret show instead of it: `***REDACTED***`, `(sensitive value)`, `++++++++`.
    r"|[\W_]*(?:redacted|hidden|masked|removed|omitted|censored|sanitized|scrubbed|sensitive(?:[ _-]value)?)[\W_]*|\++"
)


def is_filled_in(image: str) -> bool:
    """Whether the text says that a program writes the image: `FILLED BY THE OPERATOR`, a host of OpenShift."""
    if _PAYLOAD_HOST in image:
        return True
    says_so = ("replace" in image or "over" in image or "subst" in image) and re.search(_SAYS_SO, image) is not None
    may_say_so = any(word in image.lower() for word in ("by", " be "))
    return says_so or (may_say_so and re.fullmatch(_FILLED_IN, image) is not None)


def find_placeholder(image: str) -> str | None:
    """The first placeholder in an image as written, or None: `${TAG}` of `app:${TAG}`."""
    if not _TRIGGERS.intersection(image) and not any(word in image for word in _WORDS_WITHIN):
        return None
    matches = (match for pattern in _patterns() if (match := pattern.search(image[:_LONGEST])))
    first = min(matches, key=lambda match: match.start(), default=None)
    return first[0] if first else None


def part_of_placeholder(image: str, placeholder: str) -> Part:
    """The part of an image that a placeholder in it belongs to: the tag in `app:${TAG:-latest}`."""
    before, _, after = image.partition(placeholder)
    if "@" in before:
        return Part.DIGEST
    if "/" not in after and ":" in before.rpartition("/")[2]:
        return Part.TAG
    return Part.HOST if after.startswith(("/", ":", ".")) and "/" in after and "/" not in before else Part.NAME


def is_placeholder_of_content(content: str) -> bool:
    """Whether the content of a Secret is only a placeholder: `REPLACE_ME`, `<docker config>`, `REDACTED`.

    A sentence is none, as it may be a mistake: `not valid json`. Nor is an object that is not JSON: `{not json}`.
    """
    text = content.strip(_AROUND_CONTENT)
    if len(text) > _LONGEST or not text:
        return False
    joined = "_".join(text.split())
    is_whole = find_placeholder(joined) == joined and (text[0] not in "{[" or text.isupper())
    return is_whole or is_filled_in(text) or re.fullmatch(_CONTENT, text) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compiled when the first image has a character that may belong to a placeholder: most runs have none."""
    return tuple(re.compile(pattern, re.ASCII) for pattern in _PATTERNS)
