"""Each form of an inventory, as the tools that print it document it."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.kubelet.reference import parse_reference
from imagelint.world.availability import Status
from imagelint.world.inventory import Inventory, InventoryError, read_inventory
from imagelint.world.layouts import Available

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = f"sha256:{'a' * 64}"
OTHER = f"sha256:{'b' * 64}"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def inventory(path: Path, content: Any) -> Inventory:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_inventory([str(path)])


def has(found: Inventory, image: str) -> bool | None:
    status = found.availability(parse_reference(image)).status
    return None if status is Status.NOT_ASKED else status is Status.PRESENT


def platforms(found: Inventory, image: str) -> set[str]:
    return set(found.availability(parse_reference(image)).platforms)


def test_a_list_of_images(tmp_path: Path) -> None:
    found = inventory(tmp_path / "images.txt", "# release 1.31\n\ndocker.io/rancher/k3s:v1.31\nrancher/pause:3.6\n")
    assert has(found, "rancher/k3s:v1.31") is True
    assert has(found, "rancher/k3s:v1.32") is False
    assert has(found, "docker.io/rancher/pause:3.6") is True
    assert has(found, "quay.io/acme/app:1") is None


def test_an_inventory_that_is_complete() -> None:
    found = Inventory([Available("quay.io/acme/app:1")], is_complete=True)
    assert has(found, "quay.io/acme/other:1") is False


def test_digests_are_judged_if_there_are_any() -> None:
    found = Inventory([Available(f"quay.io/acme/app@{DIGEST}"), Available("quay.io/acme/app:1")])
    assert has(found, f"quay.io/acme/app@{DIGEST}") is True
    assert has(found, f"quay.io/acme/app:1@{OTHER}") is False
    assert has(Inventory([Available("quay.io/acme/app:1")]), f"quay.io/acme/app@{DIGEST}") is None
    assert has(Inventory([Available(f"quay.io/acme/app@{DIGEST}")]), "quay.io/acme/app:1") is None


def test_crictl(tmp_path: Path) -> None:
    image = {
        "id": DIGEST,
        "repoTags": ["quay.io/acme/app:1"],
        "repoDigests": [f"quay.io/acme/app@{DIGEST}"],
        "size": "1",
    }
    found = inventory(tmp_path / "crictl.json", {"images": [image, {"id": OTHER, "repoTags": [], "repoDigests": None}]})
    assert has(found, "quay.io/acme/app:1") is True
    assert has(found, f"quay.io/acme/app@{DIGEST}") is True


def test_docker_images(tmp_path: Path) -> None:
    lines = [
        {"Repository": "nginx", "Tag": "1.29", "Digest": "<none>", "ID": "0a1b"},
        {"Repository": "<none>", "Tag": "<none>", "Digest": DIGEST, "ID": "0a1c"},
        {"Repository": "quay.io/acme/app", "Tag": "1", "Digest": DIGEST, "ID": "0a1d"},
    ]
    found = inventory(tmp_path / "docker.json", "\n".join(map(json.dumps, lines)))
    assert has(found, "docker.io/library/nginx:1.29") is True
    assert has(found, f"quay.io/acme/app@{DIGEST}") is True


def test_the_table_of_docker_images(tmp_path: Path) -> None:
    found = inventory(
        tmp_path / "table", "REPOSITORY   TAG    IMAGE ID  CREATED\nnginx        1.29   0a1b  2 weeks ago\n"
    )
    assert has(found, "nginx:1.29") is True


def test_ctr(tmp_path: Path) -> None:
    text = (
        "REF                        TYPE    DIGEST    SIZE      PLATFORMS                LABELS\n"
        f"docker.io/library/nginx:1  {INDEX} {DIGEST} 66.5 MiB linux/amd64,linux/arm64 -\n"
    )
    found = inventory(tmp_path / "ctr.txt", text)
    assert has(found, "nginx:1") is True
    assert has(found, f"nginx@{DIGEST}") is True
    assert platforms(found, "nginx:1") == {"linux/amd64", "linux/arm64"}


def test_skopeo_list_tags(tmp_path: Path) -> None:
    found = inventory(tmp_path / "tags.json", {"Repository": "quay.io/acme/app", "Tags": ["v1.0", "v1.1"]})
    assert has(found, "quay.io/acme/app:v1.1") is True
    assert has(found, "quay.io/acme/app:1.1") is False


def test_skopeo_sync(tmp_path: Path) -> None:
    for name in ("quay.io/acme/app:1", "docker.io/library/nginx:1.29"):
        (tmp_path / "mirror" / name).mkdir(parents=True)
        (tmp_path / "mirror" / name / "manifest.json").write_text("{}", encoding="utf-8")
    found = read_inventory([str(tmp_path / "mirror")])
    assert has(found, "quay.io/acme/app:1") is True
    assert has(found, "nginx:1.29") is True


def test_kubectl_get_nodes(tmp_path: Path) -> None:
    def node(architecture: str, *names: str) -> dict[str, Any]:
        info = {"operatingSystem": "linux", "architecture": architecture}
        return {"kind": "Node", "status": {"nodeInfo": info, "images": [{"names": [*names], "sizeBytes": 1}]}}

    found = inventory(
        tmp_path / "nodes.json",
        {"kind": "List", "items": [node("amd64", "quay.io/acme/app:1"), node("arm64", f"quay.io/acme/app@{DIGEST}")]},
    )
    assert has(found, "quay.io/acme/app:1") is True
    assert platforms(found, "quay.io/acme/app:1") == {"linux/amd64"}
    assert platforms(found, f"quay.io/acme/app@{DIGEST}") == {"linux/arm64"}


def layout(name: str) -> dict[str, Any]:
    """The files of an OCI layout, with an index in its index."""
    inner = {
        "manifests": [
            {"mediaType": MANIFEST, "digest": OTHER, "platform": {"os": "linux", "architecture": "arm64"}},
            {"mediaType": MANIFEST, "digest": OTHER, "platform": {"os": "unknown", "architecture": "unknown"}},
        ]
    }
    outer = {"mediaType": INDEX, "digest": DIGEST, "annotations": {"org.opencontainers.image.ref.name": name}}
    return {"index.json": {"manifests": [outer]}, f"blobs/sha256/{'a' * 64}": inner}


def test_an_oci_layout_with_a_nested_index(tmp_path: Path) -> None:
    for name, content in layout("quay.io/acme/app:1").items():
        (tmp_path / "layout" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "layout" / name).write_text(json.dumps(content), encoding="utf-8")
    for path in ("layout", "."):
        found = read_inventory([str(tmp_path / path)])
        assert has(found, "quay.io/acme/app:1") is True
        assert has(found, f"quay.io/acme/app@{DIGEST}") is True
        assert platforms(found, "quay.io/acme/app:1") == {"linux/arm64"}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_docker_save(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "images.tar"
    files = {
        **layout("quay.io/acme/app:1"),
        "manifest.json": [{"Config": "x", "RepoTags": ["nginx:1.29"], "Layers": []}],
    }
    open_archive: Any = tarfile.open  # its modes have types of their own
    with open_archive(str(path), mode) as archive:
        for name, content in files.items():
            raw = json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    found = read_inventory([str(path)])
    assert has(found, "nginx:1.29") is True
    assert platforms(found, "quay.io/acme/app:1") == {"linux/arm64"}


@pytest.mark.parametrize("content", ["", "# nothing\n", "{}", "[]", "{broken", '{"images": 1}', "\x1f\x8bxx", "<none>"])
def test_what_is_not_an_inventory_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InventoryError, match=f"^{path}: "):
        read_inventory([str(path)])
    with pytest.raises(InventoryError, match="cannot be read"):
        read_inventory([str(tmp_path / "absent")])
