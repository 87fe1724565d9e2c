"""Pods, pull secrets, accounts, namespaces and images that refer to each other."""

from __future__ import annotations

from inputs.rows import Rows, account, pod, secret, stream

ROWS = Rows()
_BROKEN = "bm9jb2xvbg=="  # without a colon in it
_PRIVATE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"


@ROWS.text("pods x secrets, each of its own namespace")
def _plain(n: int) -> str:
    return stream(
        text for i in range(n) for text in (pod("a", namespace=f"n{i}", secrets=["s"]), secret("s", namespace=f"n{i}"))
    )


@ROWS.text("pods without a namespace x a secret in many")
def _unknown_namespace(n: int) -> str:
    pods = [pod(f"p{i}", namespace=None, secrets=["s"]) for i in range(n)]
    return stream([*pods, *(secret("s", namespace=f"n{i}") for i in range(n))])


@ROWS.text("pods in many namespaces x secrets without one")
def _unknown_secrets(n: int) -> str:
    pods = [pod("a", namespace=f"n{i}", secrets=["s"]) for i in range(n)]
    return stream([*pods, *[secret("s", "quay.io", namespace=None)] * n])


@ROWS.text("pods that are served by one of many namespaces")
def _idle(n: int) -> str:
    pods = [pod(f"p{i}", f"{i}.registry.example/a:1", namespace=None) for i in range(n)]
    return stream([*pods, *(secret(f"s{i}", f"{i}.registry.example", namespace=None) for i in range(n))])


@ROWS.text("pods x a secret in other namespaces")
def _other_namespaces(n: int) -> str:
    pods = [pod(f"p{i}", secrets=["s"]) for i in range(n)]
    return stream([*pods, *(secret("s", namespace=f"n{i}") for i in range(n))])


@ROWS.text("pods with an undefined secret x secrets beside them")
def _undefined(n: int) -> str:
    pods = [pod(f"p{i}", secrets=[f"missing-{i}"]) for i in range(n)]
    return stream([*pods, *(secret(f"s{i}", f"r{i}.example") for i in range(n))])


@ROWS.text("pods with an undefined account x accounts beside them")
def _undefined_accounts(n: int) -> str:
    pods = [pod(f"p{i}", account=f"missing-{i}") for i in range(n)]
    return stream([*pods, *(account(f"a{i}") for i in range(n))])


@ROWS.text("pods x an account in other namespaces")
def _other_accounts(n: int) -> str:
    pods = [pod(f"p{i}", account="a") for i in range(n)]
    return stream([*pods, *(account("a", namespace=f"n{i}") for i in range(n))])


@ROWS.text("pods without a namespace x an account in many")
def _unknown_accounts(n: int) -> str:
    pods = [pod(f"p{i}", namespace=None, account="a") for i in range(n)]
    return stream([*pods, *(account("a", "s", namespace=f"n{i}") for i in range(n))])


@ROWS.text("secrets x images of one pod")
def _one_pod(n: int) -> str:
    images = [f"r{i}.example/a:1" for i in range(n)]
    return stream([pod("a", *images, secrets=[f"s{i}" for i in range(n)]), *(secret(f"s{i}") for i in range(n))])


@ROWS.text("secrets that all serve x images of one pod")
def _all_serve(n: int) -> str:
    images = [f"ghcr.io/acme/a{i}:1" for i in range(n)]
    return stream([pod("a", *images, secrets=[f"s{i}" for i in range(n)]), *(secret(f"s{i}") for i in range(n))])


@ROWS.text("undefined secrets x images of one pod")
def _undefined_of_one(n: int) -> str:
    return pod("a", *(f"r{i}.example/a:1" for i in range(n)), secrets=[f"s{i}" for i in range(n)])


@ROWS.text("secrets of an account x its pods")
def _account(n: int) -> str:
    names = [f"s{i}" for i in range(n)]
    pods = [pod(f"p{i}", f"r{i}.example/a:1", account="a") for i in range(n)]
    return stream([account("a", *names), *pods, *map(secret, names)])


@ROWS.text("undefined secrets of an account x its pods")
def _undefined_of_account(n: int) -> str:
    return stream([account("a", *(f"s{i}" for i in range(n))), *(pod(f"p{i}", account="a") for i in range(n))])


@ROWS.text("secrets of an account x pods with a list of their own")
def _shadowed(n: int) -> str:
    names = [f"s{i}" for i in range(n)]
    pods = [pod(f"p{i}", f"r{i}.example/a:1", account="a", secrets=["own"]) for i in range(n)]
    own = secret("own", "quay.io")
    return stream([account("a", *names), *pods, own, *(secret(f"s{i}", f"r{i}.example") for i in range(n))])


@ROWS.text("secrets that an account enforces x pods that it refuses")
def _forbidden(n: int) -> str:
    enforcing = account(
        "a", *(f"s{i}" for i in range(n)), annotations="{kubernetes.io/enforce-mountable-secrets: 'true'}"
    )
    return stream([enforcing, *(pod(f"p{i}", account="a", secrets=["own"]) for i in range(n))])


@ROWS.text("keys of a secret x images on other hosts")
def _keys(n: int) -> str:
    pods = [pod(f"p{i}", f"other{i}.example/a:1", secrets=["s"]) for i in range(n)]
    return stream([secret("s", *(f"r{i}.example" for i in range(n))), *pods])


@ROWS.text("100 keys of a secret x images that need another")
def _hundred_keys(n: int) -> str:
    pods = [pod(f"p{i}", f"eu.gcr.io/acme/app-{i}:1", secrets=["s"]) for i in range(n)]
    return stream([secret("s", *(f"r{i}.example" for i in range(100))), *pods])


@ROWS.text("keys with paths on one host x images on it")
def _paths(n: int) -> str:
    pods = [pod(f"p{i}", f"r.example/b{i}/a:1", secrets=["s"]) for i in range(n)]
    return stream([secret("s", *(f"r.example/a{i}" for i in range(n))), *pods])


@ROWS.text("keys with globs x images on other hosts")
def _globs(n: int) -> str:
    pods = [pod(f"p{i}", f"b.c{i}.example/a:1", secrets=["s"]) for i in range(n)]
    return stream([secret("s", *(f"*.r{i}.example" for i in range(n))), *pods])


@ROWS.text("secrets that cannot be decoded x pods")
def _broken(n: int) -> str:
    secrets = [secret(f"s{i}", auth=_BROKEN) for i in range(n)]
    return stream([*secrets, *(pod(f"p{i}", secrets=[f"s{i}"]) for i in range(n))])


@ROWS.text("one broken name in many namespaces x pods without one")
def _broken_anywhere(n: int) -> str:
    secrets = [secret("s", auth=_BROKEN, namespace=f"n{i}") for i in range(n)]
    return stream([*secrets, *(pod(f"p{i}", namespace=None, secrets=["s"]) for i in range(n))])


@ROWS.text("secrets of the wrong type x pods without a namespace")
def _wrong_type(n: int) -> str:
    secrets = [secret("s", namespace=f"n{i}").replace("kubernetes.io/dockerconfigjson", "Opaque") for i in range(n)]
    return stream([*secrets, *(pod(f"p{i}", namespace=None, secrets=["s"]) for i in range(n))])


@ROWS.text("one secret listed many times")
def _listed_twice(n: int) -> str:
    return stream([pod("a", secrets=["s"] * n), secret("s")])


@ROWS.text("entries of a list of secrets without a name")
def _empty(n: int) -> str:
    return pod("a", secrets=["''"] * n)


@ROWS.text("pods that need a secret, beside one that has it")
def _siblings(n: int) -> str:
    pods = [pod(f"p{i}", _PRIVATE, namespace=f"n{i}") for i in range(n)]
    return stream([pod("a", _PRIVATE, secrets=["s"]), *pods])


@ROWS.text("images on hosts that are not known")
def _hosts(n: int) -> str:
    return stream(pod(f"p{i}", f"registry-{i}.example.com/a:1") for i in range(n))


@ROWS.text("images on hosts that look misspelt")
def _misspelt(n: int) -> str:
    return stream(pod(f"p{i}", f"qauy.io/a{i}:1", f"{i}.dkr.ecr.eu-west-1.amazonaw.com/a:1") for i in range(n))


@ROWS.text("images that are gone")
def _gone(n: int) -> str:
    return stream(pod(f"p{i}", f"k8s.gcr.io/a{i}:1", f"bitnami/a{i}:1") for i in range(n))


@ROWS.text("selectors of nodes x images")
def _platforms(n: int) -> str:
    terms = ", ".join(
        "{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}" for _ in range(n)
    )
    affinity = f"{{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{terms}]}}}}}}"
    return pod("a", *["amd64/nginx:1"] * n) + f"  affinity: {affinity}\n"
