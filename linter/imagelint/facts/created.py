"""Objects that no manifest defines, and that something else creates in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.facts.model import NamespacedName

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
