"""Errors of runtimes without a sentence of the kubelet around them: whether they are of a pull, and of which image."""

from __future__ import annotations

import re

_IMAGE = r"[^\"'\s,;]{1,600}"
# Texts that only a pull brings about. Each was found in the sources or the logs of containerd, CRI-O, Docker or podman.
_MARKERS = re.compile(
    r"""failed\ to\ pull\ and\ unpack\ image|[Ff]ailed\ to\ pull\ image|failed\ to\ res(?:ol)?ve\ (?:reference|image)
    |failed\ to\ resolve\ source\ metadata|PullImage|pulling\ image|initializing\ source\ docker://
    |[Rr]eading\ manifest\ \S{1,200}\ in\ |image\ pull\ failed\ for|manifest\ for\ \S{1,600}\ not\ found
    |manifest\ unknown|pull\ access\ denied|no\ matching\ manifest\ for|no\ match\ for\ platform|toomanyrequests
    |failed\ to\ (?:extract|register)\ layer|[Ee]rror\ pulling\ image|short-name\ |short\ name\ mode|unpacking\ image
    |(?:Get|Head|HEAD|GET)\ \"?https?://[^\s\"]{1,300}/v2/|pulling\ from\ host|Docker\ Image\ Format\ v1
    |media\ type\ \"?application/vnd\.docker\.distribution\.manifest\.v1|manifest\.v1\+(?:prettyjws|json)
    |copying\ system\ image\ from\ manifest\ list|trying\ to\ pull\ an\ unqualified\ image
    |image\ operating\ system\ \"
    |Error\ response\ from\ daemon:\ (?:unauthorized|denied|error\ parsing\ HTTP|application/vnd)
    |Source\ image\ rejected|copy(?:ing)?\ from\ source\ docker://|error\ parsing\ HTTP\ \d+\ response\ body
    |pull\ QPS\ exceeded|ImageStatus\ \"|RegistryUnavailable:|Not\ continuing\ with\ pull
    """,
    re.VERBOSE,
)
# Lines in which the same words are about something else: charts, artifacts, scans, logins, pushes.
_NOT_A_PULL = re.compile(
    r"""FetchReference|ComparisonError|[Mm]anifest\ generation\ error|/tags/list|ImagePolicy
    |(?:INSTALLATION|UPGRADE)\ FAILED
    |\bhelm\b|[Cc]hart\b|(?<!require\ ')docker\ login|incorrect\ username\ or\ password|\bpush(?:ing)?\b
    |[Pp]robe|MountVolume|network\ for\ sandbox|networkPlugin|\bCNI\b|artifact\ from\ |\bscan\b
    """,
    re.VERBOSE,
)
_OF_FLUX = re.compile("oci://|OCIRepository|ImageRepository|HelmChart|HelmRepository|HelmRelease")
# Where an image is named in an error, the best place first.
_IMAGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"PullImage (?:from image service failed: |failed: )?\"({_IMAGE})\"",
        rf"Unable to find image '({_IMAGE})' locally",
        rf"ImageStatus \"({_IMAGE})\"",
        rf"[Ff]ailed to pull image \"?({_IMAGE})\"?[:,]",
        rf"failed to pull and unpack image \"({_IMAGE})\"",
        rf"failed to res(?:ol)?ve (?:reference|image) \"({_IMAGE})\"",
        rf"(?:initializing source|from source) docker://({_IMAGE}?)(?::\s|\s|$)",
        rf"manifest for ({_IMAGE}) not found",
        rf"image pull failed for ({_IMAGE}) because",
        rf"short-name \"({_IMAGE})\"",
        rf"image name ({_IMAGE}) returns ambiguous",
        rf"resolve source metadata for ({_IMAGE}):\s",
        rf"Suggest the author of ({_IMAGE}) to upgrade",
    )
)
_REFERENCES = re.compile(
    r"https?://[^\s\"'<>]{1,2000}|\"[^\"\s]{1,600}\"|'[^'\s]{1,600}'|(?<![\w.-])[\w.-]+(?:/[\w.@:-]+)+"
)
_READING = re.compile(rf"[Rr]eading manifest ([\w.:-]{{1,160}}) in ({_IMAGE}):\s")
_DENIED = re.compile(rf"pull access denied for ({_IMAGE}),")
_ADDRESS = re.compile(r"https?://([\w.:-]{1,255})/v2/([\w./-]{1,255})/manifests/([\w.:-]{1,160})")
_HEADS = re.compile(
    r"^(?:\s*(?:docker|ctr|crictl|nerdctl|podman|Error|ERROR|WARNING|error)\s?:\s+|(?:FATA|ERRO)\[\d+\]\s+|"
    r"pulling image(?: failed)?: |Error response from daemon: )+"
)


def is_pull_error(text: str) -> bool:
    """Whether a text is the error of a pull."""
    if _OF_FLUX.search(text) or _MARKERS.search(text) is None:
        return False
    return _NOT_A_PULL.search(_without_references(text)) is None


def from_marker(text: str) -> str:
    """The part of a line that is the error: what is printed in front of it, such as a whole container, is left out."""
    match = _MARKERS.search(text)
    return text[match.start() :] if match is not None else text


def image_in(error: str) -> str | None:
    """The image that an error is about; None if it does not name one."""
    for pattern in _IMAGES:
        match = pattern.search(error)
        if match is not None:
            return match[1].rstrip(":,.")
    reading = _READING.search(error)
    if reading is not None:
        return _joined(reading[2], reading[1])
    denied, address = _DENIED.search(error), _ADDRESS.search(error)
    if denied is not None:
        return denied[1]
    if address is not None:
        host = "docker.io" if address[1] == "registry-1.docker.io" else address[1]
        return _joined(f"{host}/{address[2]}", address[3].rstrip(":"))
    return None


def without_head(text: str) -> str:
    """An error without the name of the program and the level that it was printed with."""
    return _HEADS.sub("", text).strip()


def _joined(repository: str, tag: str) -> str:
    return f"{repository}@{tag}" if tag.startswith("sha256:") else f"{repository}:{tag}"


def _without_references(text: str) -> str:
    """The text without what people choose the words of: images and addresses."""
    return re.sub(
        r"https?://[^\s\"'<>]{1,2000}|\"[^\"\s]{1,600}\"|'[^'\s]{1,600}'|(?<![\w.-])[\w.-]+(?:/[\w.@:-]+)+", " ", text
    )
