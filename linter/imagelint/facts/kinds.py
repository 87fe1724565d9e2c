"""Which kinds hold a PodSpec, make Secrets or hold values of charts: read from the data files on first use."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from imagelint.data import load_data
from imagelint.text.records import NamedTuple

# Objects of Flux and Argo CD that deploy folders of a repository.
FLUX_KUSTOMIZATION = "kustomize.toolkit.fluxcd.io/Kustomization"
APPLICATION, APPLICATION_SET = "argoproj.io/Application", "argoproj.io/ApplicationSet"
_DEPLOYMENTS = frozenset({FLUX_KUSTOMIZATION, APPLICATION, APPLICATION_SET})
# Kinds that make host names of a domain lead to the cluster, in any group: the names mean the same in all of them.
_SERVING = frozenset(
    {
        *("Ingress", "IngressRoute", "IngressRouteTCP", "HTTPRoute", "GRPCRoute", "TLSRoute", "Gateway", "ListenerSet"),
        *("VirtualService", "HTTPProxy", "Mapping", "Host", "Route", "Certificate", "DNSEndpoint"),
    }
)
_OPENSHIFT = ".openshift.io"
# Groups of objects that only the nodes of EKS have a use for.
_EKS = frozenset(
    {"eks.amazonaws.com", "eksctl.io", "karpenter.k8s.aws", "vpcresources.k8s.aws", "crd.k8s.amazonaws.com"}
)
_OPENSHIFT_V1 = frozenset({"BuildConfig", "DeploymentConfig", "ImageStream", "ImageStreamTag", "Route", "Template"})
_API_VERSION = re.compile(r"(?:[a-z0-9.-]+/)?v\d[a-z0-9]*")

# In the order in which kustomize looks for them.
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
# `values.yaml`, `values-prod.yaml`, `prod-values.yml`, `values.eu.yaml`
_VALUES_FILE = r"(?:values(?:[._-].+)?|.+[._-]values)\.ya?ml"
# Values hold one of these, in any case, if they name an image; `HelmRepository` and `GitRepository` name none.
IMAGE_WORDS, REPOSITORY = (b"mage", b"tag"), rb"repository(?<![a-z]repository)"
_NO_PATHS = frozenset({"group", "kind", "names", "relative_to"})


class CoreKinds(NamedTuple):
    """Keys are `group/Kind`, with an empty group for `v1`; values are paths below the object."""

    pod_specs: dict[str, str]
    # A field that the API server requires: without it the object is a patch.
    needs: dict[str, str]
    pattern_groups: frozenset[str]
    pattern_kinds: frozenset[str]


class SecretProducer(NamedTuple):
    """How a kind declares the Secrets that it creates. All paths but the first are below what `items` selects."""

    # Where there is one entry for each Secret; empty for the object itself.
    items: str
    # The first path that leads to a text counts.
    names: tuple[str, ...]
    namespaces: tuple[str, ...]
    # The first path that leads to a text counts, else the type is `Opaque`; empty if the object does not decide it.
    types: tuple[str, ...]
    # Creates them in namespaces that the object does not state.
    anywhere: bool
    only_if: dict[str, str]
    unless: dict[str, str]


class SplitImage(NamedTuple):
    """An image in several fields of one mapping, which are joined in this order."""

    path: str
    fields: tuple[str, ...]


class CustomKind(NamedTuple):
    """Where a custom resource names images and pull secrets, all as paths below the object."""

    # Mappings with the fields of a PodSpec, and of a container.
    pods: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    # What a controller fetches and no pod runs, as a name or URL; `ref.tag` and `ref.digest` may be beside it.
    artifacts: tuple[str, ...] = ()
    # Image volumes: mappings with `reference` and `pullPolicy`.
    volumes: tuple[str, ...] = ()
    # Images whose tag is in another field, or is filled in.
    untagged: tuple[str, ...] = ()
    # `oci://…`, `docker://…`
    urls: tuple[str, ...] = ()
    split: tuple[SplitImage, ...] = ()
    # OpenShift's object references, which name an image if their kind is DockerImage.
    references: tuple[str, ...] = ()
    # Names of pull secrets, regardless of the shape of the field around them.
    secrets: tuple[str, ...] = ()


class ValueSource(NamedTuple):
    """Where a kind, or a file of a tool, has values. Paths are as `text.nodes.select` reads them."""

    kind: str
    # The parts that each have values of their own, below which the other paths are.
    within: tuple[str, ...] = ("",)
    # Mappings, or texts that hold one. Behind `*`, keys have to be names of values files.
    values: tuple[str, ...] = ()
    # Entries with `name` and `value`, or mappings from names to values: `image.tag`.
    parameters: tuple[str, ...] = ()
    # As `images` of kustomize: mappings with `name`, `newName` and `newTag`, or texts.
    overrides: tuple[str, ...] = ()
    # Patches of what it deploys, as texts or as what these hold.
    patches: tuple[str, ...] = ()
    # Names of files with values, and whether they are relative to the `file`, the `chart` or the `repository`.
    files: tuple[str, ...] = ()
    relative_to: str = "file"
    # The path of a chart, its name, and what it is released as; of several key paths the first that has a text.
    chart: tuple[str, ...] = ()
    chart_name: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    kube_version: tuple[str, ...] = ()


@cache
def core_kinds() -> CoreKinds:
    """The kinds of the core API, as of Kubernetes v1.36 and of the versions removed since 1.16."""
    data = load_data("core_kinds.json")
    skipped = data["no_pods"]
    return CoreKinds(
        pod_specs=data["pod_specs"],
        needs=data["needs"],
        pattern_groups=frozenset(skipped["groups"]),
        pattern_kinds=frozenset(skipped["kinds"]),
    )


def holds_no_pods(kind: str) -> bool:
    """Whether objects of a kind (`group/Kind`) make no pods, though they may hold what looks like one."""
    core = core_kinds()
    return kind in core.pattern_kinds or kind.partition("/")[0] in core.pattern_groups


@cache
def secret_producers() -> dict[str, list[SecretProducer]]:
    """The producers of Secrets by `group/Kind`."""
    found: dict[str, list[SecretProducer]] = {}
    for row in load_data("secret_producers.json"):
        producer = SecretProducer(
            items=row.get("items", ""),
            names=tuple(row["names"]),
            types=tuple(row[key] for key in ("type", "old_type") if key in row),
            namespaces=tuple(row.get("namespaces", ())),
            anywhere=row.get("anywhere", False),
            only_if=row.get("only_if", {}),
            unless=row.get("unless", {}),
        )
        found.setdefault(f"{row['group']}/{row['kind']}", []).append(producer)
    return found


@cache
def custom_kind(api_version: str, kind: str) -> CustomKind | None:
    """What is known of a custom resource. Versions of a kind differ at times; an unknown one is read as the newest."""
    group, _, version = api_version.rpartition("/")
    rows = _custom_kinds().get((group, kind.lower()), [])
    row = next((row for row in rows if version in row.get("versions", ())), rows[-1] if rows else None)
    if row is None:
        return None
    fields = {key: tuple(value) for key, value in row.items() if key not in {"group", "kind", "versions", "split"}}
    split = tuple(SplitImage(part["path"], tuple(part["fields"])) for part in row.get("split", ()))
    return CustomKind(**fields, split=split)


def template_marks(api_version: str, kind: str) -> tuple[str, ...]:
    """How the placeholders begin that a custom resource replaces itself; none if it has no template language."""
    group = api_version.rpartition("/")[0]
    rows = [row for row in _template_languages() if row["group"] == group and kind in row.get("kinds", (kind,))]
    return tuple(mark for row in rows for mark in row["marks"])


@cache
def _template_languages() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load_data("template_languages.json")
    return rows


@cache
def _custom_kinds() -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in load_data("custom_kinds.json"):
        found.setdefault((row["group"], row["kind"]), []).append(row)
    return found


def deploys_folders(api_version: str, kind: str) -> bool:
    """Whether objects of a type deploy folders of a repository."""
    return group_kind(api_version, kind) in _DEPLOYMENTS


def deploys_charts(api_version: str, kind: str) -> bool:
    """Whether objects of a type deploy charts, which may be in the repository."""
    source = value_source(group_kind(api_version, kind))
    return source is not None and bool(source.chart_name)


def is_release(kind: str) -> bool:
    """Whether an object of a kind (`group/Kind`) is the release of a chart, and of nothing else."""
    source = value_source(kind)
    return source is not None and bool(source.chart_name) and source.within == ("",)


def serves_hosts(kind: str) -> bool:
    """Whether objects of a kind say which host names lead to the cluster."""
    return kind in _SERVING


def platform_of(api_version: str, kind: str) -> str | None:
    """The platform that alone has objects of a type (`openshift`, some of whose kinds have no group of their own)."""
    group = api_version.rpartition("/")[0]
    if group in _EKS:
        return "eks"
    is_openshift = group.endswith(_OPENSHIFT) or (api_version == "v1" and kind in _OPENSHIFT_V1)
    return "openshift" if is_openshift else None


def group_kind(api_version: str, kind: str) -> str:
    """`apps/v1`, `Deployment` as `apps/Deployment`; `v1`, `Pod` as `/Pod`."""
    return f"{api_version.rpartition('/')[0]}/{kind}"


@cache
def creates_account(api_version: str, kind: str) -> bool:
    """Whether an object of this type may have an operator create a service account of its name.

    Custom kinds say so in theirs: `ApplicationIdentity`, `IAMServiceAccount`.
    """
    group = api_version.rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io") and kind.endswith(("Identity", "ServiceAccount"))


def is_list_version(written: str) -> bool:
    """Whether kubectl reads a list with this `apiVersion` (apimachinery v0.36 `schema.ParseGroupVersion`)."""
    return written.count("/") < 2


def is_api_version(written: str) -> bool:
    """Whether `apiVersion: written` is one of Kubernetes; Docker Compose and others have the field as well."""
    return _API_VERSION.fullmatch(written) is not None


def is_kustomization(path: str) -> bool:
    """Whether kustomize reads the file: only its name decides, `kind` may be left out."""
    return path.rpartition("/")[2] in KUSTOMIZATION_FILES


def is_values_file(path: str) -> bool:
    """Whether a file holds values of a chart, as its name says."""
    name = path.rpartition("/")[2]
    return "values" in name and re.fullmatch(_VALUES_FILE, name) is not None


def may_name_images(data: bytes) -> bool:
    """Whether the text of a values file has a word that its images are found by."""
    lower = data.lower()
    return any(word in lower for word in IMAGE_WORDS) or re.search(REPOSITORY, lower) is not None


def value_source(name: str) -> ValueSource | None:
    """Where objects of a `group/Kind`, or files of a name, have values; None for most."""
    return _value_sources().get(name)


@cache
def _value_sources() -> dict[str, ValueSource]:
    found: dict[str, ValueSource] = {}
    for row in load_data("chart_values.json"):
        paths = {key: tuple(value) for key, value in row.items() if key not in _NO_PATHS}
        for name in row.get("names", [f"{row.get('group')}/{row['kind']}"]):
            found[name] = ValueSource(row["kind"], relative_to=row.get("relative_to", "file"), **paths)
    return found
