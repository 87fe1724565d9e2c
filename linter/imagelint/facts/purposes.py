"""What manifests are for, where it is certain that nobody deploys them from where they are."""

from __future__ import annotations

# Read for their definitions; what is found in them is counted, and not reported.
TEST_DATA, VENDORED, ARCHIVES = "test data", "vendored folders", "archives"
STORED, FRAGMENTS = "objects read back from a cluster", "fragments in documentation"
# Published, and kept as they were; the newest is not one of them.
RELEASED = "released versions"
# Deployed at times, by somebody who sees what happens.
EXAMPLES, TESTS = "examples", "tests"
# The README of their repository calls it a collection of examples.
EXAMPLE_REPOSITORIES = "repositories of examples"
# The README of their repository says that nobody works on it any more.
DEPRECATED_REPOSITORIES = "deprecated repositories"
# Kept for whoever still runs them: their authors say that they are to be replaced, or have set them aside.
SUPERSEDED = "superseded"
# A kustomization has them in a comment, and nothing else deploys them.
SWITCHED_OFF = "switched off"
# A kustomization lists what is beside them, or Flux deploys it.
UNLISTED = "not listed"
# Kustomizations that do not build, and that nothing names where other folders are deployed.
UNBUILT = "not built"
# Something fills them in before they are applied; of some it is known what says so.
TEMPLATES, FILLED_IN = "templates", "templates that are filled in"
# Copied or completed by a tool, and then applied.
SCAFFOLDS = "scaffolds"

NOT_DEPLOYED = frozenset({TEST_DATA, VENDORED, ARCHIVES, STORED, FRAGMENTS, RELEASED})
# Where only what fails for certain is reported at full severity.
LOWERED = frozenset({EXAMPLES, TESTS, SUPERSEDED, SCAFFOLDS})
