"""Scripts and texts beside manifests that say what is filled in before these are applied, and what is built for them.

The files of a project at the root of its repository also say which organisation it belongs to, and its README whether
it is a collection of examples.

They are only searched, never run.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from imagelint.facts.created import PULL_SECRETS, accounts_without_secrets, secrets_used, undefined_names
from imagelint.facts.kinds import is_values_file
from imagelint.kubelet.reference import has_version
from imagelint.sources.instruction_names import FOLDERS_OF_SCRIPTS, is_dockerfile, is_instruction
from imagelint.text.bounded import is_within
from imagelint.text.paths import WorkTrees, upward
from imagelint.text.source import MAX_SMALL, UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.facts.model import FileFacts
    from imagelint.text.places import SourceId
    from imagelint.world.knowledge.registries import Registry

# What is searched of a tree, at most: files, and characters of all of them.
MOST_INSTRUCTIONS, _MOST_CHARACTERS = 1000, 16 * 1024 * 1024
# What is built for the nodes alone: Podman's own builds, and containerd's namespace, which people take for a registry.
_OF_NODES = ("localhost/", "k8s.io/")
# A folder that is called like a version.
_OF_VERSION = r"(?:^|/)v?\d+\.\d+\.\d+[^/]*/"
# The name of a host with a domain, and its port; an address is not a name.
_DOMAIN_AND_PORT = r"(?:[A-Za-z0-9-]{1,63}\.){1,20}[A-Za-z][A-Za-z0-9-]{1,62}(?::[0-9]{1,5})?"
# Entries of a folder around the input that are looked at.
_MOST_AROUND = 500


class _Search(Protocol):
    """What is looked for in instructions, each of which is read once."""

    def read(self, path: str, text: str, /) -> None:
        """Look in one of the instructions; of a Dockerfile only the path is known."""
        ...

    def note(self) -> None:
        """Note in the input what was found."""
        ...


def search(found: Input, instructions: Iterable[str], paths: Iterable[str]) -> None:
    """Look in the instructions of a tree, and in those around it, for what they fill in, write, build and create."""
    _search([*_searches(found, paths)], instructions, paths)
    if incomplete := [source for source, facts in found.files.items() if _is_incomplete(facts)]:
        from imagelint.sources.embedded_by_go import note_embedded

        note_embedded(found, incomplete)


def search_for_charts(found: Input, instructions: Iterable[str], paths: Iterable[str]) -> None:
    """Look in the same for what only rendered charts name: pull secrets, accounts, and private registries."""
    charts = [found.files[unit.id] for unit in found.units.values() if unit.values]
    if not charts:
        return
    rest = [
        facts for source, facts in found.files.items() if source not in found.units or not found.units[source].values
    ]
    known, undefined = _names_wanted(rest, found), _names_wanted(charts, found)
    names = {kind: of_charts - known.get(kind, set()) for kind, of_charts in undefined.items()}
    searches: list[_Search] = []
    if any(names.values()):
        from imagelint.sources.created_objects import Created

        searches.append(Created(found, names))
    if _has_private_host(charts) and not _has_private_host(rest):
        from imagelint.sources.node_credentials import NodeCredentials

        searches.append(NodeCredentials(found))
    _search(searches, instructions, paths)


def _names_wanted(users: Collection[FileFacts], found: Input) -> dict[str, set[str]]:
    """The names of what no manifest defines, and of the accounts that something may give pull secrets, by kind."""
    names = undefined_names(users, found)
    if _has_private_host(users) or any(next(secrets_used(facts), None) for facts in found.files.values()):
        names[PULL_SECRETS] = accounts_without_secrets(users)
    return {kind: some for kind, some in names.items() if some}


def _search(searches: Sequence[_Search], instructions: Iterable[str], paths: Iterable[str]) -> None:
    if not searches:
        return
    left = _MOST_CHARACTERS
    for path in [*dict.fromkeys((*instructions, *instructions_around(paths)))][:MOST_INSTRUCTIONS]:
        text = "" if is_dockerfile(path) else text_of(path)[:left]
        left -= len(text)
        for one in searches:
            one.read(path, text)
    for one in searches:
        one.note()


def _searches(found: Input, paths: Iterable[str]) -> Iterator[_Search]:
    """What an input gives reason to look for; each of the modules is imported for that only."""
    if any(facts.placeholders for facts in found.files.values()):
        from imagelint.sources.filled_in import FilledIn

        yield FilledIn(found)
    if any(unit.refusals for unit in found.units.values()):
        from imagelint.sources.missing_files import Made

        yield Made(found)
    yield from _of_repository(found, paths)
    if any(_may_be_off(source.path, facts) for source, facts in found.files.items()):
        from imagelint.sources.switched_off import SwitchedOff

        switched_off = SwitchedOff(found)
        if switched_off.has_some:
            yield switched_off
    yield from _of_values(found)
    if undefined := _names_wanted(found.files.values(), found):
        from imagelint.sources.created_objects import Created

        yield Created(found, undefined)
    if unknown := unknown_hosts(found):
        from imagelint.sources.registries_in_use import RegistriesInUse

        yield RegistriesInUse(found, unknown)
    if _has_private_host(found.files.values()):
        from imagelint.sources.node_credentials import NodeCredentials

        yield NodeCredentials(found)
    if any(map(_has_port, found.files.values())):
        from imagelint.sources.node_registries import NodeRegistries

        yield NodeRegistries(found)


def _of_values(found: Input) -> Iterator[_Search]:
    """Searches for what sets the values of charts, and turns on what they switch off."""
    if any(is_values_file(source.path) for source in found.files):
        from imagelint.sources.set_by_commands import SetByCommands

        yield SetByCommands(found)
    if any(map(_switches_off, found.files.values())):
        from imagelint.sources.switched_values import SwitchedValues

        yield SwitchedValues(found)


def _of_repository(found: Input, paths: Iterable[str]) -> list[_Search]:
    """Searches for what the repository builds, whether it is a collection of examples, and which releases it keeps."""
    histories: dict[str, dict[str, list[SourceId]]] = {}
    if any(re.search(_OF_VERSION, source.path) for source in found.files):
        from imagelint.sources.released_versions import histories_in

        histories = histories_in(found.files)
    if not histories and not any(map(_is_open, found.files.values())):
        return []
    from imagelint.sources.built_images import Built
    from imagelint.sources.example_repositories import ExampleRepositories

    searches: list[_Search] = [Built(found, paths), ExampleRepositories(found, paths)]
    if histories:
        from imagelint.sources.released_versions import ReleasedVersions

        searches.append(ReleasedVersions(found, histories))  # the last, as it asks what is built
    return searches


def text_of(path: str) -> str:
    """The start of a file; nothing of one that cannot be read."""
    try:
        return read_small(path).decode("utf-8", "replace")
    except (OSError, UnreadableError):
        return ""  # it vanished, or may not be read


def text_of_source(found: Input, source: SourceId) -> str:
    """The start of a text of the input, which standard input or an editor may hold; nothing if it cannot be read."""
    try:
        return found.sources.read(source._replace(part="")).data[:MAX_SMALL].decode("utf-8", "replace")
    except UnreadableError:
        return ""  # as above


def _is_open(facts: FileFacts) -> bool:
    """Whether a file has an image that may be built beside it, or is for the reader to fill in.

    Those have no tag of their own, or no registry for all.
    """
    return bool(facts.placeholders) or any(
        "/" not in image
        or not has_version(image)
        or image.endswith(":latest")
        or image.startswith(_OF_NODES)
        # Hosts that nodes may not reach get their images in other ways.
        or ".local" in image
        or "localhost:" in image
        for image in facts.images
    )


def _is_incomplete(facts: FileFacts) -> bool:
    """Whether a file has a placeholder in an image, a container without one, or a pull secret with nothing in it."""
    containers = (container for pod in facts.pods if not pod.is_of_values for container in pod.containers)
    is_bare = any(one.image is None or not one.image.value for one in containers)
    is_empty = any(secret.config is not None and secret.config.is_empty for secret in facts.secrets)
    return bool(facts.placeholders) or is_bare or is_empty


def _has_port(facts: FileFacts) -> bool:
    """Whether a file has an image of a registry with a port, as those of development clusters have."""
    return any(":" in image.partition("/")[0] and "/" in image for image in facts.images)


def unknown_hosts(found: Input) -> frozenset[str]:
    """The hosts of images with a domain that are not well known."""
    return frozenset(host for host, registry in _registries(found.files.values()) if registry is None)


def _has_private_host(files: Iterable[FileFacts]) -> bool:
    """Whether files have an image of a registry where every pull needs credentials."""
    from imagelint.world.knowledge.registries import Access

    return any(registry is not None and registry.access is Access.PRIVATE for _, registry in _registries(files))


def _registries(files: Iterable[FileFacts]) -> Iterator[tuple[str, Registry | None]]:
    """The hosts of images with a domain, with what is known of them."""
    named = {image.partition("/")[0] for facts in files for image in facts.images if "/" in image}
    hosts = [host for host in named if "." in host and re.fullmatch(_DOMAIN_AND_PORT, host)]
    if hosts:
        from imagelint.world.knowledge.base import builtin

        registries = builtin().registries
        yield from ((host, registries.find(host)) for host in hosts)


def _may_be_off(path: str, facts: FileFacts) -> bool:
    """Whether a file may leave out others, or is in documentation itself."""
    return facts.kustomization is not None or facts.has_deployments or "docs/" in path or "blog/" in path


def _switches_off(facts: FileFacts) -> bool:
    """Whether a file has values of a chart that switch off what they have an image for."""
    containers = (container for pod in facts.pods if pod.is_of_values for container in pod.containers)
    return any(container.value is not None and container.value.switch is not None for container in containers)


def instructions_around(paths: Iterable[str]) -> Iterator[str]:
    """The instructions in the folders around some paths, up to the roots of their work trees."""
    trees = WorkTrees()
    seen: set[str] = set()
    for real in dict.fromkeys(map(os.path.realpath, paths)):
        tree = trees.of(real)
        if tree is None or real == tree:
            continue
        for above in upward(os.path.dirname(real)):
            if above in seen:  # and so are those above it
                break
            seen.add(above)
            yield from _instructions_of(above, tree)
            if above == tree:
                break


def _instructions_of(folder: str, tree: str) -> Iterator[str]:
    """The instructions in a folder of a work tree, and in its folders of scripts."""
    # As the paths of the manifests are shown, if the working folder is in the tree.
    is_relative = is_within(os.getcwd(), tree)
    for name in sorted(("", ".github/workflows", *FOLDERS_OF_SCRIPTS)):
        for path in _instructions_in(os.path.join(folder, name) if name else folder):
            yield os.path.relpath(path) if is_relative else path


def _instructions_in(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            looked_at = islice(entries, _MOST_AROUND)
            found = [one.path for one in looked_at if one.is_file(follow_symlinks=False) and is_instruction(one)]
    except OSError:
        return
    yield from sorted(found)
