"""What earlier lines say about the next ones: the command that was run, and the pod that is described."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from imagelint.diagnose.observations import Hint, Kind, Observation

_PROGRAMS = "kubectl|oc|docker|docker-compose|podman|nerdctl|ctr|crictl|helm|flux|argocd|k3s|minikube|microk8s"
_PROMPT = re.compile(
    rf"""(?:\s*(?:\$|\#|%|>|PS\ [^>]{{0,200}}>|[A-Za-z]:\\[^>]{{0,200}}>|\+
            |\[[^\]]{{0,100}}\]\s?[$\#]|[\w.-]{{1,100}}@[\w.-]{{1,100}}[:~][^$\#]{{0,200}}[$\#])\s*
        |\#\#\[(?:group|command)\](?:Run\ )?|\[command\]|Run\ |)
        (?:sudo\s+(?:-\w\s+)*)?(?:/[\w./-]{{0,100}}/)?(?P<program>{_PROGRAMS})(?:\.exe)?\s+(?P<rest>[^|;&]{{0,2000}})""",
    re.VERBOSE,
)
_NAMESPACE = re.compile(r"(?:^|\s)(?:-n|--namespace)[= ]\s*([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\s|$)")
_PULL = re.compile(r"(?:^|\s)pull(?:\s+-\S+(?:[= ][^-\s]\S*)?)*\s+(?P<image>[^\s-]\S{0,600})\s*$")


@dataclass(slots=True)
class Context:
    """The state of a reader between two lines."""

    namespace: str | None = None
    pod: str | None = None
    container: str | None = None
    # The program of the last command, and the image that it was to pull.
    program: str | None = None
    command: str = ""
    image: str | None = None
    observations: list[Observation] = field(default_factory=list[Observation])
    hints: list[Hint] = field(default_factory=list[Hint])

    def add(self, observation: Observation) -> None:
        """Note what a line says, in the namespace of the command if the line names none."""
        if observation.namespace is None and observation.pod is not None:
            observation = observation._replace(namespace=self.namespace)
        self.observations.append(observation)

    @property
    def is_about_pulls(self) -> bool:
        """Whether the errors of the last command can be those of a pull of an image."""
        words = self.command.split()
        return self.program not in {"helm", "flux"} and not {"login", "push", "logout"}.intersection(words[:3])


def read_command(line: str, context: Context) -> bool:
    """Note the command that a line shows: everything below it is its output."""
    match = _PROMPT.match(line)
    if match is None or (match.start("program") == 0 and not _is_command(match["rest"])):
        return False
    namespace = _NAMESPACE.search(match["rest"])
    context.namespace = namespace[1] if namespace else None
    context.program, context.command = match["program"], match["rest"]
    context.pod = context.container = None
    pulled = _PULL.search(match["rest"].rstrip())
    context.image = pulled["image"] if pulled else None
    if line.lstrip().startswith("+ "):  # PowerShell shows the command below its error
        _give_image(context)
    return True


def _is_command(rest: str) -> bool:
    """Without a prompt a line that begins with the name of a program may be its error (`docker: Error response`)."""
    return (
        re.match(
            r"(?:-n \S+ |-\S+ )*(?:describe|get|events|logs|pull|run|images?|upgrade|install|apply|app|rollout|wait)\b",
            rest,
        )
        is not None
    )


def _give_image(context: Context) -> None:
    last = context.observations[-1] if context.observations else None
    if last is not None and last.kind is Kind.FAILED and last.pod is None and last.image is None:
        context.observations[-1] = last._replace(image=context.image)
