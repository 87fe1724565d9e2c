"""What a script, a pipeline or a text for people creates: pull secrets and service accounts.

Nothing is run. Variables take what the same text assigns to them.

Sources: kubectl v1.36 `create secret docker-registry`, `create secret generic` with a type or a file of a docker
config, `create serviceaccount` and `patch serviceaccount`, which `oc` has as well; `oc secrets link --for=pull` of
OpenShift 4; `eksctl create iamserviceaccount`; `helm install` and `helm upgrade` of Helm v3; the step
`azure/k8s-create-secret` of GitHub and the tasks `KubernetesManifest` and `Kubernetes` of Azure Pipelines.
"""

from __future__ import annotations

import posixpath
import re
from itertools import chain
from typing import TYPE_CHECKING

from imagelint.facts.builders.script_variables import Variables
from imagelint.facts.created import ACCOUNT, OF_DOCKER, PULL_SECRETS, SECRET, CreatedObject, InstalledChart
from imagelint.facts.model import NamespacedName
from imagelint.facts.objects import DNS_LABEL
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

# One of them is in each text that creates something.
_WORDS = ("ecret", "erviceaccount", "erviceAccount", " sa ")
_NAMES = re.compile(r"[a-z0-9.-]+")
_LONGEST_LINE = 4000
# A backslash goes on with a command, in PowerShell a backtick.
_CONTINUED = re.compile(r"[\\`][ \t]*\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#")
_BETWEEN_COMMANDS = re.compile(r"[;&|]+")
_BETWEEN_WORDS = re.compile(r"[\s\"'`,\[\]]+")
# Flags without a value.
_SWITCHES = frozenset(
    {
        *("--dry-run", "--save-config", "--append-hash", "--approve", "--validate", "-i", "-t", "-it"),
        *("--install", "--create-namespace", "--wait", "--atomic", "--debug", "--devel", "--reuse-values"),
    }
)
# A flag and its value in one word.
_GLUED = re.compile(r"-n[^=]")
_COPIES = re.compile(r"\b(?:apply|create|replace)\b")
_LISTED_BY_PATCH = re.compile(r"\bpatch\b.{0,500}\bimagePullSecrets\b(.{0,500})")
_IS_GIVEN = re.compile(r"\bimagePullSecrets\b|\bsecrets?[ \t]+(?:link|add)\b")
_MANIFESTS = (".yaml", ".yml", ".json")
# The name in a step of a pipeline, and what shows that the step makes a pull secret.
_STEP = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?secret-?[nN]ame:[ \t]*[\"']?([^\s\"'#]{1,200})")
_STEP_OF_DOCKER = re.compile(r"(?i)docker-?registry|container-registry-|dockerconfigjson")
# A manifest in a text, in YAML, JSON or the language of Terraform; subjects of role bindings have no metadata.
_MANIFEST = re.compile(
    r"\bkind[\"']?[ \t]*[:=][ \t]*[\"']?(?:(Secret)\b|(ServiceAccount)[\"']?,?[ \t]*\r?\n"
    r"(?:[ \t]*[\"']?apiVersion\b[^\n]{0,40}\n)?[ \t]*[\"']?metadata\b)"
)
_END_OF_MANIFEST = re.compile(r"(?m)^[ \t]*(?:---|```|EOF|EOT|YAML)")
_MOST_OF_MANIFEST = 1500
_VALUE = r"[\"']?[ \t]*[:=][ \t]*[\"']?((?:\$[{(]\w+[)}]|[\w.$-]){1,200})"
_NAME, _NAMESPACE = re.compile(rf"\bname{_VALUE}"), re.compile(rf"\bnamespace{_VALUE}")
# How a sentence asks its reader to create the Secret that it names, in backticks or quotes.
_NAMED = re.compile(r"[`'\"*]([a-z0-9.-]{1,253})[`'\"*]")
_ASKS = re.compile(r"(?i)\b(?:re)?creat(?:e|es|ed|ing)\b|\bgenerat(?:e|es|ed|ing)\b|\bprovision|\bmust exist\b")
# An entry of a list of pull secrets, and how a comment at it says that people see to it.
_ENTRY = re.compile(r"[ \t]*(?:-[ \t]+)?(?:name:[ \t]*)?[\"']?([a-z0-9.-]{1,253})[\"']?[ \t]*")
_LIST = "imagePullSecrets:"
_BY_HAND = re.compile(r"(?i)\bmanual|\bby hand\b|\bexisting secret\b|\balready exist|\byourself\b")
_OF_SECRET = re.compile(r"(?i)\bsecrets?\b|\bcredentials?\b")


class _Command(NamedTuple):
    """One command: its words without the flags, the flags with their values, and what is written."""

    words: Sequence[str]
    flags: Mapping[str, tuple[str, ...]]
    written: str

    def flag(self, *names: str) -> str:
        """The first value of the first of these flags that has one; else empty."""
        return next((found[0] for name in names if (found := self.flags.get(name))), "")

    @property
    def namespaces(self) -> tuple[str | None, ...]:
        """The namespaces that it states, of which a variable has several; None if it states none."""
        return next((found for name in ("-n", "--namespace") if (found := self.flags.get(name))), (None,))


def created_by(text: str, wanted: Mapping[str, AbstractSet[str]], *, is_pipeline: bool = False) -> set[CreatedObject]:
    """The objects with a wanted name, by kind, that a script creates; the namespace is None if it is not stated.

    Of a pipeline also those that its steps create.
    """
    if not any(word in text for word in _WORDS):
        return set()
    in_text = {name.strip(".-") for name in _NAMES.findall(text)}
    in_text.update(name.rpartition(".")[0] for name in [*in_text] if name.endswith(_MANIFESTS))
    names = {kind: every & in_text for kind, every in wanted.items() if every & in_text}
    if not _IS_GIVEN.search(text):  # most texts have the name `default`
        names.pop(PULL_SECRETS, None)
    if not names:
        return set()
    variables = Variables(text)
    found: set[_Found] = {*_by_commands(text, variables), *_in_manifests(text, variables)}
    if is_pipeline and _STEP_OF_DOCKER.search(text):
        found.update((SECRET, variables.first(name), None) for name in _STEP.findall(text))
    return {created_in(kind, name, namespace) for kind, name, namespace in found if name in names.get(kind, ())}


def created_in(kind: str, name: str, namespace: str | None) -> CreatedObject:
    """What is created in a namespace as it is written; what cannot be the name of one is a variable."""
    is_name = namespace is not None and re.fullmatch(DNS_LABEL, namespace) is not None
    identity = NamespacedName(namespace if is_name else None, name)
    return CreatedObject(kind, identity, anywhere=namespace is not None and not is_name)


def asked_by(text: str, wanted: Mapping[str, AbstractSet[str]]) -> set[CreatedObject]:
    """The objects that a text for people asks its reader to create, in a command, a manifest or a sentence."""
    secrets = {*wanted.get(SECRET, ())}
    found = created_by(text, wanted)
    for line in text.splitlines() if secrets and _OF_SECRET.search(text) else ():
        named = secrets.intersection(_NAMED.findall(line[:_LONGEST_LINE]))
        rest = _NAMED.sub(" ", line[:_LONGEST_LINE]) if named else ""
        if _ASKS.search(rest) and _OF_SECRET.search(rest):
            found.update(CreatedObject(SECRET, NamespacedName(None, name)) for name in named)
    return found


def asked_at_entries(text: str, names: AbstractSet[str]) -> set[CreatedObject]:
    """The pull secrets of a manifest that a comment says its reader creates: at the name, or right above it."""
    found: set[CreatedObject] = set()
    above: list[str] = []
    for line in text.splitlines():
        code, mark, comment = line[:_LONGEST_LINE].partition("#")
        if mark and not code.strip():
            above.append(comment)
            continue
        entry = _ENTRY.fullmatch(code)
        if entry is not None and entry[1] in names:
            said = " ".join((*above, comment))
            if _ASKS.search(said) or _BY_HAND.search(said):
                found.add(CreatedObject(SECRET, NamespacedName(None, entry[1])))
        # What is said of the list is said of its first entry.
        above = [*above, comment] if code.strip() == _LIST else []
    return found


_Found = tuple[str, str, "str | None"]


def charts_installed_by(text: str) -> Iterator[InstalledChart]:
    """The charts that a script installs with helm, or that a text for people asks its reader to."""
    if "helm" not in text:
        return
    for command in chain.from_iterable(_lines(text, Variables(text))):
        if "helm" in command.words:
            at = command.words.index("helm") + 1
            match command.words[at : at + 3]:
                case ["install" | "upgrade", release, chart]:
                    name = chart.rstrip("/").rpartition("/")[2]
                    yield from (InstalledChart(name, release, namespace) for namespace in command.namespaces)
                case _:
                    continue


def _lines(text: str, variables: Variables) -> Iterator[list[_Command]]:
    """The commands of each line."""
    for line in _CONTINUED.sub(" ", text).splitlines():
        written = _COMMENT.split(line[:_LONGEST_LINE], 1)[0]
        yield [_command(one, variables) for one in _BETWEEN_COMMANDS.split(written)]


def _by_commands(text: str, variables: Variables) -> Iterator[_Found]:
    for commands in _lines(text, variables):
        for command in commands:
            yield from _by_command(command)
        yield from _copied(commands)


def _command(written: str, variables: Variables) -> _Command:
    words: list[str] = []
    flags: dict[str, tuple[str, ...]] = {}
    flag = None
    for word in filter(None, _BETWEEN_WORDS.split(written)):
        if word.startswith("-") and word.strip("-"):
            flag, _, value = word.partition("=") if not _GLUED.match(word) else (word[:2], "", word[2:])
            flags[flag] = variables.values(value) if value else ()
            flag = None if value or flag in _SWITCHES else flag
        elif flag is not None:
            flags[flag] = variables.values(word)
            flag = None
        else:
            words.append(variables.first(word) if "$" in word else word)
    return _Command(words, flags, written)


def _by_command(command: _Command) -> Iterator[_Found]:
    for kind, name in _made_by(command):
        yield from ((kind, name, namespace) for namespace in command.namespaces)


def _made_by(command: _Command) -> Iterator[tuple[str, str]]:
    """The kinds and names of what a command creates."""
    is_of_docker = re.search(OF_DOCKER, command.written) is not None
    for at, word in enumerate(command.words):
        match [word, *command.words[at + 1 : at + 4]]:
            case ["create", "secret", "docker-registry", name]:
                yield SECRET, name
            case ["create", "secret", "generic", name] if is_of_docker:
                yield SECRET, name
            case ["create", "serviceaccount" | "sa", name, *_]:
                yield ACCOUNT, name
            case ["create", "iamserviceaccount", *_]:
                yield ACCOUNT, command.flag("--name")
            case ["secrets" | "secret", "link" | "add", _, name] if "pull" in command.flag("--for"):
                yield SECRET, name
            case _:
                continue
    # What a service account is given, and what is in a file of that name, exists.
    for listed in _LISTED_BY_PATCH.findall(command.written):
        yield from ((SECRET, name) for name in _NAMES.findall(listed))
    applied = command.flag("-f", "--filename")
    if applied.endswith(_MANIFESTS) and not {"apply", "create"}.isdisjoint(command.words):
        yield SECRET, posixpath.basename(applied).rpartition(".")[0]
    yield PULL_SECRETS, _given(command)


def _given(command: _Command) -> str:
    """The account to which a command gives pull secrets; empty if it gives none."""
    is_patch = _LISTED_BY_PATCH.search(command.written) is not None
    for at in range(len(command.words)):
        match command.words[at : at + 3]:
            case ["patch", "serviceaccount" | "serviceaccounts" | "sa", name] if is_patch:
                return name
            case ["patch", name, *_] if is_patch and "/" in name:
                return name.partition("/")[2]
            case ["secrets" | "secret", "link" | "add", name] if "pull" in command.flag("--for"):
                return name.rpartition("/")[2]
            case _:
                continue
    return ""


def _copied(commands: Sequence[_Command]) -> Iterator[_Found]:
    """A Secret that one command reads, and another one of the same line writes."""
    *before, last = commands
    if before and _COPIES.search(last.written):
        for at, word in enumerate(words := before[0].words):
            if word == "get" and words[at + 1 : at + 2] in (["secret"], ["secrets"]):
                names = words[at + 2 : at + 3]
                yield from ((SECRET, name, namespace) for name in names for namespace in last.namespaces)


def _in_manifests(text: str, variables: Variables) -> Iterator[_Found]:
    for found in _MANIFEST.finditer(text):
        rest = text[found.end() : found.end() + _MOST_OF_MANIFEST]
        end = _END_OF_MANIFEST.search(rest)
        manifest = rest[: end.start()] if end is not None else rest
        if found[1] is None or re.search(OF_DOCKER, manifest):
            name, namespace = _NAME.search(manifest), _NAMESPACE.search(manifest)
            stated = variables.first(namespace[1]) if namespace is not None else None
            if name is not None:
                yield (SECRET if found[1] else ACCOUNT), variables.first(name[1]), stated
