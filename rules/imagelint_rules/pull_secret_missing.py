"""A private registry without a pull secret.

### What it does

Finds pods that pull from a registry where every pull needs credentials, although neither the pod nor its service
account has a pull secret. The service account is looked up in all input files, in the namespace of the pod.

The finding is an error if the files show that a secret is needed: most other workloads pull from the same registry with
one, or a Secret in the namespace has credentials for the registry but the pod does not use it. This also works for
unknown registries. Such a registry may have public projects too, so the other workloads have to be in the same
namespace, to use the same repository, or to be three times as many as those without a secret; otherwise it is a
warning. On registries with public and private repositories, other workloads have to use the same repository; the
finding is a warning if most workloads with images of the same organization have a secret, or if an unused Secret has
credentials for the image.

Another pod that pulls the same repository with a secret is an error only if most pods do so, or if the registry has no
public images: on a registry such as `nvcr.io` one of two pods with a secret proves nothing, and is a warning. With
`cluster.platform` set, registries for which the nodes bring credentials are left alone: those of the cloud on `eks`,
`gke` and `aks`, and `registry.redhat.io` on `openshift`, which has a global pull secret for it. Without the setting,
objects that only OpenShift has (`Route`, `DeploymentConfig`, any group `*.openshift.io`) in the same folder or above
say as much; in other folders they make the finding an info. So do objects that only EKS has (`EC2NodeClass`, the
configuration of eksctl, a service account with `eks.amazonaws.com/role-arn`, an add-on that is
`managed-by: eks-addon`, a node selector with a label of EKS), in any folder, for ECR: the nodes of EKS usually have a
role that may pull.

It is an info as well if other files show that the nodes or the account have credentials, or that none are needed, as
the message says:

- a script, a pipeline or a README attaches a registry to an AKS cluster (`az aks update --attach-acr`), or Terraform,
  Bicep, a template of Azure or a script gives the identity of its nodes the role `AcrPull`;
- a script, a pipeline, a README or Terraform sets up EKS (`eksctl create cluster`, `aws eks update-kubeconfig`,
  `aws_eks_cluster`);
- a command of a script, a pipeline, a job or a README gives the service account pull secrets (`kubectl patch
  serviceaccount`, `oc secrets link`);
- a workflow of GitHub runs a job in an image of the same project of an unknown registry (`container:`) and has no
  `credentials` for it, or the registry is a Harbor that values of its chart in the input are for (`externalURL`), and
  the image is in its project `library`, which is public unless it was changed;
- what deploys the pod is in a folder with the name of a context of GKE (`gke_PROJECT_ZONE_CLUSTER`) or EKS
  (`arn:aws:eks:REGION:ACCOUNT:cluster_NAME`), and the image is in a registry of that cloud;
- a README in the folder of the manifest or above says that the registry is attached to the cluster, or that no pull
  secret is needed.

### Why is this bad?

The kubelet pulls anonymously, the registry responds with 401 or 403, and the pod fails with `ErrImagePull` and
`ImagePullBackOff`. If the nodes have their own credentials (ECR on EKS, Artifact Registry on GKE, an ACR that is
attached to AKS), the pull may still work. Manifests do not show this, hence a warning.

### Example

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
  namespace: prod
spec:
  selector: {matchLabels: {app: my-app}}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      containers:
        - name: my-app
          image: myregistry.azurecr.io/my-app:1.4  # error: pull-secret-missing
```

### Use instead

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
  namespace: prod
spec:
  selector: {matchLabels: {app: my-app}}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      imagePullSecrets:
        - name: acr-secret
      containers:
        - name: my-app
          image: myregistry.azurecr.io/my-app:1.4
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: acr-secret
  namespace: prod
spec:
  target:
    template:
      type: kubernetes.io/dockerconfigjson
```

### References

- [Kubernetes: pull an image from a private registry](https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/)
- Kubernetes v1.36 `plugin/pkg/admission/serviceaccount/admission.go`, `pkg/credentialprovider/keyring.go`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.created import PULL_SECRETS
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint.text.trace import Part
from imagelint_rules.created_elsewhere import creator_of
from imagelint_rules.judging import wrong_host
from imagelint_rules.node_credentials import (
    credentials_of_context,
    nodes_bring_credentials,
    owner_of_credentials,
    shown_credentials,
)
from imagelint_rules.remedies import (
    create_secret,
    in_namespace,
    list_of_pull_secrets,
    needs_credentials,
    secret_name,
)
from imagelint_rules.secret_evidence import (
    evidence_of,
    evidence_of_same_kind,
    lists_secrets,
    public_project,
    scopes_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import PullSecrets
    from imagelint.linting.finding import Finding
    from imagelint.world.knowledge.registries import Registry
    from imagelint_rules.secret_evidence import Evidence

_CLOUDS = {
    "aks": "the registry is attached to the AKS cluster",
    "eks": "the EKS nodes have a role that may pull from it",
    "gke": "the GKE nodes have an account that may pull from it",
    "openshift": "the cluster is OpenShift, whose global pull secret has credentials for it (`cluster.platform`)",
}


def check(index: Index) -> Iterator[Finding]:
    """The first image of each registry of a pod that needs credentials and has no pull secret."""
    found: set[tuple[Pod, str]] = set()
    for use in (*index.images, *_of_catalogs(index)):
        if use.pulled is None or not _is_judged(use.pod):
            continue
        secrets, key = index.pull_secrets(use.pod), (use.pod, use.pulled.host)
        if secrets.names or key in found or wrong_host(index, use) is not None:
            continue
        is_all = _own_list_is_all(use.pod)
        evidence = evidence_of(index, use) if is_all else evidence_of_same_kind(index, use)
        if evidence or (is_all and needs_credentials(index, use) and not nodes_bring_credentials(index, use)):
            found.add(key)
            yield _finding(index, use, secrets, evidence)


def _of_catalogs(index: Index) -> Sequence[ImageUse]:
    if not any(pod.spec.catalog for pod in index.pods):  # as in most
        return ()
    from imagelint.index.catalogs import catalog_uses

    return index.join(catalog_uses)


def _is_judged(pod: Pod) -> bool:
    """Custom resources may configure their secrets elsewhere, unless they have a pod template or a known field."""
    is_all = _own_list_is_all(pod) or lists_secrets(pod.resource)
    return is_all and not pod.spec.pull_secrets and not pod.in_partial_unit


def _own_list_is_all(pod: Pod) -> bool:
    return pod.spec.core or pod.spec.is_template


def _finding(index: Index, use: ImageUse, secrets: PullSecrets, evidence: Evidence | None) -> Finding:
    pod, registry = use.pod, use.reference.host if use.reference else ""
    needy = scopes_of(index, use)[0] if evidence else registry
    account = f" and neither does its service account `{pod.account_name}`" if _own_list_is_all(pod) else ""
    unseen = "" if secrets.known or not account else " (which no file defines)"
    doubt = _doubt(index, use, evidence)
    message = (
        f"`{needy}` requires credentials, but {pod.resource.label} has no pull secret{account}{unseen} "
        f"{in_namespace(pod.namespace)}{doubt or ''}"
    )
    name = evidence.secret if evidence else secret_name(registry)
    make = "" if evidence else f"{create_secret(index, use, name, pod.namespace)}\nand "
    unless = "" if evidence else _unless(index.registry(use))
    return RULE.at_image(
        use,
        message,
        help=f"{make}add to `{pod.spec.path or 'spec'}`:\n{list_of_pull_secrets(name)}{unless}",
        related=[evidence.related if evidence else _where(pod, secrets)],
        severity=Severity.INFO if doubt is not None else evidence.severity if evidence else None,
        cause=needy,
    )


def _doubt(index: Index, use: ImageUse, evidence: Evidence | None) -> str | None:
    """Why the pod may need no pull secret, as the end of a message."""
    pod = use.pod
    giver = creator_of(index, PULL_SECRETS, pod.account_name, pod.namespace, Place(pod.source, use.span))
    if giver is not None:
        how = "asks its reader to give the account one" if giver.is_text else "gives the account one"
        return f"; `{giver.source.path}` {how}"
    if evidence is not None:
        public = public_project(index, use)
        if public is not None:
            return f"; it may need none: {public}"
        shown = credentials_of_context(index, use, evidence.related.place.source)
    else:
        shown = shown_credentials(index, use)
    return f"; its nodes may have credentials: {shown}" if shown is not None else None


def _unless(registry: Registry | None) -> str:
    cloud = _CLOUDS.get(owner_of_credentials(registry) or "")
    return f"\nnot needed if {cloud}" if cloud else ""


def _where(pod: Pod, secrets: PullSecrets) -> Related:
    if secrets.account is not None:
        return Related(secrets.account.place, f"service account `{secrets.account.id.name}` has no pull secret")
    return Related(Place(pod.source, pod.spec.span), "this pod specification has no `imagePullSecrets`")


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.LIKELY,
    part=Part.NAME,
)
