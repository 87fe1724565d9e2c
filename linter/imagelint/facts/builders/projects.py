"""Whose repository this is: the organisation that the files of a project name as their own home.

Only a repository with a Dockerfile is asked: those of its organisation are then its project's own images. So are those
of an account that it publishes images in.

Sources: the path of a module in `go.mod` (go.dev/ref/mod#module-path) and `repo` of Kubebuilder's `PROJECT`;
`repository` of `package.json` and of Cargo's manifest; `project.urls` of `pyproject.toml`; `scm` of Maven's POM.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import PROJECT, Artifact
from imagelint.kubelet.reference import split_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OWNER = r"([A-Za-z0-9][\w.-]{0,99})"
_HOME = rf"[^\"'\s<>]{{0,40}}?(github|gitlab)\.com[/:]{_OWNER}/[\w.-]"
# As npm writes it; GitHub is what it means without a name.
_SHORT = rf"(?:(github|gitlab):)?{_OWNER}/[\w.-]+\""
# By the name of the file.
_STATED = {
    "go.mod": rf"(?m)^module[ \t]+\"?(github|gitlab)\.com/{_OWNER}/",
    "PROJECT": rf"(?m)^repo:[ \t]+\"?(github|gitlab)\.com/{_OWNER}/",
    "package.json": rf"\"repository\"\s*:\s*(?:\{{[^{{}}]{{0,400}}?\"url\"\s*:\s*)?\"(?:{_HOME}|{_SHORT})",
    "Cargo.toml": rf"(?m)^repository[ \t]*=[ \t]*\"{_HOME}",
    "pyproject.toml": rf"(?mi)^\"?(?:repository|source|source code|code|homepage)\"?[ \t]*=[ \t]*\"{_HOME}",
    "pom.xml": rf"<scm(?:\s[^<>]{{0,200}})?>\s*(?:<(?:connection|developerConnection|tag|url)>)?{_HOME}",
}
_MOST_BYTES = 200_000
# Where an organisation has the same name as on its forge.
_REGISTRIES = {
    "github": ("docker.io/", "ghcr.io/", "quay.io/"),
    "gitlab": ("docker.io/", "registry.gitlab.com/", "quay.io/"),
}
# Hosts that name the account first, and how many images of one have to be published from a repository.
_OF_ACCOUNTS = frozenset({"docker.io", "ghcr.io", "quay.io", "registry.gitlab.com"})
_NAME_OF_ACCOUNT, _PUBLISHED = r"[a-z0-9][a-z0-9._-]{0,99}", 2
# The domain of a project as the path of its module: `istio.io/istio`.
_DOMAIN = r"(?m)^module[ \t]+\"?([a-z0-9-]+\.[a-z]{2,20})/"
# Those that many projects share.
_SHARED = frozenset({"github.com", "gitlab.com", "bitbucket.org", "k8s.io", "gopkg.in"})


def artifacts_of_project(name: str, text: str) -> Iterator[Artifact]:
    """All images of the organisation that a file at the root of a repository names, and of its own domain."""
    domain = re.search(_DOMAIN, text[:_MOST_BYTES]) if name == "go.mod" else None
    if domain is not None and domain[1] not in _SHARED:
        yield from (Artifact(f"{registry}/*", PROJECT) for registry in (domain[1], f"*.{domain[1]}"))
    found = re.search(_STATED[name], text[:_MOST_BYTES])
    if found is not None:
        *_, owner = (group for group in found.groups() if group)
        forge = next((group for group in found.groups() if group in _REGISTRIES), "github")
        yield from (Artifact(f"{registry}{owner.lower()}/*", PROJECT) for registry in _REGISTRIES[forge])


def artifacts_of_accounts(published: Iterable[str]) -> Iterator[Artifact]:
    """All images of the accounts that a repository publishes at least two images in, by the names of those."""
    images: dict[str, set[str]] = {}
    for name in published:
        host, path, _ = split_domain(name)
        account, _, image = path.partition("/")
        is_named = re.fullmatch(_NAME_OF_ACCOUNT, account) is not None and account != "library"
        if host in _OF_ACCOUNTS and is_named and image and "*" not in image:
            images.setdefault(f"{host}/{account}", set()).add(image)
    yield from (Artifact(f"{account}/*", PROJECT) for account, of in images.items() if len(of) >= _PUBLISHED)
