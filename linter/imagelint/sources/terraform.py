"""Pull secrets and service accounts that resources or modules of Terraform or OpenTofu create, or charts of theirs.

Source: the resources `kubernetes_secret`, `kubernetes_service_account` and their forms with `_v1` of the provider
`hashicorp/kubernetes` v2, `helm_release` of `hashicorp/helm` v3, and the argument `kubernetes_service_account` of
modules such as `irsa` of the EKS Blueprints v4; `depends_on` and the like are not looked at.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.created import ACCOUNT, OF_DOCKER, SECRET, CreatedObject, InstalledChart, by_beginning
from imagelint.facts.model import NamespacedName
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

_VALUE = r"[ \t]*=[ \t]*(?:\"([^\"\n]{1,253})\"|((?:var|local|each)\.\w{1,100}))"
_RESOURCE = re.compile(r"(?m)^[ \t]*resource[ \t]+\"?kubernetes_(?:(secret)|service_account)(?:_v1)?\"?[ \t]")
_RELEASE = re.compile(r"(?m)^[ \t]*resource[ \t]+\"?helm_release\"?[ \t]")
_CHART = re.compile(rf"(?m)^[ \t]*chart{_VALUE}")
# A module that creates an account, unless another argument says that there is one.
_MODULE = re.compile(r"(?m)^[ \t]*module[ \t]+\"?[\w-]+\"?[ \t]*\{")
_OF_MODULE = re.compile(rf"(?m)^[ \t]*kubernetes_service_account{_VALUE}")
_IN_MODULE = re.compile(rf"(?m)^[ \t]*kubernetes_namespace{_VALUE}")
_NOT_CREATED = re.compile(r"(?m)^[ \t]*create_kubernetes_service_account[ \t]*=[ \t]*false\b")
# The next block at the left margin begins behind the end of the resource.
_END = re.compile(r"(?m)^\}")
_LONGEST_RESOURCE = 8000
_NAME = re.compile(rf"(?m)^[ \t]*name{_VALUE}")
_NAMESPACE = re.compile(rf"(?m)^[ \t]*namespace{_VALUE}")
_VARIABLE = re.compile(r"(?m)^[ \t]*variable[ \t]+\"?(\w{1,100})\"?[ \t]*\{")
_DEFAULT = re.compile(r"\bdefault[ \t]*=[ \t]*\"([^\"\n]{0,253})\"")
_LONGEST_VARIABLE = 1000
_LOCAL = re.compile(r"(?m)^[ \t]*(\w{1,100})[ \t]*=[ \t]*\"([^\"\n]{0,253})\"")
# A text that is nothing but a variable, in either form.
_OF_VARIABLE = re.compile(r"(?:\$\{)?((?:var|local|each)\.\w+)\}?")


class _Resource(NamedTuple):
    """A resource; its names are as written."""

    path: str
    kind: str
    name: str
    namespace: str | None


class Terraform:
    """The resources of all modules that are read, and the variables of each."""

    def __init__(self, names: Mapping[str, AbstractSet[str]]) -> None:
        self._names = names
        self._accounts = by_beginning(names.get(ACCOUNT, ()))
        self._resources: list[_Resource] = []
        # The chart, release and namespace of each, as written, with the path of the file.
        self._releases: list[tuple[str, list[str | None]]] = []
        self._variables: dict[str, dict[str, str]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one file of a module, which is its folder."""
        self._variables.setdefault(posixpath.dirname(path), {}).update(_variables_of(text))
        for found, body in _blocks(_RESOURCE, text):
            if found[1] is None or re.search(OF_DOCKER, body):
                self._add(path, SECRET if found[1] else ACCOUNT, _NAME.search(body), _NAMESPACE.search(body))
        for _, body in _blocks(_RELEASE, text) if "helm_release" in text else ():
            fields = (pattern.search(body) for pattern in (_CHART, _NAME, _NAMESPACE))
            self._releases.append((path, [field and (field[1] or field[2]) for field in fields]))
        for _, body in _blocks(_MODULE, text) if "kubernetes_service_account" in text else ():
            if _NOT_CREATED.search(body) is None:
                self._add(path, ACCOUNT, _OF_MODULE.search(body), _IN_MODULE.search(body))

    def _add(self, path: str, kind: str, name: re.Match[str] | None, namespace: re.Match[str] | None) -> None:
        if name is not None:
            where = (namespace[1] or namespace[2]) if namespace is not None else None
            self._resources.append(_Resource(path, kind, name[1] or name[2], where))

    def created(self) -> Iterator[tuple[str, set[CreatedObject]]]:
        """The objects with one of the names, each with the file that has it."""
        for path, kind, name, namespace in self._resources:
            variables = self._variables[posixpath.dirname(path)]
            named, where = _value(name, variables), _value(namespace, variables)
            if named is not None and named in self._names.get(kind, ()):
                is_variable = namespace is not None and where is None
                yield path, {CreatedObject(kind, NamespacedName(where, named), anywhere=is_variable)}
        for path, fields in self._releases:
            chart, release, where = (_value(field, self._variables[posixpath.dirname(path)]) for field in fields)
            if chart is not None:
                installed = InstalledChart(chart.rpartition("/")[2], release, where)
                yield path, installed.accounts(self._accounts)


def _blocks(start: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """The blocks that begin with a match, each with what is in it."""
    for found in start.finditer(text):
        rest = text[found.end() : found.end() + _LONGEST_RESOURCE]
        end = _END.search(rest)
        yield found, rest[: end.start()] if end is not None else rest


def _variables_of(text: str) -> Iterator[tuple[str, str]]:
    if "variable" in text:
        for found in _VARIABLE.finditer(text):
            body = text[found.end() : found.end() + _LONGEST_VARIABLE]
            end = _END.search(body)
            default = _DEFAULT.search(body, 0, end.start() if end is not None else len(body))
            if default is not None:
                yield f"var.{found[1]}", default[1]
    if "locals" in text:
        yield from ((f"local.{name}", value) for name, value in _LOCAL.findall(text))


def _value(written: str | None, variables: Mapping[str, str]) -> str | None:
    """A text with its variable replaced; None if that has no value."""
    variable = _OF_VARIABLE.fullmatch(written or "")
    if variable is not None:
        return variables.get(variable[1])
    return None if written is None or "${" in written else written
