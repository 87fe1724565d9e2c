"""Print the formula of Homebrew for a source archive, or check that a tag is the version of the project."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

from home import ROOT, Home, read_home

_FORMULA = """class Imagelint < Formula
  include Language::Python::Virtualenv

  desc "{description}"
  homepage "{homepage}"
  url "{url}"
  sha256 "{digest}"
  license "Apache-2.0"

  depends_on "rust" => :build
  depends_on "python@3.14"

  # `brew update-python-resources imagelint` writes the resources here.

  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"imagelint", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    (testpath/"pod.yaml").write <<~YAML
      apiVersion: v1
      kind: Pod
      metadata: {{name: web}}
      spec: {{containers: [{{name: web, image: ghcr.io/acme/web}}]}}
    YAML
    assert_match "missing-tag", shell_output("#{{bin}}/imagelint #{{testpath}}/pod.yaml", 1)
  end
end
"""


def version() -> str:
    """The version of the project; `pyproject.toml` is the only place that has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def formula(archive: Path, home: Home) -> str:
    """The formula for a source archive, as it is attached to the release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return _FORMULA.format(
        description=project["description"].removeprefix("A ")[:80],
        homepage=home.home or home.repository,
        url=f"{home.repository}/releases/download/v{version()}/{archive.name}",
        digest=hashlib.sha256(archive.read_bytes()).hexdigest(),
    )


def main(arguments: list[str]) -> int:
    """`--is-version TAG`, or the path of a source archive. Returns 1 for another tag, 2 for wrong usage."""
    if arguments[:1] == ["--is-version"]:
        return 0 if arguments[1:] == [f"v{version()}"] else 1
    if len(arguments) != 1 or not read_home().owner:
        sys.stderr.write("usage: packages.py dist/packages/imagelint-X.tar.gz, with the owner in tools/home.json\n")
        return 2
    sys.stdout.write(formula(Path(arguments[0]), read_home()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
