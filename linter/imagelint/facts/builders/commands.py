"""Images that commands build, push or load: in scripts, Makefiles, pipelines and the texts of a README.

Nothing is run. Variables take what the same text assigns to them, and others may be anything.

Sources: the command lines of docker, podman, buildah and nerdctl (`build -t`, `tag`, `push`), of kaniko
(`--destination`), `gcloud builds submit --tag`, `az acr build --image`, `pack build` and `s2i build`; `SAVE IMAGE` of
Earthly; `ko resolve`, `apply`, `build` and `create`, which build the programs that manifests name; `kustomize edit set
image`; `kind load docker-image`, `minikube image load` and `k3d image import`; `tags` of docker/build-push-action and
of Bake, `images` of docker/metadata-action and of Cloud Build, `image_templates` of GoReleaser, `edits` of azd.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import IMPORT_PATHS, KO, LOADED, SCRIPT, SET_BY_SCRIPT, Artifact
from imagelint.kubelet.reference import image_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imagelint.facts.builders.tools import Builder

_MOST_BYTES = 200_000
_MOST_ARTIFACTS = 500
_LONGEST_LINE = 4000
_LONGEST_NAME = 255
# How often variables are replaced by variables.
_DEPTH = 4
# A word of a command line with the variables of shells, Make, GitHub and Go's templates in it. What it took it keeps:
# `${{a}}` could be read in two ways, and many of them in two to the power of their number.
_WORD = (
    r"(?:\$\{\{[^{}\n]{0,80}\}\}|\{\{[^{}\n]{0,80}\}\}|\$\([^()\n]{0,80}\)|\$\{[^{}\n]{0,80}\}|<[\w -]{1,40}>"
    r"|[\w./:@$%*-])++"
)
_BUILDS = re.compile(r"(?i)build|kaniko|\bbud\b|executor")
_FLAG = re.compile(
    rf"(?:^|[\s\"',\[])(?:-t|--tag|--image|--image-name|--destination|-d)(?:[\s=\"',]+|[\"']?,\s*[\"']?)({_WORD})"
)
# The same in a list of arguments.
_ARGUMENT = re.compile(rf"-[ \t]+[\"']?(?:-t|--tag|--destination)[\"']?[ \t]*\n[ \t]*-[ \t]+[\"']?({_WORD})")
_PUSH = re.compile(
    rf"(?:\b(?:docker|podman|nerdctl|buildah|img)|\$[({{]?\w+[)}}]?)[ \t]+(?:image[ \t]+)?push(?:[ \t]+-[\w=-]+)*"
    rf"[ \t]+[\"']?({_WORD})"
)
_TAG = re.compile(rf"\btag[ \t]+[\"']?{_WORD}[\"']?[ \t]+[\"']?({_WORD})")
_BUILT = re.compile(
    rf"\b(?:pack[ \t]+build|SAVE[ \t]+IMAGE|s2i[ \t]+build[ \t]+[^\s-]\S*[ \t]+[^\s-]\S*)(?:[ \t]+--[\w=-]+)*"
    rf"[ \t]+[\"']?({_WORD})"
)
_KO = re.compile(r"(?:^|[\s;&|`])ko[ \t]+(?:resolve|apply|build|create|publish)\b")
_SET = re.compile(r"(?<!kubectl )(?<!oc )\bset[ \t]+image[ \t]+(.+)")
_SET_NAME = re.compile(r"(?:^|[ \t\"'])([\w./:-]+)=")
# Flags of a command before what it does, with their values.
_FLAGS = r"(?:[ \t]+-\S{1,80}(?:[ \t]+[^\s-]\S{0,80})?){0,4}"
_LOAD = re.compile(
    rf"\b(?:kind{_FLAGS}[ \t]+load\b.*?docker-image|minikube{_FLAGS}[ \t]+(?:image[ \t]+load|cache[ \t]+add)"
    r"|k3d[ \t]+images?[ \t]+import)[ \t]+(.+)"
)
_ASSIGNED = re.compile(
    rf"^[ \t]*(?:-[ \t]+)?(?:export[ \t]+|readonly[ \t]+|local[ \t]+)?\"?([A-Za-z_]\w{{0,60}})\"?[ \t]*"
    rf"(?:[?:!]{{0,2}}=|:[ \t])[ \t]*[\"']?({_WORD})",
    re.MULTILINE,
)
# A variable for an image, and the registry variable of the project that its value begins with.
_OF_IMAGE = re.compile(r"(?i)image|img")
_IN_REGISTRY = re.compile(r"(?i)\$[({]\w*(?:registry|repo)\w*[)}]/")
# A key of a pipeline with a list, or with a text of several lines; `image-names` is one of reusable workflows.
_LIST = re.compile(
    r"^([ \t]*)(?:-[ \t]+)?\"?(?:tags|images|image[-_]names?|image_templates)\"?[ \t]*[:=][ \t]*([^\n]*)\n"
    r"((?:\1[ \t-][^\n]*\n){0,60})",
    re.MULTILINE,
)
# The same in JSON, however its lines are broken.
_JSON_LIST = re.compile(r"\"(?:tags|image_templates)\"\s*:\s*\[([^\[\]]{0,2000})\]")
_LISTED = re.compile(rf"(?:^|[\s\[,\"'])({_WORD})(?=[\s,\]\"']|$)")
_VARIABLE = re.compile(
    r"\$\{\{\s*(?:env|vars)\.(\w+)\s*\}\}|\$\{(\w+)(?::?-([^{}]*))?\}|\$\((\w+)\)|\$(\w+)"
    r"|\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|<[^<>]*>"
)
# The last part may be anything if an organisation is before it, and not only a registry.
_NAME = re.compile(r"[*\w][*\w./:-]*/[\w.-]+|[\w][\w.-]+|(?:[*\w][*\w.:-]*/)*[\w-]{2,}/[*\w.-]+", re.ASCII)


def artifacts_of_commands(text: str, *, is_pipeline: bool = False) -> Iterator[Artifact]:
    """The images in a text; of a pipeline also those in the settings of its steps."""
    text = text[:_MOST_BYTES]
    found = dict.fromkeys(_found(text.replace("\\\n", " "), is_pipeline=is_pipeline))
    loaded = {one.name for one in found if one.builder == LOADED} if "push" not in text else frozenset[str]()
    # What is built to be loaded, and pushed nowhere, is in the nodes alone.
    kept = [one for one in found if one.builder != SCRIPT or one.name not in loaded]
    yield from kept[:_MOST_ARTIFACTS]


def _found(text: str, *, is_pipeline: bool) -> Iterator[Artifact]:
    variables = variables_of(text)
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    for line in lines:
        for image in _built(line):
            yield from _named(image, variables, SCRIPT)
        yield from _set(line)
    for image in _of_steps(text) if is_pipeline else ():
        yield from _named(image, variables, SCRIPT)
    for image in _in_registry(variables) if _BUILDS.search(text) else ():
        yield from _named(image, variables, SCRIPT)
    yield from _by_ko(lines)
    for line in lines:
        for image in (image for images in _LOAD.findall(line) for image in re.findall(_WORD, images)):
            yield from _named(image, variables, LOADED)


def variables_of(text: str) -> dict[str, str]:
    """The variables that a text assigns, as it does so first; of `A=${A:-b}` the default."""
    variables: dict[str, str] = {}
    for name, value in _ASSIGNED.findall(text):
        own = _VARIABLE.fullmatch(value)
        is_default = own is not None and own[2] == name and own[3]
        variables.setdefault(name, (own[3] if own is not None and is_default else value)[:_LONGEST_NAME])
    return variables


def replaced(text: str, variables: Mapping[str, str]) -> str:
    """A word with its variables replaced; a star for those that are not known."""
    for _ in range(_DEPTH):
        text = _VARIABLE.sub(lambda found: _value(found, variables), text[:_LONGEST_NAME])
    return text[:_LONGEST_NAME]


def _in_registry(variables: Mapping[str, str]) -> Iterator[str]:
    """The images in variables that begin with the registry variable of the project: `IMG ?= $(REGISTRY)/web`."""
    for name, value in variables.items():
        if _OF_IMAGE.search(name) and _IN_REGISTRY.match(value):
            yield value


def _by_ko(lines: Iterable[str]) -> Iterator[Artifact]:
    if any(map(_KO.search, lines)):
        yield from (Artifact(path, KO) for path in IMPORT_PATHS)


def _set(line: str) -> Iterator[Artifact]:
    for names in _SET.findall(line):
        for name in _SET_NAME.findall(names):
            yield from _named(name, {}, SET_BY_SCRIPT)


def _built(line: str) -> Iterator[str]:
    if _BUILDS.search(line) is not None:
        yield from _FLAG.findall(line)
    yield from _PUSH.findall(line)
    yield from _TAG.findall(line)
    yield from _BUILT.findall(line)


def _of_steps(text: str) -> Iterator[str]:
    yield from _ARGUMENT.findall(text)
    for _, first, block in _LIST.findall(f"{text}\n"):
        yield from _LISTED.findall(f"{first}\n{block}")
    for listed in _JSON_LIST.findall(text):
        yield from _LISTED.findall(listed)


def _named(image: str, variables: Mapping[str, str], builder: Builder) -> Iterator[Artifact]:
    """The image with its variables replaced, if that leaves a name: its registry may be anything."""
    name = image_parts(replaced(image, variables)).name
    if name and _NAME.fullmatch(name):
        yield Artifact(name, builder)


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    default = found[3]
    name = next((one for one in (found[1], found[2], found[4], found[5]) if one), None)
    if name is None:
        return "*"
    return variables.get(name, default or "*")
