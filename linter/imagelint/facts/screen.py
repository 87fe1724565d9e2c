"""A look at the bytes of a document: can it hold a fact at all? A full parse would find nothing in what it skips.

Most bytes of real repositories are CustomResourceDefinitions, ConfigMaps and objects without pods. The text at column 0
shows the kind: all keys of a root mapping are in one column, so if each line at column 0 begins with a plain key,
`kind` cannot be anywhere else. Documents that are written differently are parsed.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

from imagelint.facts.builders import BUILDING_KINDS
from imagelint.facts.kinds import (
    IMAGE_WORDS,
    REPOSITORY,
    core_kinds,
    creates_account,
    custom_kind,
    group_kind,
    holds_no_pods,
    is_api_version,
    secret_producers,
    value_source,
)
from imagelint.text.places import UNUSUAL_BREAKS
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.kinds import CustomKind

_MARKER_LINE = re.compile(rb"---[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")
# A first line with content that is indented: what is at column 0 below it belongs to no document.
_INDENTED = re.compile(rb"(?:---[ \t]*(?:#[^\n]*)?\r?\n)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*+[ \t]++[^ \t\r\n#]")
# A line feed, and the line below it that is neither indented nor empty, a comment or an item of a list: its key, if it
# is a plain one.
_PLAIN_KEY = rb"([A-Za-z_][\w./-]*):(?=[ \t\r\n]|\Z)"
_FIRST_LINE = re.compile(rb"(?=[^ \t\r\n#-])(?:%s)?" % _PLAIN_KEY)
_ROOT_LINE = re.compile(rb"\n(?=[^ \t\r\n#-])(?:%s)?" % _PLAIN_KEY)
# A value of one word that cannot go on in the next line.
_WORD = re.compile(
    rb"[ \t]+(?:\"([\w./-]+)\"|'([\w./-]+)'|([\w./-]+)(?=[ \t]+#|[ \t]*(?:\r?\n[^ \t\r\n]|\r?\n?\Z)))[ \t]*(?=#|\r?$)",
    re.MULTILINE,
)
# A word that counts may be written so that its bytes do not show: in quotes, or in base64 behind a tag. There are two
# patterns, as one that begins with a character is searched much faster than a choice; as texts, as most runs need none.
_ESCAPE, _TAG = rb"\\[xuU\r\n]", rb"![^\s\"']*(?:binary|%)"
_CONTAINERS = b"ontainers"
CONFIG_MAP = "/ConfigMap"
# A key with `image` in it; one behind a question mark, or that is an alias, may be one.
_IMAGE_ENTRY = rb"image[\w.-]*\\?[\"']?[ \t]*:|\?[ \t\r\n]|\*[\w-]+[ \t]*:"
# Where development clusters say which registries their nodes reach; the last is a ConfigMap.
KIND_CLUSTER, K3D_CLUSTER, REGISTRY_HOSTING = "kind.x-k8s.io/Cluster", "k3d.io/Simple", "local-registry-hosting"
# Which ports of all nodes lead to a registry in the cluster.
SERVICE, DAEMON_SET = "/Service", "apps/DaemonSet"
CLUSTER_KINDS = frozenset({KIND_CLUSTER, K3D_CLUSTER})
# What creates service accounts that are named in it: eksctl, and the Operator Lifecycle Manager.
EKS_CLUSTER = "eksctl.io/ClusterConfig"
ACCOUNT_CREATORS = frozenset({EKS_CLUSTER, "operators.coreos.com/ClusterServiceVersion"})
_STATIC_POD = r"etcd|kube-apiserver|kube-controller-manager|kube-scheduler"
# As texts: most runs need no such pattern, and it takes longer to compile than to match.
_KUBEADM = rf"({_STATIC_POD})[^.+]*(?:\+(?:strategic|merge|json))?\.(?:ya?ml|json)"
_PATCH = r"(?i)(?:^|[/._-])patch(?:es)?(?:[/._-]|$)"
_OF_PATCHES = (b"ontainers", b"op", b"path")


class Heading(NamedTuple):
    """The type of the object that a document holds; None for what its root does not have."""

    api_version: str | None
    kind: str | None

    @property
    def is_object(self) -> bool:
        """Whether this is the heading of a Kubernetes object."""
        return bool(self.kind) and self.api_version is not None and is_api_version(self.api_version)

    @property
    def is_list(self) -> bool:
        """Whether the object holds others, as its kind says."""
        return self.kind is not None and self.kind.endswith("List")

    @property
    def of_items(self) -> Heading:
        """The heading of the items of a list of this type that have none: `Pod` of a `PodList`."""
        return Heading(self.api_version, self.kind.removesuffix("List") if self.kind else None)


NO_HEADING = Heading(None, None)


def heading_of(data: bytes) -> Heading | None:
    """What the root of a document says of its type; None if only a full parse can show it."""
    if _has_other_breaks(data) or _INDENTED.match(data):
        return None
    found: dict[bytes, str] = {}
    line = None
    for line in _root_lines(data):
        key = line[1]
        if key is None:
            return None
        if key in {b"kind", b"apiVersion"}:
            value = _WORD.match(data, line.end())
            if value is None or key in found:
                return None
            found[key] = (value[1] or value[2] or value[3]).decode()
    if line is None or len(found) == 1:
        return None  # a part of the heading is indented by mistake
    return Heading(found.get(b"apiVersion"), found.get(b"kind"))


def _has_other_breaks(data: bytes) -> bool:
    """Whether lines end in other ways than editors end them."""
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return True
    return not data.isascii() and any(unusual in data for unusual in UNUSUAL_BREAKS)


def _root_lines(data: bytes) -> Iterator[re.Match[bytes]]:
    """The lines that hold the keys of a root mapping, if it has no indentation; their first group is the key."""
    marker = _MARKER_LINE.match(data)
    if marker is None and (first := _FIRST_LINE.match(data)) is not None:
        yield first
    yield from _ROOT_LINE.finditer(data, marker.end() - 1 if marker else 0)


def can_matter(data: bytes, heading: Heading | None, holds: Callable[[_Marks], bool] | None = None) -> bool:
    """Whether a full parse of a document with this heading could find more than the type of an object.

    `holds` is as of `search_once`, for documents with many objects.
    """
    if heading is None:
        return (b"kind" in data and b"apiVersion" in data) or _has_escape(data)
    if heading.api_version is None or heading.kind is None:
        return heading.is_list  # which may be of any version
    marks = _marks(heading.api_version, heading.kind)
    if marks is None or not marks.words:
        return marks is None
    return _holds(data, marks) if holds is None else holds(marks)


def search_once(data: bytes) -> Callable[[_Marks], bool]:
    """What searches a document for the marks of kinds, and not again for others with the same marks."""
    return cache(partial(_holds, data))


def _holds(data: bytes, marks: _Marks) -> bool:
    lower = data.lower()  # in some kinds keys count however they are written
    if any(word in lower for word in marks.words) or _has_escape(data):
        return True
    return marks.pattern is not None and re.search(marks.pattern, lower) is not None


def may_be_template(data: bytes) -> bool:
    """Whether a text has anything that the placeholders of templates begin with."""
    return b"@" in data or (b"{" in data and (b"{{" in data or b"{%" in data or b"${" in data))


def is_kubeadm_patch(path: str) -> bool:
    """Whether kubeadm would take the file for a patch of a static pod, if it found it in its folder of patches."""
    return kubeadm_patch(path) is not None


def is_static_pod(name: str | None) -> bool:
    """Whether kubeadm makes a static pod of this name, which is complete without anything that people write."""
    return name is not None and re.fullmatch(_STATIC_POD, name) is not None


def is_called_patch(path: str) -> bool:
    """Whether a file or its folder is called a patch, so that what is in it is not applied as it is."""
    return ("patch" in path.lower() and re.search(_PATCH, path) is not None) or is_kubeadm_patch(path)


def kubeadm_patch(path: str) -> re.Match[str] | None:
    """The name of a file of kubeadm, with that of the static pod that it patches; None for any other file."""
    name = path.rpartition("/")[2]
    return re.fullmatch(_KUBEADM, name) if name.startswith(("etcd", "kube-")) else None


def may_be_json_patch(data: bytes) -> bool:
    """Whether a document can be a JSON patch that adds or changes containers."""
    return all(mark in data for mark in _OF_PATCHES)


def _has_escape(data: bytes) -> bool:
    has_escape = b"\\" in data and re.search(_ESCAPE, data) is not None
    return has_escape or (b"!" in data and re.search(_TAG, data) is not None)


class _Marks(NamedTuple):
    """What shows that an object matters, all in lower case: one of some words, or a pattern."""

    words: tuple[bytes, ...]
    pattern: bytes | None = None


_MARKED = {
    CONFIG_MAP: _Marks((b"values", _CONTAINERS, b"runners", b"localregistryhosting"), _IMAGE_ENTRY),
    SERVICE: _Marks((b"nodeport",)),
}


@cache
def _marks(api_version: str, kind: str) -> _Marks | None:
    """What an object has to hold to matter: there are no words if its kind never matters; None if it always does."""
    name = group_kind(api_version, kind)
    if name in core_kinds().pod_specs or name in secret_producers() or name in _NAMED or kind.endswith(_OF_OTHERS):
        return None
    if creates_account(api_version, kind):
        return None
    if holds_no_pods(name):
        return _Marks(())
    if name in _MARKED:
        return _MARKED[name]
    if value_source(name) is not None:
        return _Marks(IMAGE_WORDS, REPOSITORY)
    known = custom_kind(api_version, kind)
    words = [word.lower() for word in _words_of(known)] if known else [b"mage"]
    return _Marks((_CONTAINERS, *words))


# Facts by their name alone, and collections of other objects.
_NAMED = BUILDING_KINDS | CLUSTER_KINDS | {EKS_CLUSTER, "/Secret", "/ServiceAccount", "/Namespace"}
_OF_OTHERS = ("List", "Template")
# Parts of a key path that occur in any document.
_UBIQUITOUS = frozenset({"*", "name", "spec"})


def _words_of(kind: CustomKind) -> Iterator[bytes]:
    """One key of each key path that the kind names."""
    ways = (
        *kind.containers,
        *kind.images,
        *kind.artifacts,
        *kind.volumes,
        *kind.untagged,
        *kind.urls,
        *kind.references,
        *kind.secrets,
    )
    for way in (*ways, *(split.path for split in kind.split)):
        keys = way.replace("[]", "").split(".")
        yield next((key for key in reversed(keys) if key not in _UBIQUITOUS), keys[-1]).encode()
    if kind.pods:
        yield b"image"
