"""The forms in which clusters and tools print a failed pull, laid out for any case; each name says its trap.

A form is a function of a case; what it loses (the container, the pod) is stated in its declaration.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = ROOT / "tests/linter/diagnose/cases.json"


@dataclass(frozen=True)
class Case:
    """A pod with an image that is not pulled."""

    namespace: str
    owner: str
    container: str
    image: str
    error: str
    cause: str
    subcause: str | None = None
    also: list[str] = field(default_factory=list[str])

    @property
    def pod(self) -> str:
        return f"{self.owner}-7c9d8f6b54-q2x8n"

    @property
    def failed(self) -> str:
        return f'Failed to pull image "{self.image}": {self.error}'

    @property
    def back_off(self) -> str:
        return f'Back-off pulling image "{self.image}"'


CASES = [Case(**row) for row in json.loads(Path(FILE).read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class Form:
    """A layout, and what of a case can be read from it."""

    render: Callable[[Case], str | bytes]
    lost: tuple[str, ...] = ()
    reason: str | None = "ImagePullBackOff"
    cause: str | None = None
    resolved: bool = False
    # The image is there only if the error names it.
    only_error: bool = False


FORMS: dict[str, Form] = {}


Render = TypeVar("Render", bound="Callable[[Case], str | bytes]")


def form(*lost: str, **others: Any) -> Callable[[Render], Render]:
    def declare(render: Render) -> Render:
        FORMS[render.__name__] = Form(render, lost, **others)
        return render

    return declare


def container_block(name: str, image: str, state: str, reason: str) -> str:
    return (
        f"  {name}:\n    Container ID:   \n    Image:          {image}\n    Image ID:       \n    Port:           <none>\n"
        f"    State:          {state}\n      Reason:       {reason}\n    Ready:          False\n    Restart Count:  0\n"
        f"    Environment:\n      TOKEN:  canary-in-environment\n    Mounts:\n      /var/run/secrets/x from y (ro)\n"
    )


def head(case: Case) -> str:
    return (
        f"Name:             {case.pod}\nNamespace:        {case.namespace}\nPriority:         0\n"
        f"Service Account:  default\nNode:             worker-2/192.0.2.4\nLabels:           app={case.owner}\n"
        "Annotations:      note: canary-in-annotation...\nStatus:           Pending\nIP:               192.0.2.17\n"
        f"Controlled By:  ReplicaSet/{case.owner}-7c9d8f6b54\n"
    )


TAIL = "Conditions:\n  Type              Status\n  Ready             False \nVolumes:\n  v:\n    Type:  Projected\nQoS Class:  BestEffort\n"
EVENTS = "Events:\n  Type     Reason     Age                  From               Message\n  ----     ------     ----                 ----               -------\n"


def rows(case: Case, prefix: str = "") -> str:
    return (
        f"  Normal   Scheduled  4m59s                default-scheduler  Successfully assigned {case.namespace}/{case.pod} to worker-2\n"
        f'  Normal   Pulling    40s (x4 over 4m59s)  kubelet            {prefix}Pulling image "{case.image}"\n'
        f"  Warning  Failed     39s (x4 over 4m58s)  kubelet            {prefix}{case.failed}\n"
        f"  Warning  Failed     39s (x4 over 4m58s)  kubelet            {prefix}Error: ErrImagePull\n"
        f"  Normal   BackOff    8s (x6 over 4m50s)   kubelet            {prefix}{case.back_off}\n"
        f"  Warning  Failed     8s (x6 over 4m50s)   kubelet            {prefix}Error: ImagePullBackOff\n"
    )


def described(case: Case, *, prefix: str = "", events: str | None = None, state: str = "Waiting") -> str:
    reason = "ImagePullBackOff" if state == "Waiting" else "x"
    containers = container_block("sidecar", "nginx:1.27.3", "Running", "x")
    containers += container_block(case.container, case.image, state, reason)
    return f"{head(case)}Containers:\n{containers}{TAIL}" + (EVENTS + rows(case, prefix) if events is None else events)


@form()
def describe(case: Case) -> str:
    return f"$ kubectl -n {case.namespace} describe pod {case.pod}\n" + described(case)


@form()
def describe_with_container_in_message(case: Case) -> str:
    return described(case, prefix=f"spec.containers{{{case.container}}}: ")


@form()
def describe_of_init_container(case: Case) -> str:
    init = container_block(case.container, case.image, "Waiting", "ImagePullBackOff")
    main = container_block("main", "nginx:1.27.3", "Waiting", "PodInitializing")
    prefix = f"spec.initContainers{{{case.container}}}: "
    return f"{head(case)}Init Containers:\n{init}Containers:\n{main}{TAIL}{EVENTS}{rows(case, prefix)}"


@form()
def describe_in_colour(case: Case) -> str:
    text = described(case).replace("Waiting", "\x1b[33mWaiting\x1b[0m").replace("Warning", "\x1b[1;31mWarning\x1b[0m")
    return text.replace("Name:", "\x1b[36mName\x1b[0m:").replace("Image:", "\x1b[0;36mImage\x1b[0m:")


@form()
def describe_with_windows_line_ends(case: Case) -> str:
    return described(case).replace("\n", "\r\n")


@form()
def describe_in_a_quote(case: Case) -> str:
    return "I get this:\n\n" + "".join(f"> {line}\n" for line in described(case).splitlines()) + "\nAny idea?\n"


@form()
def describe_in_a_quote_of_a_quote(case: Case) -> str:
    return "".join(f"> > {line}\n" for line in described(case).splitlines())


@form()
def describe_in_utf_16(case: Case) -> bytes:
    return b"\xff\xfe" + described(case).replace("\n", "\r\n").encode("utf-16-le")


@form()
def describe_in_utf_16_without_mark(case: Case) -> bytes:
    return described(case).replace("\n", "\r\n").encode("utf-16-le")


@form()
def describe_in_big_endian(case: Case) -> bytes:
    return b"\xfe\xff" + described(case).encode("utf-16-be")


@form()
def describe_with_mark_and_no_break_spaces(case: Case) -> bytes:
    return b"\xef\xbb\xbf" + described(case).replace("  ", " \u00a0").encode()


@form()
def describe_cut_by_a_terminal(case: Case) -> str:
    return "".join(
        line[at : at + 100] + "\n" for line in described(case).splitlines() for at in range(0, max(len(line), 1), 100)
    )


@form()
def describe_cut_by_a_narrow_terminal(case: Case) -> str:
    return "".join(
        line[at : at + 83] + "\n" for line in described(case).splitlines() for at in range(0, max(len(line), 1), 83)
    )


@form()
def describe_wrapped_by_words(case: Case) -> str:
    wrap = textwrap.TextWrapper(120, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    return "".join(
        "\n".join(wrap.wrap(line)) + "\n" if len(line) > 120 else line + "\n" for line in described(case).splitlines()
    )


@form()
def describe_with_a_line_feed_in_the_message(case: Case) -> str:
    at = case.error.index(": ") + 2
    return described(replace(case, error=f"{case.error[:at]}\n{case.error[at:]}"))


@form(cause="unknown")
def describe_without_events(case: Case) -> str:
    return described(case, events="Events:            <none>\n")


@form(cause="unknown")
def describe_with_back_off_only(case: Case) -> str:
    row = f"  Normal  BackOff  4m (x5959 over 22h)  kubelet  {case.back_off}\n"
    return described(case, events=EVENTS + row)


@form(resolved=True)
def describe_of_a_recovered_pod(case: Case) -> str:
    pulled = f'  Normal   Pulled     2s                   kubelet            Successfully pulled image "{case.image}" in 2s (2s including waiting). Image size: 1 bytes.\n'
    return described(case, events=EVENTS + rows(case) + pulled, state="Running")


@form()
def describe_in_a_list_of_pods(case: Case) -> str:
    other = described(case).replace(case.pod, "healthy-1").replace("ImagePullBackOff", "CrashLoopBackOff")
    fine = other[: other.index("Events:")] + "Events:            <none>\n"
    return f"{fine}\n\n{described(case)}\n\n{fine.replace('healthy-1', 'healthy-2')}"


@form()
def describe_without_indentation(case: Case) -> str:
    return "".join(" ".join(line.split()) + "\n" for line in described(case).splitlines())


@form()
def describe_without_container_blocks_in_old_columns(case: Case) -> str:
    return (
        f"Name: {case.pod}\nNamespace: {case.namespace}\nNode: n/192.0.2.1\nEvents:\n"
        "  FirstSeen LastSeen Count From SubObjectPath Type Reason Message\n"
        f"  1m  1m  1  kubelet, n  spec.containers{{{case.container}}}  Warning  Failed  {case.failed}\n"
        f"  1m  9s  4  kubelet, n  spec.containers{{{case.container}}}  Normal  BackOff  {case.back_off}\n"
    )


def table(case: Case, *, with_namespace: bool = False, kind: str = "pod/", head: bool = True) -> str:
    lines = [
        ("4m59s", "Normal", "Scheduled", f"Successfully assigned {case.namespace}/{case.pod} to worker-2"),
        ("40s", "Normal", "Pulling", f'Pulling image "{case.image}"'),
        ("39s", "Warning", "Failed", case.failed),
        ("39s", "Warning", "Failed", "Error: ErrImagePull"),
        ("8s", "Normal", "BackOff", case.back_off),
        ("8s", "Warning", "Failed", "Error: ImagePullBackOff"),
        ("8s", "Warning", "FailedMount", 'MountVolume.SetUp failed for volume "creds" : secret "creds" not found'),
    ]
    start = f"{'NAMESPACE':12}" if with_namespace else ""
    header = f"{start}LAST SEEN   TYPE      REASON        OBJECT{' ' * 40}MESSAGE\n"
    space = f"{case.namespace:12}" if with_namespace else ""
    return (header if head else "") + "".join(
        f"{space}{age:12}{type_:10}{reason:14}{kind}{case.pod:<42}   {text}\n" for age, type_, reason, text in lines
    )


@form("container")
def events(case: Case) -> str:
    return table(case)


@form("container")
def events_of_all_namespaces(case: Case) -> str:
    return table(case, with_namespace=True)


@form("container")
def events_after_grep(case: Case) -> str:
    return "".join(f"{line}\n" for line in table(case, with_namespace=True, head=False).splitlines() if "ul" in line)


@form("container")
def events_unsorted(case: Case) -> str:
    first, *rest = table(case).splitlines()
    return "\n".join([first, *reversed(rest)]) + "\n"


@form("container")
def events_with_a_cut_cell(case: Case) -> str:
    return table(case).replace(case.error, f"{case.error}...")


@form("container")
def events_cut_by_a_terminal(case: Case) -> str:
    return "".join(line[at : at + 120] + "\n" for line in table(case).splitlines() for at in range(0, len(line), 120))


@form("container")
def events_with_tabs(case: Case) -> str:
    import re

    return "".join(re.sub(r" {2,}", "\t", line) + "\n" for line in table(case).splitlines())


@form("container", resolved=True)
def events_of_a_recovered_pod(case: Case) -> str:
    pulled = f'3s          Normal    Pulled        pod/{case.pod}   Successfully pulled image "{case.image}" in 1.2s\n'
    first, *rest = table(case).splitlines(keepends=True)
    return first + pulled + "".join(rest)


@form()
def events_wide(case: Case) -> str:
    sub = f"spec.containers{{{case.container}}}"
    lines = [
        ("40s", "Normal", "Pulling", sub, f'Pulling image "{case.image}"'),
        ("39s", "Warning", "Failed", sub, case.failed),
        ("39s", "Warning", "Failed", sub, "Error: ErrImagePull"),
        ("8s", "Warning", "Failed", sub, "Error: ImagePullBackOff"),
        ("8s", "Warning", "FailedMount", "", 'MountVolume.SetUp failed for volume "creds" : secret "creds" not found'),
    ]
    width = max(len(line[4]) for line in lines) + 3
    return (
        f"NAMESPACE   LAST SEEN   TYPE      REASON        OBJECT{'':50}SUBOBJECT{'':40}SOURCE{'':20}{'MESSAGE':{width}}FIRST SEEN   COUNT   NAME\n"
        + "".join(
            f"{case.namespace:12}{age:12}{type_:10}{reason:14}pod/{case.pod:<52}{sub:49}{'kubelet, worker-2':26}{text:{width}}14m          7       {case.pod}.772c35bf8931e20a\n"
            for age, type_, reason, sub, text in lines
        )
    )


@form()
def events_wide_without_header(case: Case) -> str:
    return str(events_wide(case)).partition("\n")[2]


@form("container")
def kubectl_events(case: Case) -> str:
    return (
        table(case, kind="Pod/")
        .replace("39s         ", "39s (x4 over 5m)  ")
        .replace("8s          ", "8s (x6 over 5m)   ")
    )


def event(case: Case, reason: str, message: str, **others: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "involvedObject": {
            "kind": "Pod",
            "namespace": case.namespace,
            "name": case.pod,
            "fieldPath": f"spec.containers{{{case.container}}}",
        },
        "metadata": {"name": f"{case.pod}.1", "namespace": case.namespace},
        "reason": reason,
        "message": message,
        "type": "Warning",
        "firstTimestamp": "2026-11-23T00:50:07Z",
        "lastTimestamp": "2026-11-23T00:54:26Z",
        **others,
    }


def event_list(case: Case) -> list[dict[str, Any]]:
    scheduled = event(case, "Scheduled", f"Successfully assigned {case.namespace}/{case.pod} to worker-2")
    scheduled |= {"firstTimestamp": None, "lastTimestamp": None, "eventTime": "2026-11-23T00:50:05.512345Z"}
    back_off = {"lastTimestamp": "2026-11-23T00:54:57Z"}
    return [
        scheduled,
        event(case, "Failed", case.failed),
        event(case, "Failed", "Error: ErrImagePull"),
        event(case, "BackOff", case.back_off, **back_off),
        event(case, "Failed", "Error: ImagePullBackOff", **back_off),
    ]


@form()
def events_json(case: Case) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": event_list(case)}, indent=4)


@form()
def events_json_in_one_line(case: Case) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": event_list(case)})


@form()
def events_json_stream(case: Case) -> str:
    return "".join(json.dumps(item, indent=2) + "\n" for item in event_list(case))


@form()
def events_json_stream_in_lines(case: Case) -> str:
    return "".join(json.dumps(item) + "\n" for item in event_list(case))


@form(reason="ErrImagePull")
def events_json_of_one(case: Case) -> str:
    return json.dumps(event(case, "Failed", case.failed), indent=4)


@form()
def events_of_the_new_group(case: Case) -> str:
    items = event_list(case)
    for item in items:
        item["regarding"] = item.pop("involvedObject")
        item["note"] = item.pop("message")
        item["deprecatedLastTimestamp"] = item.pop("lastTimestamp")
        item["apiVersion"] = "events.k8s.io/v1"
        item["series"] = {"count": 2, "lastObservedTime": "2026-11-23T00:54:57.1Z"}
    return json.dumps({"kind": "List", "items": items})


@form()
def events_json_in_a_log(case: Case) -> str:
    return f"$ kubectl get events -o json\n{events_json(case)}\n$ echo done\ndone\n"


def to_yaml(value: Any) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.width = 80
    stream = StringIO()
    writer.dump(value, stream)
    return stream.getvalue()


@form()
def events_yaml_folded(case: Case) -> str:
    return to_yaml({"apiVersion": "v1", "kind": "List", "items": event_list(case)})


def pod_object(case: Case, message: str, reason: str = "ImagePullBackOff") -> dict[str, Any]:
    waiting = {"reason": reason, "message": message}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": case.pod, "namespace": case.namespace, "annotations": {"a": "canary-in-annotation"}},
        "spec": {
            "containers": [
                {"name": "main", "image": "nginx:1.27.3", "env": [{"name": "T", "value": "canary-in-environment"}]},
                {"name": case.container, "image": case.image},
            ],
            "imagePullSecrets": [{"name": "regcred"}],
        },
        "status": {
            "phase": "Pending",
            "containerStatuses": [
                {"name": "main", "image": "nginx:1.27.3", "state": {"running": {"startedAt": "2026-11-23T00:50:05Z"}}},
                {"name": case.container, "image": case.image, "state": {"waiting": waiting}},
            ],
        },
    }


@form()
def pod_yaml(case: Case) -> str:
    return to_yaml(pod_object(case, f"{case.back_off}: ErrImagePull: {case.error}"))


@form()
def pod_yaml_in_a_log(case: Case) -> str:
    return f"$ kubectl get pod -o yaml\n{pod_yaml(case)}$ kubectl version\nClient Version: v1.32.4\n"


@form()
def pod_yaml_in_a_quote(case: Case) -> str:
    return "".join(f"> {line}\n" for line in str(pod_yaml(case)).splitlines())


@form(cause="unknown")
def pod_yaml_of_an_old_kubelet(case: Case) -> str:
    return to_yaml(pod_object(case, case.back_off))


@form(reason="ErrImagePull")
def pod_json(case: Case) -> str:
    return json.dumps(pod_object(case, case.error, "ErrImagePull"), indent=4)


@form(reason="ErrImagePull")
def pods_json_in_one_line(case: Case) -> str:
    return json.dumps({"kind": "List", "items": [pod_object(case, case.error, "ErrImagePull")]})


@form()
def pod_json_of_an_init_container(case: Case) -> str:
    pod = pod_object(case, f"{case.back_off}: ErrImagePull: {case.error}")
    failing = pod["status"]["containerStatuses"].pop()
    pod["spec"]["initContainers"] = [pod["spec"]["containers"].pop()]
    pod["status"]["initContainerStatuses"] = [failing]
    pod["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "PodInitializing"}}
    return json.dumps(pod)


POD_HEAD = "NAME                          READY   STATUS             RESTARTS   AGE\n"


@form("namespace", "container", "image", cause="unknown")
def get_pods(case: Case) -> str:
    return (
        f"{POD_HEAD}{case.pod}   0/1     ImagePullBackOff   0          5m2s\n"
        "web-6d8f9b7c5-rr8wn   0/1     CrashLoopBackOff   14 (67s ago)   56m\n"
        "api-0   1/1     Running   0   5d\n"
        "db-0   0/1     CreateContainerConfigError   0   5m\n"
    )


@form("namespace", "container", "image", cause="unknown")
def get_pods_without_header(case: Case) -> str:
    return str(get_pods(case)).partition("\n")[2]


@form("container", "image", cause="unknown")
def get_pods_of_a_namespace(case: Case) -> str:
    return f"$ kubectl get po -n {case.namespace}\n{get_pods(case)}"


@form("namespace", "container", "image", cause="unknown")
def get_all(case: Case) -> str:
    rows = str(get_pods(case)).replace(case.pod, f"pod/{case.pod}").replace("api-0", "pod/api-0")
    return f"{rows}\nNAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nservice/api   ClusterIP   192.0.2.1   <none>   80/TCP   5d\n\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\ndeployment.apps/api   0/1   1   0   5m\n"


@form("container", "image", cause="unknown")
def get_pods_of_an_init_container(case: Case) -> str:
    return f"NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE\n{case.namespace}   {case.pod}   0/1   Init:ImagePullBackOff   0   5m2s\n"


@form("namespace", "container", "image", reason="illegal base64 data at input byte 4", cause="other")
def get_pods_with_a_status_of_many_words(case: Case) -> str:
    return str(get_pods(case)).replace("ImagePullBackOff", "illegal base64 data at input byte 4")


@form("container", "image", cause="unknown")
def get_pods_wide(case: Case) -> str:
    return (
        "NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE   IP   NODE   NOMINATED NODE   READINESS GATES\n"
        f"{case.namespace}   {case.pod}   0/2   ImagePullBackOff   14 (67s ago)   5m2s   192.0.2.17   pi-3   <none>   <none>\n"
        "ml   trainer-0   0/1   Pending   0   5m   <none>   <none>   <none>   <none>\n"
    )


@form("container", "image", cause="unknown")
def k9s(case: Case) -> str:
    line = "─" * 120
    return (
        f"┌{line} Pods(all)[2] {line}┐\n"
        "│ NAMESPACE↑  NAME   PF  READY  STATUS   RESTARTS  CPU  MEM  IP   NODE   AGE    │\n"
        f"│ {case.namespace:12}{case.pod:40}  ●   0/1    ImagePullBackOff          0    0    0  192.0.2.17  worker-2  5m2s   │\n"
        "│ shop        catalog-85d6f7c9b-f7hvn   ●   0/1    CreateContainerConfigError      0    0    0  n/a  worker-2  4m   │\n"
        f"└{line}{line}┘\n"
    )


@form()
def k9s_describe(case: Case) -> str:
    return "".join(f"│ {line:400} │\n" for line in described(case).splitlines())


def quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


def klog(file: str, text: str) -> str:
    return f"Nov 23 09:14:02 worker-2 kubelet[1123]: E1123 09:14:02.512345    1123 {file}] {text}\n"


@form()
def kubelet_journal(case: Case) -> str:
    inner = f"{case.back_off}: ErrImagePull: {case.error}"
    started = f'failed to "StartContainer" for "{case.container}" with ImagePullBackOff: "{quoted(inner)}"'
    return (
        klog("log.go:32", f'"PullImage from image service failed" err="{quoted(case.error)}" image="{case.image}"')
        + klog("kuberuntime_image.go:55", f'"Failed to pull image" err="{quoted(case.error)}" image="{case.image}"')
        + klog(
            "pod_workers.go:1301",
            f'"Error syncing pod, skipping" err="{quoted(started)}" pod="{case.namespace}/{case.pod}" podUID="9b1de0c4"',
        )
    )


@form(reason="ErrImagePull")
def kubelet_journal_unhandled(case: Case) -> str:
    text = (
        f"container &Container{{Name:{case.container},Image:{case.image},Command:[/bin/bash],Args:[-c canary],"
        f"ImagePullPolicy:IfNotPresent,}} start failed in pod {case.pod}_{case.namespace}(9b1de0c4-52a7): "
        f"ErrImagePull: {case.error}"
    )
    return klog("kuberuntime_manager.go:1358", f'"Unhandled Error" err="{quoted(text)}" logger="UnhandledError"')


@form(reason="ErrImagePull", only_error=True)
def kubelet_journal_of_old(case: Case) -> str:
    pod = f'9b1de0c4-52a7 ("{case.pod}_{case.namespace}(9b1de0c4-52a7)")'
    return klog(
        "pod_workers.go:191",
        f'Error syncing pod {pod}, skipping: failed to "StartContainer" for "{case.container}" with ErrImagePull: "{quoted(case.error)}"',
    )


@form("namespace", "pod", "container", reason=None)
def crictl(case: Case) -> str:
    return (
        f"$ sudo crictl pull {case.image}\n"
        f'E1123 09:14:02.512345   20412 remote_image.go:180] "PullImage from image service failed" err="{quoted(case.error)}" image="{case.image}"\n'
        f"FATA[0001] pulling image: {case.error} \n"
    )


@form("namespace", "pod", "container", reason=None)
def crictl_with_a_block(case: Case) -> str:
    broken = case.error.replace(": ", ":\n\t", 2)
    return (
        'E1123 09:14:02.512345   20412 remote_image.go:180] "PullImage from image service failed" err=<\n'
        f'\t{broken}\n > image="{case.image}"\n'
    )


@form("namespace", "pod", "container", reason=None)
def ctr(case: Case) -> str:
    error = case.error.partition("desc = ")[2] or case.error
    return (
        f"# ctr -n k8s.io images pull {case.image}\n"
        f"{case.image}: resolving      |\x1b[32m----------\x1b[0m| \nelapsed: 0.9 s   total:   0.0 B (0.0 B/s)  \n"
        'INFO[0000] trying next host                              error="denied: denied" host=mirror.example.com\n'
        f'ctr: failed to resolve reference "{case.image}": {error}\n'
    )


@form("namespace", "pod", "container", reason=None)
def containerd_journal(case: Case) -> str:
    start = "Nov 23 09:14:02 worker-2 containerd[801]: "
    time = 'time="2026-11-23T09:14:02.404242424Z"'
    image = quoted(f'"{case.image}"')
    return (
        f'{start}{time} level=info msg="PullImage {image}"\n'
        f'{start}{time} level=info msg="trying next host" error="unauthorized" host=mirror.example.com\n'
        f'{start}{time} level=error msg="PullImage {image} failed" error="{quoted(case.error)}"\n'
        f'{start}{time} level=info msg="stop pulling image {case.image}: active requests=0, bytes read=0"\n'
    )


@form("namespace", "pod", "container", reason=None)
def docker(case: Case) -> str:
    error = case.error.partition("desc = ")[2] or case.error
    if "failed to" not in error and "Error response" not in error:
        error = f"failed to resolve reference: {error}"
    return f"PS C:\\work> docker pull {case.image}\r\nError response from daemon: {error.removeprefix('Error response from daemon: ')}\r\n"


@form("container")
def argocd(case: Case) -> str:
    return (
        f"$ argocd app get {case.owner} --output tree=detailed\nName:               argocd/{case.owner}\n"
        f"Namespace:          {case.namespace}\nSync Status:        Synced to main (4f1d2c9)\n\n"
        f"KIND/NAME   STATUS  HEALTH    AGE    MESSAGE   REASON\n"
        f'Deployment/{case.owner}   Synced  Degraded  12m    Deployment "{case.owner}" exceeded its progress deadline\n'
        f"└─ReplicaSet/{case.owner}-7c9d8f6b54    Progressing 12m  Waiting for rollout to finish...\n"
        f"  └─Pod/{case.pod}      Degraded  12m    {case.back_off}: ErrImagePull: {case.error}  ImagePullBackOff\n"
    )


@form("container")
def argocd_list(case: Case) -> str:
    return (
        "GROUP  KIND  NAMESPACE  NAME  STATUS  HEALTH  HOOK  MESSAGE\n"
        f"apps   Deployment  {case.namespace}  {case.owner}  Synced  Degraded        x\n"
        f"       Pod   {case.namespace}   {case.pod}   Synced   Degraded          {case.back_off}: ErrImagePull: {case.error}\n"
    )


@form()
def github(case: Case) -> bytes:
    lines = [f"##[group]Run kubectl describe pods -n {case.namespace}", "shell: /usr/bin/bash -e {0}", "##[endgroup]"]
    lines += [*described(case).splitlines(), "##[error]Process completed with exit code 1."]
    stamped = (f"2026-11-23T09:14:{n % 60:02}.0007919Z {line}\n" for n, line in enumerate(lines))
    return b"\xef\xbb\xbf" + "".join(stamped).encode()


@form()
def gitlab(case: Case) -> str:
    lines = [f"$ kubectl describe pods -n {case.namespace}", *described(case).splitlines()]
    stamped = "".join(f"2026-11-23T09:14:00.123456Z 00O {line}\n" for line in lines)
    return f"section_start:1700000000:step_script\r\x1b[0K\x1b[0;mExecuting\n{stamped}\x1b[31;1mERROR: Job failed: exit code 1\n\x1b[0;m"


@form("container")
def jenkins(case: Case) -> str:
    return "".join(f"[2026-11-23T09:14:00.123Z] {line}\n" for line in table(case).splitlines())


@form("container", reason="ErrImagePull")
def openshift_console(case: Case) -> str:
    return f"P\n{case.pod}\nNS\n{case.namespace}\nNov 23, 2026, 9:14 AM\nGenerated from kubelet on worker-2\n4 times in the last 5 minutes\n{case.failed}\n"


@form(reason="ErrImagePull")
def lens_details(case: Case) -> str:
    return (
        f"Pod: {case.pod}\nNamespace\t{case.namespace}\nStatus\tPending\nEvents\n{case.failed}\n"
        f"Source\tkubelet worker-2\nCount\t4\nSub-object\tspec.containers{{{case.container}}}\nLast seen\t39s ago\n"
    )


@form("container", reason="ErrImagePull")
def lens_table(case: Case) -> str:
    return f"Warning\t{case.failed}\t{case.namespace}\tPod: {case.pod}\tkubelet worker-2\t4\t5m\t39s\n"


@form("container", "image", cause="unknown")
def openshift_pods(case: Case) -> str:
    return f"P\n{case.pod}\nNS\n{case.namespace}\nImagePullBackOff\n0/1\n0\nRS\n{case.owner}-7c9d8f6b54\n-\n-\n"


@form("container", "image", cause="unknown")
def lens_pods(case: Case) -> str:
    return f"{case.pod}\n{case.namespace}\n\nReplicaSet\nworker-2\nBestEffort\n5m2s\nImagePullBackOff\n"


@form("namespace", "image", cause="unknown")
def kubectl_logs(case: Case) -> str:
    return f'Error from server (BadRequest): container "{case.container}" in pod "{case.pod}" is waiting to start: trying and failing to pull image\n'


@form("namespace", "image", cause="unknown", reason="ErrImagePull")
def kubectl_logs_of_the_first_try(case: Case) -> str:
    return f'Error from server (BadRequest): container "{case.container}" in pod "{case.pod}" is waiting to start: image can\'t be pulled\n'


@form("namespace", "pod", "container", reason="ErrImagePull")
def message_alone(case: Case) -> str:
    return case.failed
