"""What instructions are called: scripts, pipelines, the files of build tools, and texts for people."""

from __future__ import annotations

import os
import posixpath
import stat

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
# By their names, they make manifests: `build_manifests.py`.
_MAKING, _OF_MAKING = "manifest", (".py", ".rb")
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
_TEXTS = (".md", ".mdx", ".adoc", ".rst", "README")
# Plain texts count if a word of their name begins so: `deploy_steps.txt`.
_PLAIN, _OF_STEPS = ".txt", ("readme", "instal", "deploy", "setup", "step", "command", "instruct", "howto")
# Texts about changes that were made.
_HISTORIES = ("change", "history", "news", "release")
_GRADLE = (".gradle", ".gradle.kts")
_TERRAFORM = (".tf", ".tofu")
# Templates of resources in Azure: Bicep, and those that the Azure Resource Manager takes by its quickstarts' names.
_OF_AZURE_RESOURCES = (".bicep", "azuredeploy.json", "mainTemplate.json")
# Those at the root of a repository name its organisation; see `facts/builders/projects.py`.
PROJECT_FILES = frozenset({"go.mod", "PROJECT", "package.json", "Cargo.toml", "pyproject.toml", "pom.xml"})
# Where the pipelines of Azure DevOps are, by custom.
_OF_AZURE = frozenset(
    {
        *(".azuredevops", ".azure-pipelines", "azure-pipelines", "azure_pipelines", "AzurePipelines"),
        *(".pipelines", "pipelines"),
    }
)
# Folders of what is run for the folder around them.
FOLDERS_OF_SCRIPTS = frozenset(
    {
        *("hack", "script", "scripts", "ci", ".ci", "build", "make", "tools", "bin", "dev", "e2e"),
        *(".github", "workflows", ".circleci", ".buildkite", "test", "tests"),
    }
)
# Where texts are kept that are about the folder around them.
_DOCUMENTATION = frozenset({"doc", "docs", "documentation", "website"})
# Of these also the folders inside of them.
_WITH_FOLDERS = _OF_AZURE | {"script", "scripts"}


def is_instruction(entry: os.DirEntry[str]) -> bool:
    """Whether a file has instructions for the manifests around it, for people or machines."""
    return _has_instructions(entry.path.replace(os.sep, "/")) or _is_program(entry)


def _is_program(entry: os.DirEntry[str]) -> bool:
    """Whether a file is executable and has no suffix, as scripts that people run."""
    try:
        return "." not in entry.name and bool(entry.stat(follow_symlinks=False).st_mode & stat.S_IXUSR)
    except OSError:
        return False  # it vanished


def _has_instructions(path: str) -> bool:
    name = path.rpartition("/")[2]
    is_text_or_module = is_text(path) or name.endswith((*_TERRAFORM, *_OF_AZURE_RESOURCES, *_GRADLE))
    is_named = is_text_or_module or name in PROJECT_FILES or is_script(path) or is_build_file(path)
    return is_named or is_pipeline(path) or is_dockerfile(path)


def is_text(path: str) -> bool:
    """Whether a file is for people only, who may take what is in it as an example."""
    return path.endswith(_TEXTS) or (path.endswith(_PLAIN) and _has_steps(path.rpartition("/")[2].lower()))


def _has_steps(name: str) -> bool:
    return any(name.startswith(word) or f"_{word}" in name or f"-{word}" in name for word in _OF_STEPS)


def is_history(path: str) -> bool:
    """Whether a text is about changes that were made, and not about what is so today."""
    return posixpath.basename(path).lower().startswith(_HISTORIES)


def is_terraform(path: str) -> bool:
    """Whether a file is part of a module of Terraform or OpenTofu."""
    return path.endswith(_TERRAFORM)


def is_of_azure_resources(path: str) -> bool:
    """Whether a file is a template of resources in Azure."""
    return path.endswith(_OF_AZURE_RESOURCES)


def is_of_gradle(path: str) -> bool:
    """Whether a file is a build script of Gradle."""
    return path.endswith(_GRADLE)


def is_script(path: str) -> bool:
    """Whether a file has commands to run."""
    folder, _, name = path.rpartition("/")
    is_program = name.endswith(_PROGRAMS) and folder.rpartition("/")[2] in _OF_PROGRAMS
    is_making = _MAKING in name and name.endswith(_OF_MAKING)
    return is_program or is_making or name.endswith(_SCRIPTS) or name in _NAMES or name.startswith(_STARTS)


def is_build_file(path: str) -> bool:
    """Whether a build tool reads a file, which holds no commands."""
    return path.endswith(_BUILD_FILES)


def is_dockerfile(path: str) -> bool:
    """Whether a file is the recipe of an image that is published; that of a development container is not."""
    name = path.rpartition("/")[2]
    is_named = name.partition(".")[0] in {"Dockerfile", "Containerfile"} or name.lower().endswith(".dockerfile")
    return is_named and "/.devcontainer/" not in f"/{path}"


def is_pipeline(path: str) -> bool:
    """Whether a file has the steps of a pipeline, or what a tool of one builds."""
    name = path.rpartition("/")[2]
    is_named = name.startswith(_PIPELINES) and name.endswith(_OF_PIPELINES)
    return is_named or is_of_azure(path) or any(folder in f"/{path}" for folder in _WORKFLOWS)


def is_of_azure(path: str) -> bool:
    """Whether a file is a pipeline of Azure DevOps, or a template of some."""
    *folders, name = path.split("/")
    is_named = name.startswith("azure-pipelines") or not _OF_AZURE.isdisjoint(folders)
    return is_named and name.endswith(_OF_PIPELINES)


def scope(path: str) -> str:
    """The folder, as reports show it, that one of the instructions is for: that around folders of scripts.

    It is empty for all of the input: what is above the working folder, and at its root.
    """
    folders = posixpath.dirname(path).split("/")
    scripts = (number for number, name in enumerate(folders) if name in _WITH_FOLDERS and not is_text(path))
    folder = around_scripts("/".join(folders[: next(scripts, len(folders))]))
    return "" if set(folder.split("/")) == {".."} else folder


def around_documentation(path: str) -> str:
    """The folder, as reports show it, that a text is about: that around folders of documentation."""
    folders = scope(path).split("/")
    first = next((number for number, name in enumerate(folders) if name in _DOCUMENTATION), len(folders))
    return "/".join(folders[:first])


def around_scripts(folder: str) -> str:
    """A folder, or the one around it if it holds scripts for that."""
    while posixpath.basename(folder) in FOLDERS_OF_SCRIPTS:
        folder = posixpath.dirname(folder)
    return folder
