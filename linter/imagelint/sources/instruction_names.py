"""What the files are called that build images: scripts, pipelines, and the files of build tools."""

from __future__ import annotations

_SCRIPTS = (".sh", ".bash", ".zsh", ".ksh", ".mk", ".ps1", ".bat", ".cmd", ".groovy")
_NAMES = frozenset(
    {
        *("Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml"),
        *("Earthfile", "Rakefile", "magefile.go", "mise.toml", ".mise.toml", "tasks.py"),
    }
)
_STARTS = ("Makefile.", "Jenkinsfile")
# Programs count in some folders of scripts only.
_PROGRAMS = (".py", ".go", ".rb")
_OF_PROGRAMS = frozenset({"hack", "script", "scripts", "ci", ".ci", "build", "tools", "dev", "dagger", ".dagger"})
# The files of pipelines and of tools of them, before and after what they may have in between.
_PIPELINES = (
    *(".gitlab-ci", "cloudbuild", "azure-pipelines", "bitbucket-pipelines", ".travis", ".drone", ".woodpecker"),
    *("buildspec", "appveyor", ".appveyor", ".goreleaser", "goreleaser", "azure.", "docker-bake", "bake.", "pipeline."),
)
_OF_PIPELINES = (".yml", ".yaml", ".hcl", ".json")
_WORKFLOWS = (
    *("/.github/workflows/", "/.github/actions/", "/.circleci/", "/.buildkite/", "/.gitlab/", "/.woodpecker/"),
    *("/.semaphore/", "/.tekton/"),
)
# Those of sbt, .NET, Nix and Quarkus; see `facts/builders/build_files.py`.
_BUILD_FILES = ("build.sbt", ".csproj", ".fsproj", "Directory.Build.props", ".nix", "application.properties")


def is_script(path: str) -> bool:
    """Whether a file has commands to run."""
    folder, _, name = path.rpartition("/")
    is_program = name.endswith(_PROGRAMS) and folder.rpartition("/")[2] in _OF_PROGRAMS
    return is_program or name.endswith(_SCRIPTS) or name in _NAMES or name.startswith(_STARTS)


def is_called_like_pipeline(path: str) -> bool:
    """Whether a file is called like one with the steps of a pipeline, or is in a folder of these."""
    name = path.rpartition("/")[2]
    is_named = name.startswith(_PIPELINES) and name.endswith(_OF_PIPELINES)
    return is_named or any(folder in f"/{path}" for folder in _WORKFLOWS)


def is_build_file(path: str) -> bool:
    """Whether a build tool reads a file, which holds no commands."""
    return path.endswith(_BUILD_FILES)
