"""Objects that no manifest defines, and that something else creates in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import NamespacedName
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SECRET, ACCOUNT = "Secret", "ServiceAccount"
# What a text has that creates a Secret with a Docker config: its type, or the key in it.
OF_DOCKER = r"dockerconfigjson|dockercfg"


class CreatedObject(NamedTuple):
    """A pull secret or a service account that is created without a manifest; the namespace is None if not stated."""

    kind: str
    id: NamespacedName
    # The folder whose manifests a text for people is about; None for what scripts and programs create.
    folder: str | None = None
    # Its namespace is stated, in a variable that may be any.
    anywhere: bool = False
    # The chart that may create it, as far as its name shows.
    chart: str | None = None


class InstalledChart(NamedTuple):
    """A chart by its name, wherever it is, with its release and namespace; None if they are not known."""

    name: str
    release: str | None
    namespace: str | None

    def accounts(self, names: Iterable[str]) -> set[CreatedObject]:
        """Those of some accounts that it may create: they are called like it or its release (`rook-ceph-default`)."""
        if self.namespace is None:
            return set()
        first = [begins for begins in (self.name, self.release) if begins]
        own = {name for name in names if any(name == begins or name.startswith(f"{begins}-") for begins in first)}
        return {CreatedObject(ACCOUNT, NamespacedName(self.namespace, name), chart=self.name) for name in own}
