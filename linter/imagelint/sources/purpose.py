"""Folders whose manifests nobody deploys from here, and folders of tests and examples, by certain signs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from imagelint.facts.purposes import ARCHIVES, EXAMPLES, SCAFFOLDS, SUPERSEDED, TEST_DATA, TESTS, VENDORED
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Collection

# `testdata` is passed over by Go's own tools, `__snapshots__` and `__fixtures__` belong to Jest, `__snapshot__` to the
# plugin of Helm for unit tests.
_TEST_DATA = frozenset(
    {
        *("testdata", "_testdata", "test_data", "test-data", "testfiles", "test-files", "fixtures", "test-fixtures"),
        *("testfixtures", "test_fixtures", "golden", "golden-files", "golden_files"),
        *("goldenfiles", "testcases", "test-cases", "test-resources", "test-manifests"),
        *("__snapshots__", "__snapshot__", "__fixtures__", "__mocks__"),
    }
)
# Before the names of folders that are in an order.
_NUMBER = r"\A\d{1,3}[-_.]"
_VENDORED = frozenset(
    {"node_modules", "bower_components", "third_party", "third-party", "thirdparty", "3rdparty", "3rd_party"}
)
# What `go mod vendor` and Composer write into `vendor`, Bundler's folder, and where others keep what they fetch from.
_IN_VENDOR = frozenset({"modules.txt", "autoload.php", "bundle", "github.com"})
_ARCHIVES = frozenset({"_archived", "_archive", ".archived", ".archive", "archived"})
_ARCHIVED = r"archived[-_].+|.+[-_]archived"
_SUPERSEDED = frozenset(
    {
        *("deprecated", "_deprecated", "obsolete", "old", "_old", "unused", "_unused", "disabled", "_disabled"),
        *("retired", "decommissioned", "trash", "graveyard"),
    }
)
_SET_ASIDE = (".old", ".bak", ".disabled")
# An application may be called like one of these, so that its README has to say that nobody uses what is in it, or
# what deploys all beside it has to leave it out.
PUT_AWAY = frozenset({"archive", "archives", "attic", "legacy"})
_SAYS_SO = (
    r"(?i)\b(?:no longer|not|never) (?:being |actively |in )?(?:used?|needed|maintained|deployed)\b"
    r"|\b(?:deprecated|obsolete|retired|superseded)\b"
)
# How the names of such folders end.
_SORTS = ("examples", "samples", "docs", "example", "sample")
_EXAMPLES = frozenset(
    {
        *("example", "examples", "sample", "samples", "demos", "tutorial", "tutorials", "quickstart", "quickstarts"),
        # What Jekyll makes of documentation.
        *("doc", "docs", "documentation", "_site"),
    }
)
# Parts of a book or a course.
_CHAPTER = r"(?i)(?:chapter|lesson|exercise|tutorial)s?[-_ ]?\d+(?:[-_ .].*)?|ch\d\d(?:[-_ .].*)?"
# Files to copy, such as `values-example.yaml` and `app.sample.yml`.
_EXAMPLE_FILE = r"(?i)(?:.*[-_.])?(?:example|sample)\.ya?ml"
# `test` alone may be an environment (`overlays/test`): it counts by what is in it, and beside it.
_TESTS = frozenset(
    {
        *("tests", "testing", "e2e", "e2e-tests", "integration-tests", "__tests__"),
        *("test-tools", "test-utils", "test-infra", "test-apps"),
    }
)
# By the layout of Go projects and by that of go-task, what only those who work on the project run.
_DEVELOPMENT = frozenset({"hack", ".taskfiles"})
# Copied and filled in; those of a chart are left out before.
_SCAFFOLDS = frozenset({"templates", "skeleton", "skeletons", "scaffold", "scaffolds", "boilerplate", "cookiecutter"})
# In a folder `bases`, what `operator-sdk generate kustomize manifests` writes and `generate bundle` completes.
_PACKAGE = ".clusterserviceversion.yaml"
_PARTS_OF_TESTS = frozenset({"e2e", "integration", "unit", "conformance", *_TEST_DATA})
# The files of a case of KUTTL, by the order in which it runs them; Chainsaw has one file of this name in each case.
_KUTTL_CASE = r"\d+-(?:assert|errors)(?:-[^/]*)?\.ya?ml"
_CHAINSAW_CASE = frozenset({"chainsaw-test.yaml", "chainsaw-test.yml"})
# Code of tests, and files that are called like it and are beside it: `test_release.yaml` of `test_release.py`.
_CODE = (".py", ".go", ".js", ".ts")
_TEST_CODE = r"test_[^.]*\.py|[^.]*_test\.(?:py|go)|[^.]*\.(?:test|spec)\.[jt]s"
_FILE_OF_TEST = r"test[-_].*|.*[-_]test|.*\.test"
# What the specifications of ShellSpec and RSpec are called, in a folder `spec`.
_SPECIFICATIONS = ("_spec.sh", "_spec.rb")


def purpose_of(path: str, entries: Collection[str], *, beside_tests: bool) -> str | None:
    """What a folder is for, by its path and the names in it, if it is not for deploying.

    `beside_tests`: the folder around it has the code of tests.
    """
    *_, parent, name = ("", *path.replace(os.sep, "/").split("/"))
    if name == "test" and beside_tests:
        return TESTS
    if name.lower() in PUT_AWAY and _is_put_away(path, entries):
        return SUPERSEDED
    return _not_deployed(parent, name, entries) or _seen_or_completed(parent, name, entries)


def _not_deployed(parent: str, name: str, entries: Collection[str]) -> str | None:
    # Maven and Gradle have in `src/test` what only tests read.
    is_of_tests = (parent == "src" and name == "test") or (name == "spec" and _holds_specifications(entries))
    if re.sub(_NUMBER, "", name.lower()) in _TEST_DATA or is_of_tests or _is_test_case(entries):
        return TEST_DATA
    # A folder that is only called `vendor` may be anything.
    if name in _VENDORED or (name == "vendor" and not _IN_VENDOR.isdisjoint(entries)):
        return VENDORED
    return ARCHIVES if name in _ARCHIVES or re.fullmatch(_ARCHIVED, name) else None


def _seen_or_completed(parent: str, name: str, entries: Collection[str]) -> str | None:
    if name.lower() in _SUPERSEDED or name.lower().endswith(_SET_ASIDE):
        return SUPERSEDED
    # A Go project has the packages that its tests share in `pkg/test`.
    is_of_tests = name == "test" and (parent == "pkg" or _holds_tests(entries))
    if name in _TESTS or name in _DEVELOPMENT or is_of_tests:
        return TESTS
    is_of_bundle = name == "bases" and any(entry.endswith(_PACKAGE) for entry in entries)
    if name in _SCAFFOLDS or name.startswith("{{") or is_of_bundle:
        return SCAFFOLDS
    is_example = name.lower() in _EXAMPLES or name.endswith(tuple(f"-{sort}" for sort in _SORTS))
    return EXAMPLES if is_example or re.fullmatch(_CHAPTER, name) else None


def _is_put_away(path: str, entries: Collection[str]) -> bool:
    """Whether the README of a folder says that nobody uses what is in it."""
    name = next((name for name in entries if name.lower().startswith("readme.")), None)
    try:
        text = read_small(os.path.join(path, name)) if name is not None else b""
    except (OSError, UnreadableError):
        return False
    return re.search(_SAYS_SO, text.decode("utf-8", "replace")) is not None


def _holds_specifications(entries: Collection[str]) -> bool:
    return any(entry.endswith(_SPECIFICATIONS) for entry in entries)


def holds_test_code(entries: Collection[str]) -> bool:
    """Whether a folder with these entries has the code of tests."""
    return any(entry.endswith(_CODE) and re.fullmatch(_TEST_CODE, entry) for entry in entries)


def purpose_of_file(name: str, *, beside_tests: bool) -> str | None:
    """What a file is for, by its name, if it is not for deploying; `beside_tests`: its folder has the code of tests."""
    stem = name.rpartition(".")[0]
    if stem.endswith(".golden") or (beside_tests and re.fullmatch(_FILE_OF_TEST, stem)):
        return TEST_DATA
    return EXAMPLES if re.fullmatch(_EXAMPLE_FILE, name) else None


def _is_test_case(entries: Collection[str]) -> bool:
    steps = (name for name in entries if name[:1].isdigit() and ("-assert" in name or "-errors" in name))
    return not _CHAINSAW_CASE.isdisjoint(entries) or any(re.fullmatch(_KUTTL_CASE, step) for step in steps)


def _holds_tests(entries: Collection[str]) -> bool:
    return not _PARTS_OF_TESTS.isdisjoint(entries) or any(name.endswith("_test.go") for name in entries)
