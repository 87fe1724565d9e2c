"""Images in the files of build tools that scripts run: sbt, .NET, Nix and Quarkus.

Sources: `dockerRepository`, `dockerUsername` and `packageName` of sbt-native-packager; `ContainerRegistry` and
`ContainerRepository` of the .NET SDK; `dockerTools` of nixpkgs and nix2container; `quarkus.container-image`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import named
from imagelint.facts.builders.script_variables import NOTHING, Variables
from imagelint.facts.builders.tools import DOTNET, NIX, QUARKUS, SBT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.builders.tools import Artifact

_MOST_BYTES = 200_000
_SBT = re.compile(
    r"^[ \t]*(?:Docker[ \t]*/[ \t]*)?(dockerRepository|dockerUsername|packageName|name)(?:[ \t]+in[ \t]+Docker)?"
    r"[ \t]*:=[ \t]*(?:Some\()?\"([^\"\n]{1,200})\"",
    re.MULTILINE,
)
_DOTNET = re.compile(r"<Container(Registry|Repository|ImageName)(?: [^<>]{0,200})?>\s{0,80}([^<\s]{1,255})")
_PROPERTY_OF_DOTNET = re.compile(r"\$\(\w{1,80}\)")
_NIX = re.compile(
    r"\b(?:dockerTools\.(?:build|stream)\w*Image|nix2container\.buildImage)\s{1,20}(?:rec\s{1,20})?\{"
    r"[^{}]{0,400}?\bname\s{0,20}=\s{0,20}\"([^\"\n]{1,255})\""
)
_QUARKUS = re.compile(
    r"^[ \t]*(?:%\w+\.)?quarkus\.container-image\.(registry|group|name|image)[ \t]*[=:][ \t]*([\w./:${}-]{1,255})",
    re.MULTILINE,
)


def artifacts_of_build_file(name: str, text: str) -> Iterator[Artifact]:
    """The images that a file of this name builds."""
    reader = next((reader for end, reader in _READERS.items() if name.endswith(end)), None)
    if reader is not None:
        yield from reader(text[:_MOST_BYTES])


def _sbt(text: str) -> Iterator[Artifact]:
    found: dict[str, str] = dict(_SBT.findall(text))
    name = found.get("packageName") or found.get("name")
    if name is not None and "docker" in text.lower():
        parts = (found.get("dockerRepository"), found.get("dockerUsername"), name)
        yield from named("/".join(part for part in parts if part), NOTHING, SBT)


def _dotnet(text: str) -> Iterator[Artifact]:
    found: dict[str, str] = dict(_DOTNET.findall(_PROPERTY_OF_DOTNET.sub("*", text)))
    name = found.get("Repository") or found.get("ImageName")
    if name is not None:
        parts = (found.get("Registry"), name)
        yield from named("/".join(part for part in parts if part), NOTHING, DOTNET)


def _nix(text: str) -> Iterator[Artifact]:
    images = _NIX.findall(text)
    variables = Variables(text) if images else NOTHING
    for image in images:
        yield from named(image, variables, NIX)


def _quarkus(text: str) -> Iterator[Artifact]:
    found: dict[str, str] = dict(_QUARKUS.findall(text))
    image, group = found.get("image"), found.get("group")
    if image is None and group is not None:
        image = f"{found.get('registry', 'docker.io')}/{group}/{found.get('name', '*')}"
    if image is not None:
        yield from named(image, NOTHING, QUARKUS)


# By how the names of files end.
_READERS: dict[str, Callable[[str], Iterator[Artifact]]] = {
    "build.sbt": _sbt,
    ".csproj": _dotnet,
    ".fsproj": _dotnet,
    "Directory.Build.props": _dotnet,
    ".nix": _nix,
    "application.properties": _quarkus,
}
