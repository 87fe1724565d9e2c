"""Every mistake in a configuration is reported in full: the file, the line, the column, and what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.config.file import load_configuration
from imagelint.config.validation import InvalidFileError
from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

OUTSIDE = "{}: `{}` leads out of the work tree; pass it with `--{}` instead"


def schema_rule(schema: str) -> str:
    """A rule of a user with a schema; the schema begins in column 46."""
    return f"custom-rules: [{{name: a, message: x, schema: {schema}}}]"


# Each definition applies the next one twice.
TWICE = ", ".join(f"a{n}: {{anyOf: [{{$ref: '#/$defs/a{n + 1}'}}, {{$ref: '#/$defs/a{n + 1}'}}]}}" for n in range(40))
DOUBLING = f"{{$ref: '#/$defs/a0', $defs: {{{TWICE}, a40: {{type: string}}}}}}"
WRONG_YAML = [
    ("rulez: {}", "1:1: unknown key `rulez`; did you mean `rules`?"),
    (
        "a: 1",
        (
            "1:1: unknown key `a`; known keys: all, allow-only-declared, charts, cluster, custom-rules, exclude, "
            "extends, ignore, inventory, inventory-complete, knowledge, namespace, overrides, plugins, profile, "
            "registries, render, rules, secrets"
        ),
    ),
    ("- a", "1:1: the file must be a mapping, not a list"),
    ("just text", "1:1: the file must be a mapping, not text"),
    ("rules: {latest-tagg: error}", "1:9: there is no rule `latest-tagg`; did you mean `latest-tag`?"),
    ("rules: {zzz: error}", "1:9: there is no rule `zzz`; run `imagelint rules` to list all rules"),
    ("rules: {latest_tag: error}", "1:9: there is no rule `latest_tag`; did you mean `latest-tag`?"),
    ("rules: {latest-tag: fatal}", "1:21: `fatal` is not one of `error`, `warning`, `info`, `off`"),
    (
        "rules: {latest-tag: eror}",
        "1:21: `eror` is not one of `error`, `warning`, `info`, `off`; did you mean `error`?",
    ),
    (
        "rules: {latest-tag: warn}",
        "1:21: `warn` is not one of `error`, `warning`, `info`, `off`; did you mean `warning`?",
    ),
    ("rules: {latest-tag: false}", "1:21: `latest-tag` must be one of `error`, `warning`, `info`, `off`, not false"),
    (
        "rules: {latest-tag: [error]}",
        "1:21: `latest-tag` must be one of `error`, `warning`, `info`, `off`, not a list",
    ),
    ("rules: {latest-tag: }", "1:19: `latest-tag` must be one of `error`, `warning`, `info`, `off`, but is empty"),
    ("rules:\n  latest-tag: {severity: bad}", "2:26: `bad` is not one of `error`, `warning`, `info`, `off`"),
    (
        "rules: {latest-tag: {sevrity: error}}",
        "1:22: the rule `latest-tag` has no option `sevrity` here; did you mean `severity`?",
    ),
    (
        "rules: {latest-tag: {tags: [main]}}",
        "1:22: the rule `latest-tag` has no option `tags` here; its options are: severity",
    ),
    ("rules: {mutable-tag: {tags: main}}", "1:23: the option `tags` must be a list of texts"),
    (
        "rules: {mutable-tag: {tag: [main]}}",
        "1:23: the rule `mutable-tag` has no option `tag` here; did you mean `tags`?",
    ),
    ("rules: [latest-tag]", "1:8: `rules` must be a mapping, not a list"),
    ("rules: strict", "1:8: `rules` must be a mapping, not text"),
    ("cluster: {platform: azure}", "1:21: `azure` is not one of `eks`, `gke`, `aks`, `openshift`, `generic`"),
    ("cluster: {platform: EKS}", "1:21: `EKS` is not one of `eks`, `gke`, `aks`, `openshift`, `generic`"),
    ("cluster: eks", "1:10: `cluster` must be a mapping, not text"),
    ("cluster: {runtime: crio}", "1:20: `crio` is not one of `containerd`, `cri-o`, `docker`; did you mean `cri-o`?"),
    ("cluster: {architectures: amd64}", "1:26: `architectures` must be a list, not text"),
    (
        "cluster: {architectures: [x86_64]}",
        "1:27: `x86_64` is not one of `amd64`, `arm64`, `arm`, `386`, `ppc64le`, `s390x`, `riscv64`",
    ),
    ("cluster: {plattform: eks}", "1:11: unknown key `plattform`; did you mean `platform`?"),
    ("profile: strikt", "1:10: `strikt` is not one of `default`, `strict`, `certain`; did you mean `strict`?"),
    ("profile: true", "1:10: `profile` must be one of `default`, `strict`, `certain`, not true"),
    ("registries: {ghcr.io: {auth: token}}", "1:30: `token` is not one of `secret`, `node`, `anonymous`"),
    ("registries: {ghcr.io: {reachable: maybe}}", "1:35: `reachable` must be true or false, not text"),
    ('registries: {ghcr.io: {reachable: "false"}}', "1:35: `reachable` must be true or false, not text"),
    ("registries: {ghcr.io: secret}", "1:23: `ghcr.io` must be a mapping or empty, not text"),
    ("registries: [ghcr.io]", "1:13: `registries` must be a mapping, not a list"),
    (
        'registries: {"https://ghcr.io": {auth: secret}}',
        "1:14: `https://ghcr.io` is not a registry: HOST[:PORT][/PATH], without a scheme",
    ),
    ("registries: {ghcr.io: {auth: secret, host: x}}", "1:38: unknown key `host`; known keys: auth, reachable"),
    ("allow-only-declared: yes please", "1:22: `allow-only-declared` must be true or false, not text"),
    ("allow_only_declared: true", "1:1: unknown key `allow_only_declared`; did you mean `allow-only-declared`?"),
    ("secrets: {external: [regcred]}", "1:22: `regcred` is not NAMESPACE/NAME; for any namespace use */NAME"),
    ("secrets: {external: prod/regcred}", "1:21: `external` must be a list, not text"),
    ("secrets: [prod/regcred]", "1:10: `secrets` must be a mapping, not a list"),
    ("secrets: {external: [{name: regcred}]}", "1:22: an entry of `external` must be text, not a mapping"),
    ("inventory: images.txt", "1:12: `inventory` must be a list, not text"),
    ("inventory: [absent.txt]", "1:13: `absent.txt` does not exist"),
    ("inventory-complete: 1", "1:21: `inventory-complete` must be true or false, not text"),
    ("knowledge: [absent.yaml]", "1:13: `absent.yaml` does not exist"),
    ("exclude: vendor", "1:10: `exclude` must be a list, not text"),
    ('exclude: ["!"]', "1:11: `!` is not a valid .gitignore pattern"),
    ('exclude: ["[z-a]"]', "1:11: `[z-a]` is not a valid .gitignore pattern"),
    ("exclude: [[vendor]]", "1:11: an entry of `exclude` must be text, not a list"),
    ("overrides: {dev: {}}", "1:12: `overrides` must be a list, not a mapping"),
    ("overrides: [{paths: [a]}]", "1:13: the key `rules` is missing"),
    ("overrides: [{paths: a, rules: {}}]", "1:21: `paths` must be a list, not text"),
    ("overrides: [{path: [a], rules: {}}]", "1:14: unknown key `path`; did you mean `paths`?"),
    (
        "overrides: [{paths: [a], rules: {x: off}}]",
        "1:34: there is no rule `x`; run `imagelint rules` to list all rules",
    ),
    (
        "overrides: [{paths: [a], rules: {mutable-tag: {tags: [a]}}}]",
        "1:48: the rule `mutable-tag` has no option `tags` here; its options are: severity",
    ),
    ("ignore: [latest-tag]", "1:10: an entry of `ignore` must be a mapping, not text"),
    ("ignore: [{rule: dead-image}]", "1:10: the key `reason` is missing"),
    ("ignore: [{rule: dead, reason: x}]", "1:11: there is no rule `dead`; run `imagelint rules` to list all rules"),
    ("ignore: [{rule: dead-image, reason: x, expires: 31.12.2026}]", "1:49: `31.12.2026` is not a date (YYYY-MM-DD)"),
    ("ignore: [{rule: dead-image, reason: x, expires: 2026-02-30}]", "1:40: 2026-02-30 is not a valid date"),
    ("ignore: [{rule: dead-image, reason: x, expires: tomorrow}]", "1:49: `tomorrow` is not a date (YYYY-MM-DD)"),
    (
        "ignore: [{rule: dead-image, reason: x, line: 1}]",
        "1:40: unknown key `line`; known keys: container, expires, image, kind, name, namespace, path, reason, rule",
    ),
    ("ignore: [{rule: dead-image, reason: x, images: a}]", "1:40: unknown key `images`; did you mean `image`?"),
    ("ignore: [{rule: dead-image, reason: ''}]", "1:37: `reason` must not be empty"),
    ("ignore: [{rule: dead-image, reason: }]", "1:35: `reason` must be text, but is empty"),
    ("ignore: [{rule: [a, b], reason: x}]", "1:17: `rule` must be text, not a list"),
    ("ignore: [{reason: x, image: a}]", "1:10: the key `rule` is missing"),
    ("namespace: ''", "1:12: `namespace` must not be empty"),
    ("namespace: [a]", "1:12: `namespace` must be text, not a list"),
    ("namespace: Prod", "1:12: `Prod` is not a namespace: at most 63 of a-z, 0-9 and `-`"),
    ("extends: absent.yaml", "1:1: `absent.yaml` does not exist, so it cannot be extended"),
    ("extends: {a: b}", "1:10: `extends` must be text or a list, not a mapping"),
    ("extends: [here.yaml]", "1:11: `here.yaml` extends this file in turn"),
    ("extends: ['']", "1:11: an entry of `extends` must not be empty"),
    ("custom-rules: {name: a}", "1:15: `custom-rules` must be a list, not a mapping"),
    (
        "custom-rules: [{name: A b, message: x, schema: {}}]",
        "1:23: `A b` is not a rule name: use lower-case words, separated by `-`",
    ),
    ("custom-rules: [{name: a, message: x}]", "1:16: the key `schema` is missing"),
    ("custom-rules: [{name: a, message: x, schema: []}]", "1:46: `schema` must be a mapping, not a list"),
    ("custom-rules: [{name: latest-tag, message: x, schema: {}}]", "1:17: the rule `latest-tag` already exists"),
    (
        "custom-rules: [{name: a, message: x, severity: off, schema: {}}]",
        "1:48: `off` is not one of `error`, `warning`, `info`",
    ),
    (
        "custom-rules: [{name: a, message: x, schema: {type: nothing}}]",
        "1:47: not a valid JSON Schema: 'nothing' is not valid under any of the given schemas",
    ),
    (
        'custom-rules: [{name: a, message: x, schema: {properties: {tag: {pattern: "("}}}}]',
        "1:66: not a valid JSON Schema: '(' is not a 'regex'",
    ),
    (
        'custom-rules: [{name: a, message: x, schema: {$ref: "#/$defs/b"}}]',
        "1:47: not a valid JSON Schema: it has no `#/$defs/b`",
    ),
    (
        'custom-rules: [{name: a, message: x, schema: {$ref: "https://example.com/"}}]',
        "1:47: not a valid JSON Schema: it has no `https://example.com/`",
    ),
    (
        'custom-rules: [{name: a, message: x, schema: {$ref: "#/"}}]',
        "1:47: not a valid JSON Schema: it has no `#/`",
    ),
    (
        'custom-rules: [{name: a, message: x, schema: {$ref: "#/$defs/a", $defs: {a: {$ref: "#/$defs/a"}}}}]',
        "1:38: not a valid JSON Schema: it refers to itself in a loop",
    ),
    (
        "custom-rules: [{name: a, message: x, schema: {}}, {name: a, message: y, schema: {}}]",
        "1:52: the rule `a` already exists",
    ),
    ("plugins: pack", "1:10: `plugins` must be a list, not text"),
    (
        "plugins: [absent]",
        (
            "1:1: plugins are code: pass `--allow-plugins` to run them, "
            "or `--isolated` to lint without this configuration"
        ),
    ),
    (
        "registries: {'bob:CANARY@ghcr.io': {}}",
        "1:14: `***@ghcr.io` is not a registry: HOST[:PORT][/PATH], without user and password",
    ),
    (
        "registries: {'bob:CANARY@ghcr.io': text}",
        "1:14: `***@ghcr.io` is not a registry: HOST[:PORT][/PATH], without user and password",
    ),
    (
        "registries: {'https://bob:CANARY@ghcr.io': {}}",
        "1:14: `***@ghcr.io` is not a registry: HOST[:PORT][/PATH], without a scheme",
    ),
    ("registries: {'b:PW@h': {}, 'b:PW@h': {}}", "1:28: duplicate key `***@h`; it first appears on line 1"),
    ("inventory: [../absent]", OUTSIDE.format("1:13", "../absent", "inventory")),
    ("inventory: [/etc/passwd]", OUTSIDE.format("1:13", "/etc/passwd", "inventory")),
    ("knowledge: [../..]", OUTSIDE.format("1:13", "../..", "knowledge")),
    ("extends: ../other.yaml", "1:1: `../other.yaml` leads out of the work tree"),
    ("plugins: [../pack.py]", "1:11: `../pack.py` leads out of the work tree"),
    (f"exclude: {'[' * 100}{']' * 100}", "1:73: nested deeper than 64 levels"),
    (schema_rule("{minLength: ²}"), "1:47: not a valid JSON Schema: '²' is not of type 'integer'"),
    (
        schema_rule(f"{{minLength: {'9' * 5000}}}"),
        f"1:47: not a valid JSON Schema: '{'9' * 119}…",
    ),
    (schema_rule('{$dynamicRef: "#meta"}'), "1:47: not a valid JSON Schema: it has no `#meta`"),
    (schema_rule('{$ref: "#/x", x: {type: nothing}}'), "1:47: not a valid JSON Schema: the target is not a schema"),
    (schema_rule('{$ref: "#/x", x: 3}'), "1:47: not a valid JSON Schema: the target is not a schema"),
    (schema_rule('{not: {$ref: "#"}}'), "1:38: not a valid JSON Schema: it refers to itself in a loop"),
    (
        schema_rule('{properties: {digest: {$ref: "#/$defs/a"}}, $defs: {a: {anyOf: [{$ref: "#/$defs/a"}]}}}'),
        "1:38: not a valid JSON Schema: it refers to itself in a loop",
    ),
    (schema_rule(DOUBLING), "1:38: not a valid JSON Schema: it takes more than 10,000 steps per image"),
    (
        schema_rule('{properties: {tag: {pattern: "^(?!v0)"}}}'),
        (
            "1:66: not a valid JSON Schema: '^(?!v0)' is not a 'regex'; "
            "lookaround, backreferences and very large repetitions are not supported"
        ),
    ),
    (
        schema_rule('{patternProperties: {"((a{1,999}){1,999}){1,999}": {}}}'),
        (
            "1:67: not a valid JSON Schema: '((a{1,999}){1,999}){1,999}' is not a 'regex'; "
            "lookaround, backreferences and very large repetitions are not supported"
        ),
    ),
    ("rules: {}\nrules: {latest-tag: off}", "2:1: duplicate key `rules`; it first appears on line 1"),
    ("rules:\n  latest-tag: off\n  latest-tag: error", "3:3: duplicate key `latest-tag`; it first appears on line 2"),
    (
        "rules:\n\tlatest-tag: off",
        "2:1: found character '\\t' that cannot start any token; YAML is indented with spaces",
    ),
    ("rules: {latest-tag: error", "1:26: expected ',' or '}', but got '<stream end>'"),
    ("rules: {latest-tag: *x}", "1:21: undefined alias `x`; quote text that begins with `*`"),
    ("rules: latest-tag: off", "1:18: mapping values are not allowed here"),
    ("? [a]\n: b", "1:3: a key must be text"),
    ("rules: {}\n---\nrules: {}", "3:1: the file has a second document; it must be a single document"),
    ("exclude: [vendor/**, **/x]", "1:22: undefined alias `*/x`; quote text that begins with `*`"),
]
TABLE = "[tool.imagelint]\n"
WRONG_TOML = [
    (TABLE + "rulez = {}", "2:1: unknown key `rulez`; did you mean `rules`?"),
    (TABLE + 'exclude = "vendor"', "2:11: `exclude` must be a list, not text"),
    (TABLE + 'exclude = [\n  "a",\n  [],\n]', "4:3: an entry of `exclude` must be text, not a list"),
    (TABLE + 'allow-only-declared = "true"', "2:23: `allow-only-declared` must be true or false, not text"),
    (
        TABLE + "rules.latest-tag = false",
        "2:20: `latest-tag` must be one of `error`, `warning`, `info`, `off`, not false",
    ),
    (TABLE + 'rules = {latest-tagg = "off"}', "2:10: there is no rule `latest-tagg`; did you mean `latest-tag`?"),
    (
        '[tool.imagelint.rules]\n"latest-tagg" = "off"',
        "2:1: there is no rule `latest-tagg`; did you mean `latest-tag`?",
    ),
    (
        (
            '[[tool.imagelint.ignore]]\nrule = "dead-image"\nreason = "x"\n\n'
            '[[tool.imagelint.ignore]]\nrule = "dead"\nreason = "x"'
        ),
        "6:1: there is no rule `dead`; run `imagelint rules` to list all rules",
    ),
    ('[[tool.imagelint.ignore]]\nrule = "dead-image"', "1:18: the key `reason` is missing"),
    (
        '[tool.imagelint.registries."https://ghcr.io"]',
        "1:28: `https://ghcr.io` is not a registry: HOST[:PORT][/PATH], without a scheme",
    ),
    (
        '# é\n[tool.imagelint]\nnamespace = """\nProd"""',
        "3:13: `Prod` is not a namespace: at most 63 of a-z, 0-9 and `-`",
    ),
    (
        '[tool]\nimagelint.cluster.platform = "azure"',
        "2:30: `azure` is not one of `eks`, `gke`, `aks`, `openshift`, `generic`",
    ),
    (
        '# é\n[tool.imagelint]\nnamespace = """\nProd"""',
        "3:13: `Prod` is not a namespace: at most 63 of a-z, 0-9 and `-`",
    ),
    (TABLE + "rules = {}\nrules = {}", "3:11: Cannot overwrite a value"),
    (TABLE + "exclude = [", "2:12: Invalid value"),
    ("[project]\nname = 'a'", "1:1: the table `[tool.imagelint]` is missing"),
]


def complaint(path: Path) -> str:
    with pytest.raises(InvalidFileError) as caught:
        load_configuration(str(path), RULES)
    return str(caught.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(("text", "message"), WRONG_YAML)
def test_wrong_yaml(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "here.yaml"
    path.write_text(text, encoding="utf-8")
    assert complaint(path) == message


@pytest.mark.parametrize(("text", "message"), WRONG_TOML)
def test_wrong_toml(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    assert complaint(path) == message


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}", "rules:\nignore:\n", "registries: {ghcr.io: }"])
def test_a_file_may_say_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "here.yaml"
    path.write_text(text, encoding="utf-8")
    assert load_configuration(str(path), RULES).selection.rules == {}


def test_files_that_extend_each_other(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yaml").write_text(f"extends: [{base}.yaml]", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        load_configuration(str(tmp_path / "a.yaml"), RULES)
    assert str(caught.value) == f"{tmp_path}/c.yaml:1:11: `a.yaml` extends this file in turn"


def test_a_mistake_in_an_extended_file_is_reported_there(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("profile: strict\nrules: {latest: off}", encoding="utf-8")
    (tmp_path / "here.yaml").write_text("extends: base.yaml", encoding="utf-8")
    with pytest.raises(InvalidFileError, match=r"base\.yaml:2:9: there is no rule `latest`"):
        load_configuration(str(tmp_path / "here.yaml"), RULES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, " cannot be read: is a directory"),
        (".imagelint.yaml", " cannot be read: too many levels of symbolic links"),
        ("absent", " cannot be read: no such file or directory"),
        (b"a: \xff", "1:4: not UTF-8: invalid start byte"),
        (b"a: 1\nb: \0", "2:4: binary, not text: holds a NUL"),
    ],
    ids=["folder", "loop", "dangling", "not UTF-8", "binary"],
)
def test_what_cannot_be_read_is_exit_2(tmp_path: Path, content: bytes | str | None, message: str) -> None:
    path = tmp_path / ".imagelint.yaml"
    if content is None:
        path.mkdir()
    elif isinstance(content, str):
        path.symlink_to(content)
    else:
        path.write_bytes(content)
    (tmp_path / "pod.yaml").write_text("", encoding="utf-8")
    done = imagelint("pod.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: .imagelint.yaml:{message}\n")


KNOWN = 'images:\n- {match: "docker.io/acme/%s", status: moved, source: "https://example.com/a", evidence: files,\n'


@pytest.mark.parametrize(
    ("match", "replacement", "is_right"),
    [
        ("*", "ghcr.io/acme/*", True),
        ("*", "ghcr.io/acme/web", True),
        ("*-server", "ghcr.io/acme/*-server", True),
        ("**", "ghcr.io/acme/*", False),
        ("web", "ghcr.io/acme/*", False),
        ("*", "ghcr.io/**/x", False),
    ],
)
def test_a_replacement_uses_the_wildcards_of_its_match(
    tmp_path: Path, match: str, replacement: str, is_right: bool
) -> None:
    (tmp_path / "known.yaml").write_text(f'{KNOWN % match}   replacement: "{replacement}"}}\n')
    done = imagelint("knowledge", "--knowledge", "known.yaml", "docker.io/acme/web:1", cwd=tmp_path)
    assert (done.returncode == 0) is is_right, done.stderr
    wrong = f"known.yaml:3:4: `replacement` needs the wildcards of `match: docker.io/acme/{match}`, in the same order"
    assert (wrong in done.stderr) is not is_right
