"""Images that commands build, push or load: in scripts, Makefiles, pipelines and the texts of a README.

Nothing is run. Comments, and what is only printed, do not count.

Sources: the command lines of docker, podman, buildah, nerdctl and img (`build -t`, `tag`, `commit`, `push` and
`manifest`), of buildctl (`--output type=image,name=`), kaniko (`--destination`), `gcloud builds submit --tag`, `az acr
build --image`, `pack build`, `s2i build`, `func deploy --image` and `operator-sdk build`; `skopeo copy`, `crane push`
and `regctl image copy`; the properties of jib, Spring Boot, Quarkus and JKube; `SAVE IMAGE` of Earthly, `docker.build`
of Jenkins, `publish` of Dagger; `ko resolve`, `apply`, `build` and `create`, which build the programs that manifests
name, and their KO_DOCKER_REPO; `kustomize edit set image`; `make docker-build IMG=`; `kind load docker-image`,
`minikube image load` and `k3d image import`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.script_variables import NOTHING, WORD, Variables
from imagelint.facts.builders.tools import IMPORT_PATHS, KO, LOADED, SCRIPT, SET_BY_SCRIPT, Artifact
from imagelint.kubelet.reference import image_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.builders.tools import Builder

_MOST_BYTES = 200_000
_MOST_ARTIFACTS = 500
_LONGEST_LINE = 4000
# What is between the parts of a command that are looked for; without a bound, long lines would take time in its square.
_BETWEEN = r".{0,300}"
# Of shells, Make and YAML, and at the start of a line of Groovy, Go, HCL and the command files of Windows.
_COMMENT = re.compile(r"(?m)(?:^|(?<=[ \t]))#.*|^[ \t]*(?://|::|(?i:rem)[ \t]).*")
# What is printed, often for a reader who is to build something. What goes into a file is not.
_PRINTED = re.compile(
    r"(?im)(?:^|[;&|({@`!]|\b(?:then|else|do|run)\b|[:-][ \t])[ \t]*[\"']?"
    r"(?:echo|printf|print|println|write-host|write-output)\b[ \t(]+"
    r"(?:\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|[^;&|>\"'`\n])++(?![^;&|\n]{0,80}>)"
)
# A help text: `cat <<EOF`, which goes to no file and no command.
_HELP = re.compile(r"[ \t]*cat[ \t]*<<-?[ \t]*[\"']?(\w+)[\"']?[ \t]*(?:(?:1?>&|>[ \t]*/dev/std)\w+)?[ \t]*")
_INCLUDED = re.compile(r"(?m)^[ \t]*(?:-?include|source|\.)[ \t]+([^\n;&|]{1,255})")
_MOST_INCLUDED = 10
_BUILDS = re.compile(r"(?i)build|kaniko|--destination|\bbud\b|executor|\bjib|\bfunc[ \t]+deploy|\bcrane\b|\bopm\b")
_FLAG = re.compile(
    r"(?:^|[\s\"',\[])(?:-t|--tag|--image|--image-name|--imageName|--destination|-d)(?:[\s=\"',]+|[\"']?,\s*[\"']?)"
    rf"({WORD})"
)
# The same in a list of arguments.
_ARGUMENT = re.compile(rf"-[ \t]+[\"']?(?:-t|--tag|--destination)[\"']?[ \t]*\n[ \t]*-[ \t]+[\"']?({WORD})")
_TOOL = r"\b(?:docker|podman|nerdctl|buildah|img)(?:[ \t]+--?[a-zA-Z][\w-]*(?:[= \t][\w./:@-]+)?){0,3}[ \t]+"
_OPTIONS = r"(?:[ \t]+-[\w=-]+)*[ \t]+[\"']?"
_PUSH = re.compile(rf"(?:{_TOOL}|\$[({{]?\w+[)}}]?[ \t]+)(?:image[ \t]+|manifest[ \t]+)?push{_OPTIONS}({WORD})")
_TAG = re.compile(
    rf"(?:\btag|{_TOOL}(?:container[ \t]+)?commit|\b(?:g?crane|regctl[ \t]+image)[ \t]+(?:push|copy|cp)){_OPTIONS}"
    rf"{WORD}[\"']?[ \t]+[\"']?({WORD})"
)
# The last of several places is that where it goes.
_COPY = re.compile(rf"\b(?:skopeo[ \t]+copy|push)\b{_BETWEEN}[ \t\"']docker://({WORD})")
_BUILT = re.compile(
    r"\b(?:pack[ \t]+build|operator-sdk[ \t]+build|(?:docker|podman|buildah)[ \t]+manifest[ \t]+create"
    rf"|s2i[ \t]+build[ \t]+[^\s-]\S*[ \t]+[^\s-]\S*){_OPTIONS}({WORD})"
)
# The image comes last, behind flags with values.
_PACK = re.compile(rf"\bpack[ \t]+build[ \t]+-{_BETWEEN}[ \t]([^\s-]{WORD})$")
_SAVE = re.compile(r"\bSAVE[ \t]+IMAGE[ \t]+(.+)")
_OUTPUT = re.compile(rf"\btype=(?:image|registry|docker)\b[^\s]{{0,300}}?\bname=({WORD})")
_PROPERTY = re.compile(
    r"-D(?:image|jib\.to\.image|spring-boot\.build-image\.imageName|quarkus\.container-image\.image|jkube\.generator"
    rf"\.name|docker\.(?:image|name)|dockerfile\.repository)=[\"']?({WORD})"
)
# Of `dotnet publish`.
_CONTAINER = re.compile(rf"\bContainer(?:Repository|ImageName)=[\"']?({WORD})")
_CONTAINER_REGISTRY = re.compile(rf"\bContainerRegistry=[\"']?({WORD})")
_ACR = re.compile(rf"\baz[ \t]+acr[ \t]+build\b{_BETWEEN}[ \t](?:-t|--image)[ \t=]+[\"']?({WORD})")
_MAKE = re.compile(rf"\bmake\b{_BETWEEN}(?:build|push|image|deploy)")
_GIVEN = re.compile(rf"\b(?:IMG|\w*IMAGE(?:_NAME|_TAG_BASE)?)=[\"']?({WORD})")
# `docker.build("acme/web")`, and with a variable.
_JENKINS = re.compile(rf"\bdocker\.build[ \t(]+(?:[\"']({WORD})|(?:env\.)?([A-Za-z_]\w{{0,60}}))")
_DAGGER = re.compile(rf"\.[pP]ublish\([ \t]*(?:ctx,[ \t]*)?(?:fmt\.Sprintf\([ \t]*)?[f]?[\"'`]({WORD})")
_KO = re.compile(r"(?:^|[\s;&|`])ko[ \t]+(?:resolve|apply|build|create|publish)\b")
_KO_REPOSITORY = re.compile(rf"\bKO_DOCKER_REPO\b[\"']?[ \t]*[?:]*[=:][ \t]*[\"']?({WORD})")
_SET = re.compile(r"(?<!kubectl )(?<!oc )\bset[ \t]+image[ \t]+(.+)")
_SET_NAME = re.compile(r"(?:^|[ \t\"'])([\w./:-]+)=")
# Flags of a command before what it does, with their values.
_FLAGS = r"(?:[ \t]+-\S{1,80}(?:[ \t]+[^\s-]\S{0,80})?){0,4}"
_LOAD = re.compile(
    rf"\b(?:kind{_FLAGS}[ \t]+load\b{_BETWEEN}?docker-image|minikube{_FLAGS}[ \t]+(?:image[ \t]+load|cache[ \t]+add)"
    r"|k3d[ \t]+images?[ \t]+import)[ \t]+(.+)"
)
# A variable for an image, and the registry variable of the project that its value begins with.
_OF_IMAGE = re.compile(r"(?i)image|img")
_IN_REGISTRY = re.compile(r"(?i)\$[({]\w*(?:registry|repo)\w*[)}]/")
# The last part may be anything if an organisation is before it, and not only a registry.
_NAME = re.compile(r"[*\w][*\w./:-]*/[\w.-]+|[\w][\w.-]+|(?:[*\w][*\w.:-]*/)*[\w-]{2,}/[*\w.-]+", re.ASCII)
# All images of a registry, which has a domain.
_WHOLE_REGISTRY = re.compile(r"((?:[A-Za-z0-9-]{1,63}\.){1,20}[A-Za-z][A-Za-z0-9-]{1,62}(?::[0-9]{1,5})?)/[*]+")
# What such a text pushes others have made.
_MIRRORS = re.compile(
    r"\b(?:docker|podman|nerdctl|buildah|g?crane|oras)[ \t]+(?:image[ \t]+)?(?:pull|copy|cp)\b"
    r"|\bskopeo[ \t]+(?:copy|sync)\b|\bregctl[ \t]+image[ \t]+copy\b"
)


def artifacts_of_commands(text: str, *, is_pipeline: bool = False, included: str = "") -> Iterator[Artifact]:
    """The images in a text; of a pipeline also those in the settings of its steps.

    `included` are the texts that it includes, of which only the variables count.
    """
    text = without_comments(text[:_MOST_BYTES]).replace("\\\n", " ")
    variables = Variables(f"{text}\n{without_comments(included[:_MOST_BYTES])}")
    found = dict.fromkeys(_found(text, variables, is_pipeline=is_pipeline))
    loaded = {one.name for one in found if one.builder == LOADED} if "push" not in text else frozenset[str]()
    # What is built to be loaded, and pushed nowhere, is in the nodes alone.
    kept = [one for one in found if one.builder != SCRIPT or one.name not in loaded]
    if mirrors(text):
        kept = [one for one in kept if _WHOLE_REGISTRY.fullmatch(one.name) is None]
    yield from kept[:_MOST_ARTIFACTS]


def mirrors(text: str) -> bool:
    """Whether a text copies images from one registry to another."""
    return _MIRRORS.search(text) is not None


def included_by(text: str) -> list[str]:
    """The paths of the files that a Makefile or a script includes, without variables before the name of the file."""
    written = (path.partition(" #")[0].strip().strip("\"'") for path in _INCLUDED.findall(text))
    return [*dict.fromkeys(one.rpartition("/")[2] if "$" in one else one for one in written)][:_MOST_INCLUDED]


def without_comments(text: str) -> str:
    """A text without comments, and without the help that its commands print."""
    return _PRINTED.sub(" ", _without_help(_COMMENT.sub("", text)))


def named(image: str, variables: Variables, builder: Builder) -> Iterator[Artifact]:
    """The image with its variables replaced, if that leaves a name: its registry may be anything."""
    folder, _, last = image.rpartition("/")
    # What a variable names under an organisation may be called anything, whichever names the text has for it.
    under = (f"{value}/*" for value in variables.values(folder)) if last.startswith("$") else ()
    for value in (*variables.values(image), *under):
        name = image_parts(value).name
        if name and (_NAME.fullmatch(name) or _is_registry_of_its_own(name)):
            yield Artifact(name, builder)


def _is_registry_of_its_own(name: str) -> bool:
    """Whether a name means all images of a registry that is not one of those that many share."""
    found = _WHOLE_REGISTRY.fullmatch(name)
    if found is None:
        return False
    from imagelint.world.knowledge.base import builtin

    return builtin().registries.find(found[1]) is None


def _without_help(text: str) -> str:
    if "<<" not in text:
        return text
    kept: list[str] = []
    end: str | None = None
    for line in text.splitlines():
        if end is not None:
            end = None if line.strip() == end else end
            continue
        kept.append(line)
        help_ = _HELP.fullmatch(line)
        end = help_[1] if help_ is not None else None
    return "\n".join(kept)


def _found(text: str, variables: Variables, *, is_pipeline: bool) -> Iterator[Artifact]:
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    for line in lines:
        for image in _built(line):
            yield from named(image, variables, SCRIPT)
        yield from _set(line)
    for image in _ARGUMENT.findall(text):
        yield from named(image, variables, SCRIPT)
    if is_pipeline:
        from imagelint.facts.builders.pipelines import images_of_steps

        for image in images_of_steps(text):
            yield from named(image, variables, SCRIPT)
    for name, value in variables.assigned() if _BUILDS.search(text) else ():
        if _OF_IMAGE.search(name) and _IN_REGISTRY.match(value):
            yield from named(value, variables, SCRIPT)
    yield from _by_ko(lines, variables)
    for line in lines:
        for image in (image for images in _LOAD.findall(line) for image in re.findall(WORD, images)):
            yield from named(image, variables, LOADED)


def _by_ko(lines: Iterable[str], variables: Variables) -> Iterator[Artifact]:
    if any(map(_KO.search, lines)):
        yield from (Artifact(path, KO) for path in IMPORT_PATHS)
    for repository in (one for line in lines if "KO_DOCKER_REPO" in line for one in _KO_REPOSITORY.findall(line)):
        for name in (repository, f"{repository.rstrip('/')}/*"):
            yield from named(name, variables, SCRIPT)


def _set(line: str) -> Iterator[Artifact]:
    for names in _SET.findall(line):
        for name in _SET_NAME.findall(names):
            yield from named(name, NOTHING, SET_BY_SCRIPT)


def _built(line: str) -> Iterator[str]:
    if _BUILDS.search(line) is not None:
        yield from _FLAG.findall(line)
        yield from _PACK.findall(line)
        for quoted, variable in _JENKINS.findall(line):
            yield quoted or f"${{{variable}}}"
        yield from (f"*.azurecr.io/{image}" for image in _ACR.findall(line))
    for pattern in (_PUSH, _TAG, _BUILT, _COPY, _OUTPUT, _PROPERTY, _DAGGER):
        yield from pattern.findall(line)
    registry = _CONTAINER_REGISTRY.search(line)
    for image in _CONTAINER.findall(line):
        yield f"{registry[1]}/{image}" if registry is not None else image
    for images in _SAVE.findall(line):
        yield from (image for image in re.findall(WORD, images) if not image.startswith("-"))
    if _MAKE.search(line) is not None:
        yield from _GIVEN.findall(line)
