"""Images in build scripts that are not YAML: only literals are read, nothing is run.

Sources: the API of Tilt (docs.tilt.dev/api.html), `k8s_object` of Bazel's rules_k8s, `oci_push` and `oci_load` of its
rules_oci, `container_push` and `container_bundle` of rules_docker.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders import jvm
from imagelint.facts.builders.commands import artifacts_of_commands
from imagelint.facts.builders.tools import BAZEL, BAZEL_OCI, TILT, Artifact
from imagelint.kubelet.reference import image_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from imagelint.facts.builders.tools import Builder


# Of Starlark: strings, so that what looks like a comment in one is none, and comments.
_STRING_OR_COMMENT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*")
# `docker_build`, `custom_build`, and those of extensions: `podman_build`, `docker_build_with_restart`.
_TEXT = r"(?:\"[^\"\n]{0,255}\"|'[^'\n]{0,255}')"
_TERM = rf"(?:{_TEXT}|[A-Za-z_]\w{{0,60}})"
# `'a' + NAME`, `'%s/a' % NAME`, `'{}/a'.format(NAME)`
_EXPRESSION = (
    rf"{_TERM}(?:[ \t]*\+[ \t]*{_TERM}){{0,8}}"
    rf"(?:[ \t]*%[ \t]*(?:{_TERM}|\({_TERM}(?:,[ \t]*{_TERM}){{0,8}}\))|\.format\({_TERM}(?:,[ \t]*{_TERM}){{0,8}}\))?"
)
_BUILD = re.compile(
    r"(?<![A-Za-z0-9_])(?:(?:[a-z0-9]+_)*build(?:_with_restart)?|pack)\s*\(\s*(?:ref\s*=\s*|name\s*=\s*)?"
    rf"({_EXPRESSION})\s*[,)]"
)
_CONSTANT = re.compile(rf"^([A-Za-z_]\w{{0,60}})[ \t]*=[ \t]*({_EXPRESSION})[ \t]*$", re.MULTILINE)
_LITERAL = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_FORMAT = re.compile(r"(?:\"([^\"\n]*)\"|'([^'\n]*)')(?:[ \t]*%[ \t]*(.+)|\.format\((.+)\))")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_MOST_EXPRESSIONS, _MOST_TEXTS = 20, 200
_LONGEST = 512
_SLOT = re.compile(r"%s|\{\d?\}")
_REPOSITORY = re.compile(r"\brepository\s*=\s*[\"']([^\"'\n]{1,255})[\"']")
_REPO_TAGS = re.compile(r"\brepo_tags\s*=\s*\[([^\]]{0,2000})\]")
_STRING = re.compile(r"[\"']([^\"'\n]{1,255})[\"']")
_IMAGES = re.compile(r"\bimages\s*=\s*\{((?:[^{}\"']|\"[^\"\n]*\"|'[^'\n]*')*)\}")
_KEY = re.compile(r"[\"']([^\"'\n]{1,255})[\"']\s*:")
# What its older rules for Docker push: a registry, and a repository in it.
_PUSH = re.compile(r"\b(?:container|docker)_push\(")
_LONGEST_CALL, _MOST_CALLS = 2000, 500
_REGISTRY = re.compile(r"\bregistry\s*=\s*[\"']([^\"'\n]{1,255})[\"']")


def _tilt(text: str, _path: str) -> Iterator[Artifact]:
    script = _without_comments(text)
    constants: dict[str, str] = {}
    for name, expression in _CONSTANT.findall(script):
        value = _value(expression, constants)
        if value is not None:
            constants[name] = value
    unknown: list[str] = []
    for expression in _BUILD.findall(script):
        value = _value(expression, constants)
        unknown += [expression] if value is None else []
        yield from _named(value or "", TILT)
    yield from _of_functions(unknown, constants, script)
    # Those of `local_resource` and `local`, which Tilt leaves as they are in manifests.
    yield from artifacts_of_commands(script) if "local" in script else ()


def _of_functions(expressions: Sequence[str], constants: Mapping[str, str], script: str) -> Iterator[Artifact]:
    """What loops and functions build: each text of the script may be the value of a variable of an expression."""
    texts: list[str] = [one or other for one, other in _LITERAL.findall(script)] if expressions else []
    for expression in expressions[:_MOST_EXPRESSIONS]:
        for text in [*dict.fromkeys(texts)][:_MOST_TEXTS]:
            variables: dict[str, str] = dict.fromkeys(_VARIABLE.findall(expression), text)
            yield from _named(_value(expression, {**variables, **constants}) or "", TILT)


def _value(expression: str, constants: Mapping[str, str]) -> str | None:
    """What an expression of Starlark makes of literals and constants, None if it needs something else."""
    formatted = _FORMAT.fullmatch(expression.strip())
    if formatted is not None:
        template, arguments = formatted[1] or formatted[2], formatted[3] or formatted[4]
        values = [_value(argument, constants) for argument in arguments.strip("()").split(",") if argument.strip()]
        parts = _SLOT.split(template)
        if len(parts) != len(values) + 1 or None in values:
            return None
        return _bounded(parts[0] + "".join(f"{value}{part}" for value, part in zip(values, parts[1:], strict=True)))
    added: list[str] = []
    for term in expression.split("+"):
        literal = _LITERAL.fullmatch(term.strip())
        value = (literal[1] or literal[2]) if literal is not None else constants.get(term.strip())
        if value is None:
            return None
        added.append(value)
    return _bounded("".join(added))


def _bounded(value: str) -> str | None:
    """No image is longer, and a script that doubles a text again and again would fill the memory."""
    return value if len(value) <= _LONGEST else None


def _bazel(text: str, _path: str) -> Iterator[Artifact]:
    script = _without_comments(text)
    if any(rule in script for rule in ("k8s_", "container_bundle", "docker_bundle")):
        for images in _IMAGES.findall(script):
            for name in _KEY.findall(images):
                yield from _named(name, BAZEL)
    for name in _REPOSITORY.findall(script) if "oci_push" in script else ():
        yield from _named(name, BAZEL_OCI)
    for call in [*_PUSH.finditer(script)][:_MOST_CALLS]:
        arguments = script[call.end() : call.end() + _LONGEST_CALL].partition(")")[0]
        registry = _REGISTRY.search(arguments)
        for name in _REPOSITORY.findall(arguments):
            yield from _named(f"{registry[1]}/{name}" if registry is not None else name, BAZEL_OCI)
    for tags in _REPO_TAGS.findall(script):
        for name in _STRING.findall(tags):
            yield from _named(name, BAZEL_OCI)


def _without_comments(text: str) -> str:
    return _STRING_OR_COMMENT.sub(lambda found: "" if found[0].startswith("#") else found[0], text)


def _named(image: str, builder: Builder) -> Iterator[Artifact]:
    name = image_parts(image).name
    if name and "$" not in name and "{" not in name:
        yield Artifact(name, builder)


READERS: dict[str, Callable[[str, str], Iterator[Artifact]]] = {
    "tiltfile": _tilt,
    "build": _bazel,
    **jvm.READERS,
}
