"""Fill the owner of the repository and the home of the manual, from `home.json`, into everything that names them.

Until both are known, texts have `URL_OF_THIS_REPOSITORY` and `OWNER/imagelint`, and no output links to the manual.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_TEXTS = ("README.md", "docs/ci.md", "docs/editors.md")


class Home(NamedTuple):
    """The owner of the repository on GitHub, and the address of the manual, with a slash at its end."""

    owner: str
    home: str

    @property
    def repository(self) -> str:
        """The address of the repository."""
        return f"https://github.com/{self.owner}/imagelint"


def read_home() -> Home:
    """What `home.json` says. Raises ValueError for an address without `https://` or without a slash at its end."""
    home = Home(**json.loads(Path(__file__).with_name("home.json").read_text(encoding="utf-8")))
    if home.home and not re.fullmatch(r"https://[^\s\"]+/", home.home):
        raise ValueError("`home` must be an address such as https://acme.github.io/imagelint/docs/")
    if not re.fullmatch(r"[A-Za-z0-9-]*", home.owner):
        raise ValueError("`owner` must be the name of an account")
    return home


def filled(path: str, text: str, home: Home) -> str:
    """A file of the project with what is known."""
    if path in _TEXTS and home.owner:
        text = text.replace("URL_OF_THIS_REPOSITORY", home.repository).replace(
            "OWNER/imagelint", f"{home.owner}/imagelint"
        )
    if path == "linter/imagelint/linting/rule.py":
        text = re.sub(r'(?m)^HOME = ".*"$', f'HOME = "{home.home}"', text)
    if path == "zensical.toml":
        lines = f'site_url = "{home.home}"\nrepo_url = "{home.repository}"\n' if home.home and home.owner else ""
        text = re.sub(r'(?m)^(?:site|repo)_url = ".*"\n', "", text)
        text = text.replace('docs_dir = "docs"\n', f'{lines}docs_dir = "docs"\n')
    if path == "pyproject.toml":
        urls = f'[project.urls]\nSource = "{home.repository}"\n' if home.owner else ""
        urls += f'Documentation = "{home.home}"\n' if urls and home.home else ""
        text = re.sub(r"(?m)^\[project\.urls\]\n(?:.+\n)*\n", "", text)
        text = text.replace("[project.scripts]\n", f"{urls}\n[project.scripts]\n" if urls else "[project.scripts]\n")
    return text


PATHS = (*_TEXTS, "linter/imagelint/linting/rule.py", "zensical.toml", "pyproject.toml")


if __name__ == "__main__":
    for name in PATHS:
        file = ROOT / name
        file.write_text(filled(name, file.read_text(encoding="utf-8"), read_home()), encoding="utf-8")
        sys.stdout.write(f"{name}\n")
