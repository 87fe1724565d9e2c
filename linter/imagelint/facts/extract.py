"""From the text of one file to its facts. Pure: no I/O, nothing of another file."""

from __future__ import annotations

import re
from binascii import crc32
from typing import TYPE_CHECKING

from imagelint.facts.builders import (
    artifacts_of_configuration,
    artifacts_of_script,
    is_build_configuration,
    is_build_script,
)
from imagelint.facts.kinds import is_kustomization, is_values_file, may_name_images, value_source
from imagelint.facts.model import FileFacts, Problem
from imagelint.facts.object_reader import ObjectReader
from imagelint.facts.objects import heading_of_root, objects_of, refusal_of_item, refusals_of_list, resource_of
from imagelint.facts.podspecs import without_expressions
from imagelint.facts.screen import NO_HEADING, can_matter, heading_of, is_kubeadm_patch, may_be_json_patch
from imagelint.text.compose import ComposeError
from imagelint.text.kubectl import compose_manifest, explained
from imagelint.text.nodes import Mapping, Node
from imagelint.text.places import Span
from imagelint.text.split import Document, looks_json, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.json_nodes import Listing
    from imagelint.facts.model import Resource
    from imagelint.text.source import Source

# The registries of the nodes of k3s and RKE2.
_OF_K3S = ("registries.yaml", "registries.yml")
_MAY_BE_PASSWORD = rb"(?i)^\s*-|value|passw|token|key|cred|auth|arg|command"
# It begins like a mapping, and goes on as text.
_PLACEHOLDER = rb"[:-][ \t]+\{[A-Za-z_]\w*\}[^\s,}\]]"
# Without one of the first two a text suppresses nothing; with the others it may have been meant to.
_LINT, _CAPITAL_LINT = b"lint", rb"L(?:int|INT)"
_SUPPRESSES = (b"imagelint", b"image-lint", b"image_lint", b"IMAGELINT", b"Imagelint", b"ImageLint", b"imageLint")
# More than one character (or its escape) of the text, as the parser quotes it; `<block end>` is its own word.
_QUOTED = r"(?s)(['\"`])(?!<[a-z ]+>\1).{3,}?\1|`.{2}`"


def extract(source: Source, *, is_strict: bool = False, has_values: bool = False) -> FileFacts:
    """The facts of a file. YAML that does not parse becomes a Problem; the other documents still count.

    Documents whose bytes show that they hold no facts are not parsed, unless `is_strict`. With `has_values` documents
    that are not objects are values of a chart, as they are in a file whose name says so.
    """
    path = source.id.path
    if is_build_script(path):
        artifacts = tuple(artifacts_of_script(path, source.data))
        return FileFacts(artifacts=artifacts, checksum=crc32(source.data), trace=source.trace)
    has_values = (has_values or is_values_file(path)) and may_name_images(source.data)
    reader = _FileReader(path, source.data, is_strict=is_strict, has_values=has_values)
    if not reader.read_json(source.data):
        for document in split(source.data):
            reader.read(document)
        reader.read_comments(source.data)
    return reader.facts(source)


def extract_objects(path: str, objects: Iterable[Mapping]) -> FileFacts:
    """The facts of objects that were built from several texts, as the kustomization at `path` deploys them."""
    reader = ObjectReader(path)
    for number, node in enumerate(objects):
        reader.read(objects_of(node, number))
    return reader.facts()


class _FileReader:
    def __init__(self, path: str, data: bytes, *, is_strict: bool, has_values: bool) -> None:
        self._path = path
        self._has_suppressions = has_suppressions = _has_suppressions(data)
        self._objects = ObjectReader(path, has_suppressions=has_suppressions)
        self._is_kustomization = is_kustomization(path)
        self._is_build_configuration = is_build_configuration(path)
        self._has_values = has_values
        # Of the tool that the file is for, where that deploys charts.
        self._value_source = value_source(path.rpartition("/")[2])
        is_read_by_tool = self._is_kustomization or self._is_build_configuration or self._value_source is not None
        # The nodes around a comment distinguish it from text.
        self._is_kubeadm_patch = is_kubeadm_patch(path)
        self._sets_up_nodes = b"mirrors:" in data and (b"machine:" in data or path.endswith(_OF_K3S))
        is_other = is_read_by_tool or self._is_kubeadm_patch or self._sets_up_nodes
        self._parses_all = is_strict or has_suppressions or has_values or is_other
        # Kept only if comments have to be distinguished from text.
        self._roots: list[Node] = []
        # Helm and Ansible both keep in `templates` what they render; a chart's own are not even read on a walk.
        self._is_in_templates = "templates" in path.split("/")[:-1]

    def read_comments(self, data: bytes) -> None:
        if self._has_suppressions:
            from imagelint.facts.suppressions import in_comments

            self._objects.suppressions.extend(in_comments(data, self._roots))

    def facts(self, source: Source) -> FileFacts:
        if self._is_kustomization and self._objects.kustomization is None:
            from imagelint.facts.kustomization import empty_kustomization

            self._objects.kustomization = empty_kustomization(source.data)
        return self._objects.facts(checksum=crc32(source.data), trace=source.trace)

    def read(self, document: Document) -> None:
        if document.rendered_from is not None:
            self._objects.templates.add(document.rendered_from)
        if not self._parses_all:
            heading = heading_of(document.data)
            if not (can_matter(document.data, heading) or (heading is None and may_be_json_patch(document.data))):
                self._objects.count(heading)
                return
        if self._is_in_templates and document.is_template_source:
            self._objects.templated = True
            return
        if document.refusal and document.looks_kubernetes and not document.looks_templated:
            line = document.refusal.line
            self._objects.problems.append(Problem(document.refusal.message, Span(line, 1, line, 2), document.number))
        try:
            root = compose_manifest(document.data, start=document.start, needs_reason=False)
        except ComposeError as refusal:
            root = self._refused(document, refusal)
        if self._has_suppressions and root is not None:
            self._roots.append(root)
        if isinstance(root, Mapping):
            self._read_root(root, document)
        elif root is not None:
            from imagelint.facts.bare_patches import json_patch

            self._objects.pods.extend(json_patch(root, self._path, document.number))

    def _refused(self, document: Document, refusal: ComposeError) -> Node | None:
        """The root node that was meant, if that is clear."""
        if document.looks_templated:  # what its source is refused for is not shown
            self._objects.templated = True
            return refusal.meant
        error = explained(refusal, document.data, document.start)
        if self._is_kustomization or self._has_values or document.looks_kubernetes:
            self._tell(document, error)
        return error.meant

    def _tell(self, document: Document, error: ComposeError) -> None:
        place = Span(error.line, error.column, error.line, error.column + 1)
        # Passwords begin with `*` or `!` at times, also in the environment of a container.
        line = document.line(error.line)
        is_quoted = not (document.may_be_secret or re.search(_MAY_BE_PASSWORD, line))
        message = error.message if is_quoted else re.sub(_QUOTED, "…", error.message)
        self._objects.problems.append(Problem(message, place, document.number, bool(re.search(_PLACEHOLDER, line))))
        if document.may_be_secret:
            self._objects.hidden.append(Span(*document.start, error.line + 1, 1))

    def _read_root(self, root: Mapping, document: Document) -> None:
        if self._is_kustomization:
            from imagelint.facts.kustomization import hidden_literals, kustomization_of

            self._objects.kustomization = kustomization_of(root, document.data)
            self._objects.hidden.extend(hidden_literals(root))
            return
        if self._sets_up_nodes:
            from imagelint.facts.development_clusters import mirrors_of_k3s

            self._objects.node_registries.extend(mirrors_of_k3s(root))
        if self._is_build_configuration:
            self._objects.artifacts.extend(artifacts_of_configuration(self._path, root))
        if (self._has_values or self._value_source) and resource_of(root, document.number) is None:
            self._objects.read_values(root, None, self._value_source, document)
            return
        self._refuse_list(root, document)
        read = len(self._objects.pods)
        self._read_objects(root, objects_of(root, document.number, rendered_from=document.rendered_from), document)
        self._read_patch(root, document)
        if document.is_go_template:
            self._objects.templated = True
            self._objects.pods[read:] = map(without_expressions, self._objects.pods[read:])

    def _read_objects(self, root: Mapping, objects: Iterable[tuple[Mapping, Resource]], document: Document) -> None:
        """Read the objects of a document; a template that holds them may say more of all of them."""
        read = len(self._objects.pods)
        heading = heading_of_root(root)
        self._objects.see_platform(heading)
        self._objects.read(objects, document)
        if heading.kind == "TriggerTemplate":
            from imagelint.facts.tekton import with_parameters

            self._objects.pods[read:] = with_parameters(root, self._objects.pods[read:])

    def _read_patch(self, root: Mapping, document: Document) -> None:
        if self._is_kubeadm_patch:
            from imagelint.facts.bare_patches import bare_patch

            self._objects.read(bare_patch(root, self._path, document.number), document)

    def read_json(self, data: bytes) -> bool:
        """Read a file that begins with JSON, the items of a list one by one; False if it does not."""
        if self._is_kustomization or self._has_values or self._value_source or not looks_json(data):
            return False
        from imagelint.facts.json_nodes import document_starts, json_stream

        text = data.decode()
        try:
            stream = json_stream(text)
        except ComposeError as error:
            place = Span(error.line, error.column, error.line, error.column + 1)
            self._objects.problems.append(Problem(error.message, place, None))
            return True
        for listing in stream.listings:
            self._read_listing(text, listing)
        if stream.rest == len(text):
            return True
        start = next(document_starts(text, [stream.rest]))
        if stream.refusal and stream.listings:
            message = f"kubectl refuses the file here: {stream.refusal}"
            self._objects.problems.append(Problem(message, Span(*start, start.line, start.column + 1), None))
        for document in split(text[stream.rest :].encode(), start=start):
            self.read(document)
        self.read_comments(data)
        return True

    def _read_listing(self, text: str, listing: Listing) -> None:
        from imagelint.facts.json_nodes import compose_json, document_starts

        starts = document_starts(text, [part.start for part in listing.objects])
        for part, start in zip(listing.objects, starts, strict=True):
            heading = listing.of_items if part.heading == NO_HEADING else part.heading
            document = Document(0, start, text[part.start : part.end].encode())
            is_object = text[part.start] == "{"
            if is_object and not self._parses_all and not can_matter(document.data, heading):
                self._objects.count(heading)
                continue
            try:
                root = compose_json(text, part, start)
            except ComposeError as error:
                self._tell(document, error)
                continue
            self._refuse_list(root, document, listing)
            if isinstance(root, Mapping):
                self._read_objects(root, objects_of(root, 0, listed=listing.of_items), document)
                self._read_patch(root, document)

    def _refuse_list(self, root: Node, document: Document, listing: Listing | None = None) -> None:
        """Report why kubectl does not read a list, or an item of one; `listing` is the JSON that it is a part of."""
        reason = refusal_of_item(root) if listing is not None and listing.of_items != NO_HEADING else None
        refusals = refusals_of_list(root, is_json=listing is not None)
        for node, problem in [(root, reason)] if reason is not None else refusals:
            self._objects.problems.append(Problem(f"kubectl refuses this: {problem}", node.span, document.number))


def _has_suppressions(data: bytes) -> bool:
    # Most texts have neither of the two: the others are searched for in few.
    has_lint = _LINT in data or (b"L" in data and re.search(_CAPITAL_LINT, data) is not None)
    return has_lint and any(map(data.__contains__, _SUPPRESSES))
