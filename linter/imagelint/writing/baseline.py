"""Known findings, identified by object, container and repository, so that moves and edits do not change them."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from imagelint.kubelet.reference import repository_of
from imagelint.linting.finding import Suppressed
from imagelint.text.bounded import MAX_LIST, load_json, read_bounded
from imagelint.text.errors import UserFileError
from imagelint.text.source import UnreadableError, refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report

VERSION = 1
_FIELDS = ("rule", "path", "kind", "namespace", "name", "container", "image")
Key = tuple[str | None, ...]


def baseline_of(findings: Iterable[Finding], path: str) -> str:
    """The text of a baseline at `path` that holds these findings, in an order that does not depend on lines."""
    return _text(Counter(_key(finding, _folder(path)) for finding in findings))


def without_baseline(report: Report, path: str) -> tuple[Report, Counter[Key]]:
    """The report with the findings of a baseline suppressed, as many of each as it holds, and what is left of it.

    Raises UserFileError.
    """
    left, known, new = read_baseline(path), list[Suppressed](), list["Finding"]()
    for finding in report.findings:
        key = _key(finding, _folder(path))
        if left[key] > 0:
            left[key] -= 1
            known.append(Suppressed(finding, "in the baseline", in_source=False))
        else:
            new.append(finding)
    suppressed = sorted([*report.suppressed, *known], key=lambda entry: entry.finding.sort_key)
    return report._replace(findings=new, suppressed=suppressed), +left


def repaired(left: Counter[Key], path: str, *, reported: Iterable[str], off: Collection[str]) -> Counter[Key]:
    """The repaired entries of a baseline at `path`: their rule ran, and their file was read or is gone."""
    read = {os.path.abspath(name) for name in reported}

    def is_repaired(key: Key) -> bool:
        file = os.path.normpath(os.path.join(_folder(path), str(key[1])))
        return key[0] not in off and (file in read or not os.path.exists(file))

    return Counter({key: count for key, count in left.items() if is_repaired(key)})


def pruned(path: str, gone: Counter[Key]) -> str:
    """The text of the baseline at `path` without some of its entries. Raises UserFileError."""
    return _text(read_baseline(path) - gone)


def read_baseline(path: str) -> Counter[Key]:
    """How many findings of each kind a baseline holds. Raises UserFileError."""
    try:
        content: Any = load_json(read_bounded(path, MAX_LIST, streams=True))
        return Counter({tuple(entry[field] for field in _FIELDS): int(entry["count"]) for entry in content["findings"]})
    except OSError as error:
        raise UserFileError(f"{path}: cannot be read: {refusal(error)}") from error
    except UnreadableError as error:
        raise UserFileError(f"{path}: {error.message}") from error
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise UserFileError(f"{path}: not a baseline of imagelint; create one with --write-baseline") from error


def _text(counts: Counter[Key]) -> str:
    entries = [
        {**dict(zip(_FIELDS, key, strict=True)), "count": count}
        for key, count in sorted(counts.items(), key=lambda entry: [part or "" for part in entry[0]])
    ]
    return json.dumps({"version": VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n"


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _key(finding: Finding, folder: str) -> Key:
    resource = finding.subject.resource
    named = (resource.kind, resource.namespace, resource.name) if resource else (None, None, None)
    path = os.path.relpath(os.path.abspath(finding.place.path), folder).replace(os.sep, "/")
    return (finding.rule, path, *named, finding.subject.container, repository_of(finding.subject.image))
