"""Pull secrets and service accounts that scripts, programs or the readers of texts create."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.created import ACCOUNT, PULL_SECRETS, SECRET, accounts_used, by_beginning, secrets_used
from imagelint.sources.creating_texts import asked_at_entries, asked_by, charts_installed_by, created_by
from imagelint.sources.instruction_names import around_documentation, is_pipeline, is_terraform, is_text
from imagelint.sources.instructions import text_of_source
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from imagelint.facts.created import CreatedObject
    from imagelint.facts.input import Input
    from imagelint.sources.terraform import Terraform

# Jobs whose commands refresh the credentials of a registry, as those of ECR have to be.
_JOBS = frozenset({"Job", "CronJob"})
# Manifests that are read again, at most.
_MOST_READ_AGAIN = 200


class Created:
    """Those of some objects that something other than a manifest creates; the names are by kind."""

    def __init__(self, found: Input, names: Mapping[str, AbstractSet[str]]) -> None:
        self._found = found
        self._names = names
        self._created: dict[str, set[CreatedObject]] = {}
        self._terraform: Terraform | None = None
        self._accounts = by_beginning(names.get(ACCOUNT, ()))

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        place = shown(path)
        charts = charts_installed_by(text) if self._accounts else ()
        of_charts = {one for chart in charts for one in chart.accounts(self._accounts)}
        if is_text(path):
            asked = asked_by(text, self._names) | of_charts
            self._add(place, _for_folder(asked, around_documentation(place)))
            return
        self._add(place, of_charts)
        self._add(place, created_by(text, self._names, is_pipeline=is_pipeline(place)))
        if is_terraform(path):
            if self._terraform is None:
                from imagelint.sources.terraform import Terraform

                self._terraform = Terraform(self._names)
            self._terraform.read(place, text)

    def note(self) -> None:
        """Note in the input what was found."""
        for path, objects in self._terraform.created() if self._terraform is not None else ():
            self._add(path, objects)
        self._read_manifests()
        self._read_releases()
        for path, created in self._created.items():
            facts = self._found.facts_at(path)
            self._found.files[SourceId(path)] = facts._replace(created=facts.created | created)

    def _read_manifests(self) -> None:
        """Look in the comments of the manifests that need an object, and in what jobs run."""
        objects = {kind: names for kind, names in self._names.items() if kind != PULL_SECRETS}
        for source in islice(self._needing(), _MOST_READ_AGAIN):
            text = text_of_source(self._found, source)
            lines = [line.partition("#") for line in text.splitlines()]
            comments = "\n".join(comment for _, mark, comment in lines if mark)
            asked = asked_by(comments, objects) | asked_at_entries(text, self._names.get(SECRET, frozenset()))
            self._add(source.path, _for_folder(asked, posixpath.dirname(source.path)))
        for source in islice(self._jobs(), _MOST_READ_AGAIN):
            self._add(source.path, created_by(text_of_source(self._found, source), self._names))

    def _read_releases(self) -> None:
        """Look for charts that may create an account."""
        if self._accounts:
            from imagelint.sources.charts.installed import installed_charts

            for path, chart in installed_charts(self._found):
                self._add(path, chart.accounts(self._accounts))

    def _needing(self) -> Iterator[SourceId]:
        secrets, accounts = (self._names.get(kind, frozenset[str]()) for kind in (SECRET, ACCOUNT))
        for source, facts in self._found.files.items():
            if not source.part and (
                any(use.name in secrets for use in secrets_used(facts))
                or any(use.name in accounts for use in accounts_used(facts))
            ):
                yield source

    def _jobs(self) -> Iterator[SourceId]:
        for source, facts in self._found.files.items():
            if not source.part and any(pod.resource.kind in _JOBS for pod in facts.pods):
                yield source

    def _add(self, path: str, objects: Iterable[CreatedObject]) -> None:
        found = {*objects}
        if found:
            self._created.setdefault(path, set()).update(found)


def _for_folder(objects: Iterable[CreatedObject], folder: str) -> Iterator[CreatedObject]:
    """Objects that a text creates, for the manifests of one folder."""
    return (created._replace(folder=folder) for created in objects)
