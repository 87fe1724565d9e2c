"""Folders whose manifests nobody deploys from here, and folders of tests and examples, by certain signs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from imagelint.facts.purposes import ARCHIVES, EXAMPLES, SCAFFOLDS, TEST_DATA, TESTS, VENDORED

if TYPE_CHECKING:
    from collections.abc import Collection

# `testdata` is passed over by Go's own tools, `__snapshots__` and `__fixtures__` belong to Jest.
_TEST_DATA = frozenset(
    {
        *("testdata", "test_data", "test-data", "testfiles", "test-files", "fixtures", "test-fixtures", "golden"),
        *("testcases", "test-cases", "test-resources", "test-manifests", "__snapshots__", "__fixtures__", "__mocks__"),
    }
)
_VENDORED = frozenset({"node_modules", "third_party", "third-party"})
_ARCHIVES = frozenset({"_archived", "_archive", ".archived", ".archive", "archived"})
_EXAMPLES = frozenset(
    {
        *("example", "examples", "sample", "samples", "demos", "tutorial", "tutorials", "quickstart", "quickstarts"),
        # What Jekyll makes of documentation.
        *("doc", "docs", "documentation", "_site"),
    }
)
# `test` alone may be an environment (`overlays/test`): it counts by what is in it.
_TESTS = frozenset({"tests", "testing", "e2e", "e2e-tests", "integration-tests", "__tests__"})
# By the layout of Go projects, what only those who work on the project run.
_DEVELOPMENT = frozenset({"hack"})
# Copied and filled in; those of a chart are left out before.
_SCAFFOLDS = frozenset({"templates", "skeleton", "skeletons", "scaffold", "scaffolds", "boilerplate", "cookiecutter"})
# In a folder `bases`, what `operator-sdk generate kustomize manifests` writes and `generate bundle` completes.
_PACKAGE = ".clusterserviceversion.yaml"
_PARTS_OF_TESTS = frozenset({"e2e", "integration", "unit", "conformance", *_TEST_DATA})
# The files of a case of KUTTL, by the order in which it runs them; Chainsaw has one file of this name in each case.
_KUTTL_CASE = r"\d+-(?:assert|errors)(?:-[^/]*)?\.ya?ml"
_CHAINSAW_CASE = frozenset({"chainsaw-test.yaml", "chainsaw-test.yml"})


def purpose_of(path: str, entries: Collection[str]) -> str | None:
    """What a folder is for, by its path and the names in it, if it is not for deploying."""
    *_, parent, name = ("", *path.replace(os.sep, "/").split("/"))
    # Maven and Gradle have in `src/test` what only tests read.
    if name in _TEST_DATA or _is_test_case(entries) or (parent == "src" and name == "test"):
        return TEST_DATA
    # The list that `go mod vendor` writes; a folder of that name alone may be anything.
    if name in _VENDORED or (name == "vendor" and "modules.txt" in entries):
        return VENDORED
    if name in _ARCHIVES:
        return ARCHIVES
    if name in _TESTS or name in _DEVELOPMENT or (name == "test" and _holds_tests(entries)):
        return TESTS
    is_of_bundle = name == "bases" and any(entry.endswith(_PACKAGE) for entry in entries)
    if name in _SCAFFOLDS or name.startswith("{{") or is_of_bundle:
        return SCAFFOLDS
    return EXAMPLES if name.lower() in _EXAMPLES or name.endswith(("-examples", "-samples", "-docs")) else None


def _is_test_case(entries: Collection[str]) -> bool:
    steps = (name for name in entries if name[:1].isdigit() and ("-assert" in name or "-errors" in name))
    return not _CHAINSAW_CASE.isdisjoint(entries) or any(re.fullmatch(_KUTTL_CASE, step) for step in steps)


def _holds_tests(entries: Collection[str]) -> bool:
    return not _PARTS_OF_TESTS.isdisjoint(entries) or any(name.endswith("_test.go") for name in entries)
