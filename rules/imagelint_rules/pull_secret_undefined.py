"""A pull secret that no input file creates.

### What it does

Looks up every name in `imagePullSecrets` of pods and service accounts among the Secrets of the input and the objects
that create Secrets: ExternalSecret, SealedSecret, SOPS files, VaultStaticSecret, secret generators of kustomizations
and others.

A Secret of a kustomize generator counts under its plain name, except in kinds where kustomize does not rewrite the name
(ReplicationController, and every custom resource).

If every image of the pod is public for certain (`registry.k8s.io`, `mcr.microsoft.com`, Docker's official images and
the like), the pull works without the Secret and the only effect is the event `FailedToRetrieveImagePullSecret`: an
info. So it is where the nodes have credentials (`cluster.platform`, OpenShift for `registry.redhat.io`), and on a
registry with public and private images where most pods of the input pull the same repository without a pull secret, and
none with one that is defined. If only images of the same organisation are pulled like that, by three pods and more, it
is an info without that certainty.

It is an info as well if something other than a manifest creates the Secret in the namespace of the pod, as the message
says then:

- a script, a pipeline or a job has a command that creates it (`kubectl create secret docker-registry NAME`), copies it
  from another namespace or gives it to a service account (`oc secrets link`), a step that creates it (the actions and
  tasks of Azure), or a manifest with it;
- it is a resource of Terraform (`kubernetes_secret`);
- a comment in the manifest, or a text such as a README in its folder or above, asks the reader to create it, or a
  comment at its name says that people do (`# created manually`). What is in a folder `docs` is about the one around it.

A chart that is rendered with its own values, and that nothing in the input installs, leaves its pull secrets to whoever
installs it: an info, unless the chart makes a Secret that was likely meant. If pods of the namespace that have pull
secrets need two other Secrets or more, in environment variables or volumes, and the input defines none of these, no
other Secret of the namespace or the folder, and no pull secret at all, then Secrets are kept elsewhere, and it is an
info; so is a pull secret of the same name in another namespace. So it is if the input has no Secret at all, and such
pods need three or more in all namespaces together.
Certificates, tokens and what operators make do not count for that. Where such a Secret is defined and the pull secret
is not, it remains a warning, which shows the one that is. In a repository whose README calls it a collection of
examples in its title, readers have a pull secret of their own: an info.

A Secret that comes too late is an error: a hook that runs before the installation (`helm.sh/hook: pre-install`,
`argocd.argoproj.io/hook: PreSync`) or an object of an earlier wave is waited for, and the Secret of the same chart,
kustomization or folder is created after it.

A name that no Secret can have (`pull_secret`, `RegCred`) remains a warning: the API server accepts it in a pod and
refuses a Secret with it, so that nothing can create one.

Files that are encrypted as a whole (git-crypt, Ansible Vault, age, PGP, transcrypt) make it an info too, as one of
them may define the Secret. Elsewhere it is a warning. Many pull secrets are created in the cluster and are in no file:
declare those under `secrets.external` in the configuration. In a manifest whose placeholders are filled in before it is
applied it is an info, as its images are not known.

### Why is this bad?

The kubelet continues without it: it records one event (`FailedToRetrieveImagePullSecret`) and pulls anonymously, which
a private registry denies. The Secret may already exist in the cluster, hence a warning.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: acr-secret  # error: pull-secret-undefined
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: acr-secret
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: acr-secret
  namespace: prod
spec:
  template:
    type: kubernetes.io/dockerconfigjson
```

### References

- Kubernetes v1.36 `pkg/kubelet/kubelet_pods.go`, `getPullSecretsForPod`
- Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `ValidateSecretName` and `validateImagePullSecrets`
- [Helm: chart hooks](https://helm.sh/docs/topics/charts_hooks/)
- [Argo CD: sync phases and waves](https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.created import SECRET
from imagelint.facts.purposes import EXAMPLE_REPOSITORIES, FILLED_IN
from imagelint.index.pull_secrets import Match
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.created_later import late_definition
from imagelint_rules.remedies import (
    create_secret,
    image_of,
    in_namespace,
    matching_secret,
    most_similar,
    of_pods,
    secret_manifest,
)
from imagelint_rules.secret_evidence import idle_secret, pulled_without
from imagelint_rules.unneeded_secrets import ONE_EVENT, harmless, unneeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.index.definitions import Account, Secret
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.finding import Finding

# OpenShift creates one for every service account and adds it to the account's list.
_MADE_BY_OPENSHIFT = r".+-dockercfg-[a-z0-9]{5}"

# Where kustomize rewrites the names of generated Secrets (api/internal/konfig/builtinpluginconsts/namereference.go).
_REWRITTEN = frozenset(
    {
        *("Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"),
        "ServiceAccount",
    }
)


def check(index: Index) -> Iterator[Finding]:
    """References to names that no manifest has, in any namespace."""
    for use in index.secret_uses:
        name = use.name.value
        found = index.secrets.find(name, use.namespace)
        if not (_is_from_elsewhere(name) or found.usable or found.shown_elsewhere(use.resource)):
            yield _finding(index, use)
        elif use.pod is not None and unneeded(index, use) is None:
            yield from late_definition(
                RULE, index, use.resource, Place(use.source, use.name.span), found.usable, SECRET
            )
    for named in index.uses_of_secrets.named:
        if all(secret.is_hashed for secret in named.secrets):
            for use in named.uses:
                if use.resource.kind not in _REWRITTEN and not _is_from_elsewhere(use.name.value):
                    yield _bare(use, named.secrets[0])


def _is_from_elsewhere(name: str) -> bool:
    return find_placeholder(name) is not None or re.fullmatch(_MADE_BY_OPENSHIFT, name) is not None


def _bare(use: SecretUse, generator: Secret) -> Finding:
    """A name that kustomize changes in the generated Secret, but not in the object that uses it."""
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{use.name.value}` gets a hash suffix, which kustomize does not add to the name in a "
        f"{use.resource.kind}",
        Subject(resource=use.resource, names=(use.name.value,)),
        help="set `disableNameSuffixHash: true` for the generator, or add the field under `configurations`",
        related=[Related(generator.place, "generated here")],
    )


def _finding(index: Index, use: SecretUse) -> Finding:
    from imagelint_rules.needed_secrets import defined_beside
    from imagelint_rules.object_names import is_object_name
    from imagelint_rules.unseen_secrets import reason_to_exist

    name, image = use.name.value, image_of(index, use)
    why = unneeded(index, use)
    if why is not None:
        return _harmless(use, why)
    meant = _meant(index, use, image)
    if not is_object_name(name):
        return _impossible(use, image, meant)
    by_account = _of_account(index, use, image)
    # A Secret that was meant shows that one is needed.
    without = pulled_without(index, image) if image is not None and not (meant or by_account) else None
    if without is not None and not without.is_organisation:
        return _harmless(use, f"most pods pull from `{without.scope}` without one", [without.related])
    related = [Related(Place(image.pod.source, image.span), "the image that it is for")] if image else []
    related += [Related(meant.place, f"`{meant.id.name}` is there: was it meant?")] if meant else []
    if by_account is not None:
        related.append(Related(by_account.place, f"service account `{by_account.id.name}` has a secret for it"))
    beside = defined_beside(index, use.pod) if use.pod is not None else None
    related += [beside] if beside is not None else []
    is_missed = meant is not None or by_account is not None
    reason = reason_to_exist(index, use, without, is_missed=is_missed or beside is not None)
    related += [reason.related] if reason is not None and reason.related is not None else []
    made = reason.phrase if reason is not None else "no input file creates it"
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{name}` of {use.resource.label} is not defined {in_namespace(use.namespace)}: {made}",
        Subject(resource=use.resource, image=image.written if image else None, names=(name,)),
        help=_make(index, use, image) if by_account is None else _drop(by_account),
        related=related,
        severity=Severity.INFO if reason is not None else None,
        prediction=of_pods(use, RULE.prediction),
        left_to_installer=reason is None and not is_missed,
    )


def _impossible(use: SecretUse, image: ImageUse | None, meant: Secret | None) -> Finding:
    """A name that the API server accepts in a list of pull secrets, and refuses for a Secret."""
    name = use.name.value
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{name}` of {use.resource.label} cannot exist: the API server refuses a Secret with this name",
        Subject(resource=use.resource, image=image.written if image else None, names=(name,)),
        help=f"name a Secret that exists, such as `{meant.id.name}`" if meant is not None else _possible(name),
        related=[Related(meant.place, f"`{meant.id.name}` is there: was it meant?")] if meant is not None else [],
        prediction=of_pods(use, RULE.prediction),
    )


def _possible(name: str) -> str:
    """What to call a Secret instead."""
    from imagelint_rules.object_names import ALLOWED, nearest_name

    nearest = nearest_name(name)
    example = f", such as `{nearest}`," if nearest is not None else ""
    return f"use another name{example} for the Secret and here, of {ALLOWED}"


def _harmless(use: SecretUse, why: str, related: Sequence[Related] = ()) -> Finding:
    where = in_namespace(use.namespace)
    return harmless(RULE, use, f"of {use.resource.label} is not defined {where}; {why}, {ONE_EVENT}", related)


def _make(index: Index, use: SecretUse, image: ImageUse | None) -> str:
    return (
        f"{create_secret(index, image, use.name.value, use.namespace)}\n"
        f"or add it to the files (encrypted):\n{secret_manifest(use.name.value, use.namespace)}"
    )


def _drop(account: Account) -> str:
    return (
        f"leave out `imagePullSecrets`: the list of the pod replaces that of service account `{account.id.name}`, "
        "which has a secret for the image"
    )


def _of_account(index: Index, use: SecretUse, image: ImageUse | None) -> Account | None:
    """The service account whose secrets would serve the image, if the list of the pod did not replace its own."""
    account = index.account(use.pod) if use.pod is not None else None
    if account is None or image is None or image.reference is None:
        return None
    credentials = index.credential_sets.of(index.account_secrets(account), use.namespace)
    return account if credentials.match(image.reference.normalized).match is Match.MATCHED else None


def _meant(index: Index, use: SecretUse, image: ImageUse | None) -> Secret | None:
    """A Secret of the namespace with credentials for the image, else one with a similar name, else one without use."""
    serving = matching_secret(index, image) if image is not None else None
    similar = serving or most_similar(use.name.value, index.secrets.within(use.namespace))
    return similar or idle_secret(index, use.source)


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.POSSIBLE,
    # Where the images come from is filled in as well.
    info_in=frozenset({FILLED_IN, EXAMPLE_REPOSITORIES}),
)
