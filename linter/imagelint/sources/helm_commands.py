"""Commands that install charts, and what they set: of helm, of tasks of Azure Pipelines and of modules of Terraform.

Nothing is run. Sources: `helm upgrade`, `install` and `template` with their options (helm.sh/docs/helm/helm_upgrade);
the inputs of `HelmDeploy@0`; `helm_release` of the provider `hashicorp/helm`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import without_comments
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_BYTES, _LONGEST_LINE, _MOST_COMMANDS, _LONGEST_BLOCK = 200_000, 8000, 200, 4000
_HELM = r"(?i)(?:\bhelm3?(?:\.exe)?|\$[({]?\w{0,40}helm\w{0,40}[)}]?)[\"']?[ \t]+"
# Where a command goes on in the next line: of shells, PowerShell and the folded texts of YAML; and lists of arguments.
_GOES_ON = r"[\\`^]\n|\n[ \t]+(?=--?[a-z])|[\"'],\s{0,80}f?[\"']"
_PART = (
    r"(?:\$\((?:[^()\n]|\([^()\n]{0,200}\)){0,400}+\)|\$?\{\{[^{}\n]{0,200}\}\}|\$\{[^{}\n]{0,200}\}"
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|[^\s;&|<>\"'`])++|[;&|]+"
)
_ENDS = re.compile(r"[;&|]+")
_INSTALLS = ("upgrade", "install")
# Words before what a command does: options, and the plugins that wrap it (`helm secrets upgrade`).
_MOST_BEFORE = 8
# Options without a value.
_SWITCHES = frozenset(
    {
        *("install", "i", "wait", "wait-for-jobs", "atomic", "debug", "create-namespace", "dry-run", "force", "devel"),
        *("reset-values", "cleanup-on-fail", "dependency-update", "no-hooks", "skip-crds", "generate-name", "g"),
        *("verify", "rollback-on-failure", "insecure-skip-tls-verify", "disable-openapi-validation", "take-ownership"),
    }
)
_FILES = frozenset({"f", "values"})
_KEEPS = "--reuse-values"
_KEY = r"(?:[\w/\[\]-]|\\?\.)+"
# A variable for more options, which are set elsewhere in the same text.
_OPTIONS = r"(?ia)\$[({]?\w{0,60}(?:args|flags|opts|options|params|set|values|overrides)\w{0,20}(?:\[@\])?[)}]?"
_SET = rf"--set(?:-\w{{1,10}})?[ =]+[\"']?({_KEY}=[^\s\"']{{0,400}})"
_TASK = r"HelmDeploy@\d"
_INPUT = (
    r"(?mi)^[ \t]*(chartPath|valueFile|overrideValues|arguments):[ \t]*"
    r"(?:[|>][+-]?[ \t]*\n((?:[ \t]{2}(?![ \t]*\w+:[ \t\n])[^\n]*\n){1,60})|([^\n]*))"
)
_RELEASE = r"(?m)^[ \t]*resource[ \t]+\"?helm_release\"?[ \t]"
_CHART = r"(?m)^[ \t]*chart[ \t]*=[ \t]*\"([^\"\n]{1,300})\""
_VALUE_OF_RELEASE = r"\bname\s{0,20}=\s{0,20}\"([^\"\n]{1,200})\"\s{0,20},?\s{0,20}value\s{0,20}="
_FILE_OF_RELEASE = r"\bfile\(\s{0,20}\"([^\"\n]{1,300})\""


class Install(NamedTuple):
    """A command that installs a chart; all of it as written, with variables."""

    # One of them is the chart.
    words: tuple[str, ...]
    # Files with values.
    files: tuple[str, ...] = ()
    # The texts by the names that they are set under: `image.tag`.
    values: tuple[tuple[str, str], ...] = ()


def installs(text: str) -> Iterator[Install]:
    """The commands in a text that install charts."""
    text = text[:_MOST_BYTES]
    if re.search(_RELEASE, text) is not None:
        yield from islice(_of_terraform(text), _MOST_COMMANDS)
        return
    joined = re.sub(_GOES_ON, " ", without_comments(text)).replace('\\"', '"')
    options = tuple(pair for written in re.findall(_SET, joined) for pair in _pairs(written))
    yield from islice(_of_lines(joined.splitlines(), options), _MOST_COMMANDS)
    if re.search(_TASK, text) is not None:
        yield from islice(map(_of_task, re.split(_TASK, text)[1:]), _MOST_COMMANDS)


def _of_lines(lines: Iterable[str], options: tuple[tuple[str, str], ...]) -> Iterator[Install]:
    for line in (line[:_LONGEST_LINE] for line in lines if "helm" in line.lower()):
        for command in islice(re.finditer(_HELM, line), _MOST_BEFORE):
            words, rest = _words(line[command.end() :])
            before = words[:_MOST_BEFORE]
            first = next((number for number, word in enumerate(before) if word in _INSTALLS), None)
            if first is None and "template" in before and "apply" in rest:
                first = words.index("template")
            if first is not None and _KEEPS not in words:
                yield _of_words(words[first + 1 :], options)


def _words(text: str) -> tuple[list[str], str]:
    """The words of a command, and what is behind it in its line."""
    words: list[str] = []
    for part in re.finditer(_PART, text):
        if _ENDS.fullmatch(part[0]):
            return words, text[part.end() :]
        words.append(re.sub(r"[\"']", "", part[0]))
    return words, ""


def _of_words(words: list[str], options: tuple[tuple[str, str], ...]) -> Install:
    positional: list[str] = []
    files: list[str] = []
    values: list[tuple[str, str]] = []
    flag = ""
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        if word.startswith("-"):
            flag = "" if equals or name in _SWITCHES else name
            given = (name, value) if equals else ("", "")
        else:
            given, flag = (flag, word), ""
        if given[0] in _FILES:
            files += given[1].split(",")
        elif given[0].startswith("set"):
            values += _pairs(given[1])
        elif given[1] and not given[0]:
            positional.append(word)
            values += options if re.fullmatch(_OPTIONS, word) else ()
    return Install((*positional,), (*files,), (*values,))


def _pairs(written: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"(?<!\\),", written):
        key, equals, value = part.partition("=")
        if equals and re.fullmatch(_KEY, key):
            yield key, value


def _of_task(text: str) -> Install:
    """A task of Azure Pipelines, by what is behind its name."""
    block = re.split(r"(?m)^[ \t]*-[ \t]+\w+:", text[:_LONGEST_BLOCK])[0]
    inputs = {name.lower(): lines or one for name, lines, one in re.findall(_INPUT, block)}
    plain = {name: value.strip().strip("\"'") for name, value in inputs.items()}
    overridden = re.sub(r"\s*\n\s*", ",", plain.get("overridevalues", ""))
    words, _ = _words(plain.get("arguments", ""))
    given = _of_words(words, ())
    files = tuple(path for path in (plain.get("valuefile"), *given.files) if path)
    return Install((plain.get("chartpath", ""),), files, (*_pairs(overridden), *given.values))


def _of_terraform(text: str) -> Iterator[Install]:
    for block in re.split(_RELEASE, text)[1:]:
        # The next block at the left margin begins behind the end of the resource.
        resource = re.split(r"(?m)^\}", block[:_LONGEST_BLOCK])[0]
        chart = re.search(_CHART, resource)
        if chart is not None:
            names = re.findall(_VALUE_OF_RELEASE, resource)
            values = tuple((name, "${…}") for name in names)
            yield Install((chart[1],), tuple(re.findall(_FILE_OF_RELEASE, resource)), values)
