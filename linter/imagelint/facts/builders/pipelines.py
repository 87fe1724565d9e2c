"""Images in the settings of the steps of pipelines.

Sources: `tags` of docker/build-push-action and of Bake, `images` of docker/metadata-action and of Cloud Build, and the
inputs of other actions that build or push; `image_templates`, `images` and `repositories` of GoReleaser; `Docker@2` of
Azure Pipelines; `settings.repo` of the Docker plugins of Drone and Woodpecker; the orbs of CircleCI; resources of type
`registry-image` of Concourse that a job puts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.script_variables import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES, _MOST_OF_RESOURCE = 60, 2000
# A key of a pipeline with a list, or with a text of several lines; `image-names` is one of reusable workflows.
_LIST = re.compile(
    r"^([ \t]*)(?:-[ \t]+)?\"?(?:tags|images|image[-_]names?|image_templates|repositories)\"?[ \t]*[:=][ \t]*([^\n]*)\n"
    r"((?:\1[ \t-][^\n]*\n){0,60})",
    re.MULTILINE,
)
# The same in JSON, however its lines are broken.
_JSON_LIST = re.compile(r"\"(?:tags|image_templates)\"\s*:\s*\[([^\[\]]{0,2000})\]")
_LISTED = re.compile(rf"(?:^|[\s\[,\"'])({WORD})(?=[\s,\]\"']|$)")
# `uses` of an action, `image` of a plugin, `task` of Azure, or the key of an orb.
_STEP = re.compile(
    r"([ \t]*(?:-[ \t]+)?)(?:"
    r"uses:[ \t]*[\"']?(?P<action>(?=[\w./@-]*(?:docker|image|container|registry|kaniko|buildah))"
    r"(?=[\w./@-]*(?:build|push|publish|kaniko))[\w./@-]+)"
    r"|image:[ \t]*[\"']?(?P<plugin>(?=[\w./-]*(?:plugin|drone))"
    r"[\w./-]*(?:docker|kaniko|buildx|ecr|gcr|gar|acr)\b[\w./-]*)"
    r"|task:[ \t]*[\"']?(?P<task>Docker@\d)"
    r"|(?P<orb>[\w-]+/(?:build|push|publish)[\w-]*):)(.*)",
    re.IGNORECASE,
)
_BEFORE, _VALUE = r"(?:^|[\s{,])", rf"[\"']?[ \t]*:[ \t]*[\"']?({WORD})"
_IMAGE = {
    "action": re.compile(rf"{_BEFORE}(?:image(?:[-_]?names?)?|repository){_VALUE}"),
    "plugin": re.compile(rf"{_BEFORE}repo{_VALUE}"),
    "task": re.compile(rf"{_BEFORE}(?:repository|imageName){_VALUE}"),
    "orb": re.compile(rf"{_BEFORE}(?:image|repo){_VALUE}"),
}
# The action that calls it so.
_NAME = re.compile(rf"{_BEFORE}name{_VALUE}")
_NAMES_IMAGES = "publish-docker"
_REGISTRY = re.compile(rf"{_BEFORE}registry{_VALUE}")
# What a pipeline of Tekton is given to build, in the repository that it builds.
_PARAMETER = re.compile(
    r"-[ \t]+name:[ \t]*[\"']?(?:output-(?:container-)?image|IMAGE|APP_IMAGE)[\"']?[ \t]*\n"
    rf"[ \t]+value:[ \t]*[\"']?({WORD})"
)
# `kos` of GoReleaser: other settings of this name hold no text.
_OF_KO = re.compile(rf"^[ \t]*(?:-[ \t]+)?repository:[ \t]*[\"']?({WORD})", re.MULTILINE)
_RESOURCE = re.compile(r"[ \t]*-?[ \t]*type:[ \t]*[\"']?(?:registry-image|docker-image)\b")
_REPOSITORY = re.compile(rf"{_BEFORE}repository{_VALUE}")
_RESOURCE_NAME = re.compile(r"^([ \t]*)-[ \t]+name:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)
_PUT = re.compile(r"\bput:[ \t]*[\"']?([\w.-]+)")


def images_of_steps(text: str) -> Iterator[str]:
    """The images that the steps of a pipeline build or push, with variables as they are written."""
    for _, first, block in _LIST.findall(f"{text}\n"):
        yield from _LISTED.findall(f"{first}\n{block}")
    for listed in _JSON_LIST.findall(text):
        yield from _LISTED.findall(listed)
    yield from _PARAMETER.findall(text)
    yield from _OF_KO.findall(text) if "kos:" in text else ()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        step = _STEP.match(line)
        if step is not None:
            yield from _of_step(step, [step[step.lastindex or 0], *_block(lines, number, len(step[1]))])
    if "put:" in text and "repository" in text:
        yield from _resources(text)


def _block(lines: list[str], number: int, indent: int) -> Iterator[str]:
    """The lines below the key of a step that belong to the step: its other keys, and what is in them."""
    for line in lines[number + 1 : number + 1 + _MOST_LINES]:
        text = line.lstrip()
        if text and len(line) - len(text) < indent:
            return
        yield line


def _of_step(step: re.Match[str], block: list[str]) -> Iterator[str]:
    kind, settings = next((kind, value) for kind, value in step.groupdict().items() if value), "\n".join(block)
    registry = _REGISTRY.search(settings)
    host = re.sub(r"\Ahttps?://|/+\Z", "", registry[1]) if registry is not None else ""
    named = _NAME.findall(settings) if _NAMES_IMAGES in kind[1].lower() else []
    for image in [*_IMAGE[kind[0]].findall(settings), *named]:
        yield f"{host}/{image}" if host and not image.startswith((f"{host}/", "$")) else image
        # What it is pushed to has a name in the settings of the project.
        if kind[0] == "task":
            yield f"*.azurecr.io/{image}"


def _resources(text: str) -> Iterator[str]:
    """The images of resources that a job of Concourse puts."""
    put = {*_PUT.findall(text)}
    heads = [*_RESOURCE_NAME.finditer(text)]
    for head, end in zip(heads, [*(head.start() for head in heads[1:]), len(text)], strict=False):
        block = text[head.end() : min(end, head.end() + _MOST_OF_RESOURCE)]
        if head[2] in put and any(map(_RESOURCE.match, block.splitlines())):
            yield from _REPOSITORY.findall(block)[:1]
