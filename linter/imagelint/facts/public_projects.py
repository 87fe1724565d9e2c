"""Projects of registries that anybody can pull from, as the jobs of pipelines and the values of Harbor show.

Source: `jobs.<id>.container` of GitHub Actions, which is pulled before any step logs in, with its own `credentials`
(docs.github.com/actions/writing-workflows/choosing-where-your-workflow-runs/running-jobs-in-a-container); the project
`library`, which Harbor makes and which is public (goharbor.io/docs/2.14.0/working-with-projects).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.registry_signs import PublicProject

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINER = re.compile(
    r"(?m)^([ \t]{1,80})container:[ \t]*(?:[\"']?([^\s\"'#]+)|(?:#[^\n]*)?\n((?:\1[ \t][^\n]*\n){1,60}))"
)
_IMAGE = re.compile(r"(?m)^[ \t]+image:[ \t]*[\"']?([^\s\"'#]+)")
_EXTERNAL_URL = re.compile(r"(?ma)^[ \t]*externalURL:[ \t]*[\"']?https?://([\w.:-]{1,255})")


def of_jobs(text: str) -> Iterator[PublicProject]:
    """The projects that jobs of a workflow run in an image of, without credentials for it."""
    for _, image, settings in _CONTAINER.findall(f"{text}\n") if "container:" in text else ():
        named = _IMAGE.search(settings)
        written = named[1] if named is not None and "credentials:" not in settings else image
        host, slash, path = written.partition("/")
        if slash and "$" not in written:
            project = f"{host}/{re.split('[/:@]', path)[0]}"
            yield PublicProject(project, f"pulls from `{project}` without credentials")


def of_harbor(text: str) -> Iterator[PublicProject]:
    """The project that everyone can pull from, of the instance of Harbor that values of its chart are for."""
    for host in _EXTERNAL_URL.findall(text) if "harbor" in text.lower() else ():
        name = f"{host}/library"
        yield PublicProject(name, "is for Harbor, whose project `library` is public unless it was changed")
