"""Registries that scripts, pipelines, build files and texts log in to, pull from and push to. Nothing is run.

Sources: `login`, `push`, `pull`, `tag` and `build` of docker, podman, nerdctl and buildah; `copy` of skopeo, crane,
oras and regctl; `helm registry login`; the settings of docker/login-action and docker/build-push-action, of GitLab CI,
Azure Pipelines, Drone, Woodpecker and GoReleaser; `docker.withRegistry` of Jenkins; `FROM` of a Dockerfile; the
providers of Terraform for Docker and Helm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import without_comments
from imagelint.facts.builders.script_variables import NOTHING, WORD, Variables
from imagelint.facts.registry_signs import RegistryInUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

_MOST_BYTES, _LONGEST_LINE = 200_000, 2000
_PULL, _USE = "pulls from it", "uses it"
_VERBS = {
    **dict.fromkeys(("login", "withregistry"), "logs in to it"),
    **dict.fromkeys(("push", "publish", "copy", "cp", "commit"), "pushes to it"),
    **dict.fromkeys(("build", "bud", "tag"), "builds images for it"),
    "pull": _PULL,
}
_VERB = re.compile(rf"(?i)(?<!\w)(?:docker[-_])?({'|'.join(_VERBS)})(?!\w)")
# What only deploys an image says nothing of its registry that the manifest does not.
_DEPLOYS = re.compile(r"\b(?:kubectl|oc|helm[ \t]+(?:upgrade|install|template))[ \t]")
_FROM = re.compile(r"(?i)[ \t]*FROM[ \t]|.{0,200}--from=")
# A setting of a step, an item of a list, and a line of a text that is a list.
_SETTING = re.compile(
    r"(?i)[ \t]*(?:-[ \t]+)?[\"']?[\w.-]{0,60}?"
    r"(?:registry|repo|repository|images?|tags?|destination|server|container|name|uses)[\"']?"
    r"[ \t]*[:=]"
)
_ITEM = re.compile(r"[ \t]*(?:-[ \t]+)?[\"']?(?:\$\{\{[^{}\n]{0,80}\}\}|[^\s\"'])++[\"']?[ \t]*")
# Programs whose use a text shows.
_TOOL = re.compile(r"\b(?:docker|podman|nerdctl|buildah|skopeo|crane|oras|regctl|helm)[ \t]")
_BETWEEN = re.compile(r"[\s\"'`<>=,;|()\[\]{}\\]+")
_SCHEME = re.compile(r"\A(?:https?|docker|oci)://")
_OF_VARIABLES = ("$", "%", "{{")


def in_commands(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts that the commands of a script use."""
    return _in_lines(without_comments(text[:_MOST_BYTES]), hosts, _how_of_command)


def in_pipeline(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts that the commands and the settings of a pipeline use."""
    return _in_lines(without_comments(text[:_MOST_BYTES]), hosts, _how_of_setting)


def in_dockerfile(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts that a build pulls from."""
    return _in_lines(text[:_MOST_BYTES], hosts, lambda line: _PULL if _FROM.match(line) else None)


def in_build_file(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts in a file that only a build tool reads."""
    return _in_lines(without_comments(text[:_MOST_BYTES]), hosts, lambda _: _USE)


def in_terraform(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts that a module names without an image, as it does where it states credentials."""
    tokens = {_without_scheme(token) for token in _BETWEEN.split(without_comments(text[:_MOST_BYTES]))}
    return (RegistryInUse(host, _USE) for host in sorted(hosts & tokens))


def in_text(text: str, hosts: AbstractSet[str]) -> Iterator[RegistryInUse]:
    """The hosts that a text for people shows commands for."""
    for line in _lines(text[:_MOST_BYTES]):
        if _TOOL.search(line) and not _DEPLOYS.search(line):
            for host in sorted(hosts & _hosts(line, NOTHING)):
                yield RegistryInUse(host, "shows commands for it", in_text=True)


def _in_lines(text: str, hosts: AbstractSet[str], how_of: Callable[[str], str | None]) -> Iterator[RegistryInUse]:
    text = text.replace("\\\n", " ")
    variables = Variables(text)
    for line in _lines(text):
        if any(host in line for host in hosts) or any(mark in line for mark in _OF_VARIABLES):
            how = how_of(line)
            if how is not None:
                yield from (RegistryInUse(host, how) for host in sorted(hosts & _hosts(line, variables)))


def _lines(text: str) -> Iterator[str]:
    return (line[:_LONGEST_LINE] for line in text.splitlines())


def _how_of_command(line: str) -> str | None:
    found = _VERB.search(line)
    return _VERBS[found[1].lower()] if found is not None and not _DEPLOYS.search(line) else None


def _how_of_setting(line: str) -> str | None:
    is_setting = _SETTING.match(line) is not None or _ITEM.fullmatch(line) is not None
    return _how_of_command(line) or (_USE if is_setting and not _DEPLOYS.search(line) else None)


def _hosts(line: str, variables: Variables) -> set[str]:
    """The first components of the words of a line, with the values of variables."""
    words = {*_BETWEEN.split(line)}
    if any(mark in line for mark in _OF_VARIABLES):
        open_words = (word for word in re.findall(WORD, line) if any(mark in word for mark in _OF_VARIABLES))
        words.update(value for word in open_words for value in variables.values(word))
    return {_without_scheme(word).partition("/")[0] for word in words}


def _without_scheme(word: str) -> str:
    return _SCHEME.sub("", word).rstrip(".:")
