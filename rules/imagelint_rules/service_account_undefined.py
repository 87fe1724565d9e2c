"""A service account that is not defined.

### What it does

Finds pods whose `serviceAccountName` no input file creates: an error if the account is defined in other
namespaces only, a warning if the input defines other accounts for the pod, and an info otherwise. These are the
accounts of its namespace, or of its folder if no file names its namespace. `default` exists in every namespace.

It is an info too if a custom resource has the same name and a kind that ends with `Identity` or `ServiceAccount`
(`ApplicationIdentity`): its operator may create the account. So it is if something other than a manifest creates it, as
the message says then: a command of a script or a pipeline (`kubectl create serviceaccount`, `eksctl create
iamserviceaccount`), a manifest in a script, a resource of Terraform (`kubernetes_service_account`) or a module of it
with an argument of that name, or a text such as a README, of the same folder or one above, that asks its reader to. If
other namespaces define the account, only what states the namespace of the pod counts, and no text does. It is an info
as well if a chart that is not in the input may create the account: something installs the chart in the namespace of the
pod, and the account is called like the chart or its release (`rook-ceph-default` of the chart `rook-ceph`).

Accounts that eksctl makes of a `ClusterConfig` (`iam.serviceAccounts`), and those that the Operator Lifecycle Manager
makes of a ClusterServiceVersion, are defined.

An account that comes too late is an error: a hook that runs before the installation (`helm.sh/hook: pre-install`,
`argocd.argoproj.io/hook: PreSync`) or an object of an earlier wave is waited for, and the account of the same chart,
kustomization or folder is created after it.

What a chart renders to and what a kustomization builds is complete: an account that neither it nor another file
creates is an error, unless the chart creates it in a release of another name (`shop-web` is `{{ .Release.Name }}-web`
in a release called `shop`). In charts that imagelint renders, it is an info if a value names the account and the chart
creates no account that its pods leave unused, since the value may name one that exists: the template has the value as
it is (`{{ .Values.serviceAccount.name }}`), or it has `create: false` beside it. It is a warning if the template puts
the pod into a namespace other than that of the release, and the chart creates no account there. If something else
creates the account, declare it with `service-account-undefined` under `ignore`.

### Why is this bad?

The API server rejects pods whose service account does not exist. The Deployment or Job is created but stays at zero
pods, and only an event shows why.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  serviceAccountName: web  # error: service-account-undefined
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: staging
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  serviceAccountName: web
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: prod
```

### References

- Kubernetes v1.36 `plugin/pkg/admission/serviceaccount/admission.go`
- [Helm: chart hooks](https://helm.sh/docs/topics/charts_hooks/)
- [Argo CD: sync phases and waves](https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/)
- [Kubernetes: service accounts](https://kubernetes.io/docs/concepts/security/service-accounts/)
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.created import ACCOUNT
from imagelint.facts.purposes import SCAFFOLDS
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple
from imagelint_rules.created_elsewhere import creator_of, is_unlisted, script_in
from imagelint_rules.created_later import late_definition
from imagelint_rules.remedies import in_namespace, listed, most_similar
from imagelint_rules.whole_units import chart_of, is_kustomized_whole, is_rendered_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.index.definitions import Account
    from imagelint.index.image_use import Pod
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId, Text

# What helm calls the release of what it renders, unless somebody names it.
_UNNAMED = "release-name"


def check(index: Index) -> Iterator[Finding]:
    """Pods of core kinds whose account is not defined in their namespace."""
    for pod in index.pods:
        account = pod.spec.service_account
        if not pod.spec.complete or account is None or account.value == "default" or find_placeholder(account.value):
            continue
        found = index.accounts.find(account.value, pod.namespace).usable
        if not found:
            yield _finding(index, pod, account)
        yield from late_definition(RULE, index, pod.resource, Place(pod.source, account.span), found, ACCOUNT)


class _Judgement(NamedTuple):
    """What is known of an account; `help` is None where the remedy is to create it."""

    message: str
    severity: Severity
    confidence: Confidence = Confidence.POSSIBLE
    help: str | None = None

    def lowered(self, why: str) -> _Judgement:
        """The same as an info, with the reason at the end of its message."""
        return _Judgement(self.message + why, Severity.INFO, help=self.help)


def _finding(index: Index, pod: Pod, account: Text) -> Finding:
    elsewhere = index.accounts.find(account.value, pod.namespace).shown_elsewhere(pod.resource)
    others = _beside(index, pod)
    judged = _elsewhere(index, pod, account, elsewhere) if elsewhere else _nowhere(index, pod, account, others)
    identity = _identity(index, account.value, pod.namespace)
    creator = (
        script_in(index, ACCOUNT, account.value, pod.namespace)
        if elsewhere
        else creator_of(index, ACCOUNT, account.value, pod.namespace, Place(pod.source, account.span))
    )
    if identity is not None:
        judged = judged.lowered(f", unless {identity.label} creates it")
    elif creator is not None:
        judged = judged.lowered(f": no manifest creates it there, {creator.phrase}")
    related = [Related(other.place, f"defined here, in `{other.id.namespace}`") for other in elsewhere[:3]]
    where = f" --namespace {pod.namespace}" if pod.namespace else ""
    return RULE.finding(
        Place(pod.source, account.span),
        judged.message,
        Subject(resource=pod.resource, names=(account.value,)),
        help=judged.help or f"kubectl create serviceaccount {account.value}{where}",
        related=related or _meant(account.value, others),
        severity=judged.severity,
        confidence=judged.confidence,
    )


def _elsewhere(index: Index, pod: Pod, account: Text, elsewhere: Sequence[Account]) -> _Judgement:
    """What is known of an account that other namespaces have."""
    unlisted = [other.source.path for other in elsewhere if is_unlisted(index, other.source)]
    if pod.source.part and len(unlisted) == len(elsewhere):
        message = f"{_undefined(pod, account)}: no kustomization lists `{unlisted[0]}`, which defines it"
    else:
        found = listed(index.accounts.namespaces(account.value))
        message = f"service account `{account.value}` is defined in namespace {found}, not in `{pod.namespace}`"
    # Other folders may be for other clusters, or for another way to install the same.
    folders = () if pod.in_partial_unit else (_folder(other.source) for other in elsewhere)
    if _folder(pod.source) in folders:
        return _Judgement(message, Severity.ERROR, Confidence.CERTAIN)
    return _Judgement(message, Severity.WARNING)


def _undefined(pod: Pod, account: Text) -> str:
    return f"service account `{account.value}` of {pod.resource.label} is not defined {in_namespace(pod.namespace)}"


def _nowhere(index: Index, pod: Pod, account: Text, others: Sequence[Account]) -> _Judgement:
    """What is known of an account that no namespace has."""
    message = _undefined(pod, account)
    release = _release(account.value, others) if pod.resource.rendered_from else None
    if release is not None:
        message += f", and chart `{chart_of(pod)}` creates it in a release called `{release}` only"
        remedy = f"install it as `{release}`, or take the name from `.Release.Name` here too"
        return _Judgement(message, Severity.INFO, help=remedy)
    if is_rendered_whole(index, pod):
        return _of_chart(index, pod, message, others)
    if is_kustomized_whole(index, pod, others):
        message += ", and the kustomization does not create it"
        return _Judgement(message, Severity.ERROR, Confidence.LIKELY)
    return _Judgement(message, Severity.WARNING if others and not pod.in_partial_unit else Severity.INFO)


def _of_chart(index: Index, pod: Pod, message: str, others: Sequence[Account]) -> _Judgement:
    """What is known of an account that a whole chart does not create."""
    own = [other for other in others if other.source == pod.source]
    used = {other.account_name for other in index.pods if other.source == pod.source}
    if pod.spec.account_key is not None and all(other.id.name in used for other in own):
        # Whoever sets the value may mean an account that exists; one that no pod of the chart uses is meant for this.
        message += f": the values name it (`{pod.spec.account_key}`), and chart `{chart_of(pod)}` creates none for it"
        return _Judgement(message, Severity.INFO)
    message += f", and chart `{chart_of(pod)}` does not create it"
    remedy = f"add a template of the ServiceAccount to chart `{chart_of(pod)}`, or name only accounts that it creates"
    if pod.spec.leaves_release and not own:
        # The account may belong to what the namespace is for.
        return _Judgement(message, Severity.WARNING, help=remedy)
    return _Judgement(message, Severity.ERROR, Confidence.LIKELY, remedy)


def _identity(index: Index, name: str, namespace: str | None) -> Resource | None:
    """The custom resource whose operator may create an account."""
    named = index.whole.join(_identities).get(name, ())
    return next((one for one in named if None in {one.namespace, namespace} or one.namespace == namespace), None)


def _identities(index: Index) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for facts in index.files.values():
        for resource in facts.identities:
            found.setdefault(resource.name or "", []).append(resource)
    return found


def _release(name: str, accounts: Sequence[Account]) -> str | None:
    """The release in which one of the accounts of a chart has this name."""
    for one in accounts:
        before, placeholder, after = one.id.name.partition(_UNNAMED)
        is_named = placeholder and (before or after) and len(name) > len(before + after)
        if is_named and name.startswith(before) and name.endswith(after):
            return name[len(before) : len(name) - len(after)]
    return None


def _beside(index: Index, pod: Pod) -> list[Account]:
    """The accounts that show where those of the pod are defined.

    Of an unknown namespace only those of the same folder: in another one it may be another namespace. Those that eksctl
    or an operator creates show nothing of the others.
    """
    accounts = (one for one in index.accounts.within(pod.namespace) if one.resource.kind == ACCOUNT)
    return [one for one in accounts if pod.namespace or _folder(one.source) == _folder(pod.source)]


def _folder(source: SourceId) -> str:
    return posixpath.dirname(source.path)


def _meant(name: str, others: Sequence[Account]) -> list[Related]:
    """The account of the namespace with a name similar to the missing one."""
    meant = most_similar(name, others)
    return [Related(meant.place, f"did you mean `{meant.id.name}`?")] if meant else []


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(Rejection.FAILED_CREATE),
    across_files=True,
    # A bundle of OLM puts everything into one namespace.
    info_in=frozenset({SCAFFOLDS}),
)
