"""All files together: names are looked up where the cluster would look."""

from __future__ import annotations

import pytest

from imagelint.facts.extract import extract
from imagelint.facts.model import NamespacedName, Resource
from imagelint.index.definitions import Names, Secret
from imagelint.index.index import Index
from imagelint.text.places import SourceId, Span
from imagelint.text.source import Source
from imagelint.world.inventory import Inventory
from imagelint.world.layouts import Available
from imagelint.world.settings import Settings
from imagelint.world.world import World
from imagelint_rules import platform_mismatch
from imagelint_rules.pull_secret_missing import RULE

SPAN = Span(1, 1, 1, 2)


def secret(namespace: str | None) -> Secret:
    resource = Resource("v1", "Secret", namespace, "a", 0, SPAN)
    return Secret(SourceId("a.yaml"), NamespacedName(namespace, "a"), resource, SPAN, None, None, None, plain_name="a")


@pytest.mark.parametrize(
    ("defined", "namespace", "here", "perhaps", "elsewhere"),
    [
        (["x"], "x", 1, 0, 0),
        (["x"], "y", 0, 0, 1),
        (["x"], None, 0, 1, 0),
        ([None], "x", 0, 1, 0),
        ([None], None, 1, 0, 0),
        (["x", "y", None], "x", 1, 0, 0),
        (["y", None], "x", 0, 1, 0),
        ([], "x", 0, 0, 0),
    ],
)
def test_an_unknown_namespace_is_neither_here_nor_elsewhere(
    defined: list[str | None], namespace: str | None, here: int, perhaps: int, elsewhere: int
) -> None:
    found = Names([secret(namespace) for namespace in defined]).find("a", namespace)
    assert tuple(map(len, found)) == (here, perhaps, elsewhere)


@pytest.mark.parametrize(
    ("image", "platform", "found"),
    [
        ("myregistry.azurecr.io/app:1", None, 1),
        ("myregistry.azurecr.io/app:1", "aks", 0),
        ("myregistry.azurecr.io/app:1", "eks", 1),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "eks", 0),
        ("registry.redhat.io/ubi9/ubi:9.4", "aks", 1),
    ],
)
def test_nodes_of_a_cloud_bring_credentials_for_its_registries(image: str, platform: str | None, found: int) -> None:
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"
    index = Index(
        {SourceId("a.yaml"): extract(Source(SourceId("a.yaml"), pod.encode()))},
        World(settings=Settings(platform=platform)),
    )
    assert len([*RULE.check(index)]) == found


@pytest.mark.parametrize(
    ("architectures", "platforms", "found"),
    [
        (("amd64",), {"linux/arm64"}, 1),
        (("amd64", "arm64"), {"linux/arm64"}, 1),
        (("amd64",), {"linux/amd64", "linux/arm64"}, 0),
        ((), {"linux/arm64"}, 0),
        (("amd64",), set[str](), 0),
    ],
)
def test_platforms_of_an_inventory_and_of_the_nodes(
    architectures: tuple[str, ...], platforms: set[str], found: int
) -> None:
    image = "quay.io/acme/app:1"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"
    inventory = Inventory([Available(image, frozenset(platforms))])
    world = World(settings=Settings(architectures=architectures), inventory=inventory)
    index = Index({SourceId("a.yaml"): extract(Source(SourceId("a.yaml"), pod.encode()))}, world)
    assert len([*platform_mismatch.RULE.check(index)]) == found
