"""What a file says of registries besides the images in it: that they are meant, and that pods need no pull secret."""

from __future__ import annotations

from imagelint.text.records import NamedTuple


class RegistryInUse(NamedTuple):
    """A registry that a file shows to be meant; `how` is a clause about it without the subject: `logs in to it`."""

    host: str
    how: str
    # For people, who may take it as an example.
    in_text: bool = False


class NodeCredential(NamedTuple):
    """A registry that the nodes have credentials for; `how` is a clause about the file that shows it, as above."""

    # The one on which they do; None for any.
    platform: str | None
    how: str
    # None for any that nodes of the platform can have credentials for.
    host: str | None = None
    # The folder whose manifests a text for people is about.
    folder: str | None = None


class PublicProject(NamedTuple):
    """A project of a registry, `registry.example.com/library`; `how` is a clause about the file without the subject."""

    name: str
    how: str
