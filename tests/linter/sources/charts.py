"""Charts for tests, and the versions of helm that render them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagelint.config.charts import RenderOptions
from imagelint.linting.selection import Selection
from imagelint.runs import plan_runs
from imagelint.session import Request, Session
from imagelint_rules import RULES
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.linting.finding import Finding

_INSTALLED = [*sorted((ROOT / ".venv/helm").glob("*/helm"))]
_ON_PATH = shutil.which("helm")
HELMS = [str(path) for path in _INSTALLED] or ([_ON_PATH] if _ON_PATH else [])
needs_helm = pytest.mark.skipif(not HELMS, reason="`make helm` was not run: no chart is rendered by the real helm")

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '3.1'\n"
VALUES = "image:\n  registry: ghcr.io\n  repository: acme/shop\n  tag: ''\n"
IMAGE = (
    "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
)
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: "{{{{ .Release.Name }}}}"}}
spec:
  containers:
    - name: web
      image: "{}"
"""
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: apps}
spec:
  chart: {spec: {chart: ./charts/shop, sourceRef: {kind: GitRepository, name: deploy}}}
"""


def write(tree: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")


def chart(folder: str, values: str = VALUES, image: str = IMAGE) -> dict[str, str]:
    """The files of a chart with one pod."""
    return {
        f"{folder}/Chart.yaml": CHART,
        f"{folder}/values.yaml": values,
        f"{folder}/templates/pod.yaml": POD.format(image),
    }


def path_with(helm: str) -> str:
    """PATH with the folder of a helm first."""
    return os.pathsep.join([str(Path(helm).parent), os.environ.get("PATH", "")])


def reported() -> Sequence[Finding]:
    """What all rules find in the working folder."""
    session = Session()
    session.read(Request(["."], charts=RenderOptions()))
    (run,) = plan_runs(["."], RULES)
    return session.lint([run._replace(configuration=run.configuration._replace(selection=Selection()))]).findings
