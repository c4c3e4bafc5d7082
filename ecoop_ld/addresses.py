"""IRI ↔ path ↔ URL: the only place that knows how identifiers become files and links.

A *path* here is relative to the root of the site, without a leading slash and without an extension: ``doc/org/lacnic``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import HTML, Format

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\Z")
_TYPE = re.compile(r"[a-z][a-z0-9-]{0,49}\Z")
_RESERVED = frozenset({"con", "prn", "aux", "nul", "index", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))})
"""Names that Windows or a static host treat as something else."""
_CONTINUED = re.compile(r"\.links-\d+\Z")
_OTHER = "other"
"""The type word of IRIs that have no ``{type}/{slug}`` of their own."""
_GENID = ".well-known/genid/"
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ELSEWHERE = "iri/"
_WEB = ("http", "https")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*\Z")
PAGES = frozenset(
    {
        *(
            "assets",
            "browse",
            "catalog",
            "changes",
            "class",
            "compare",
            "concepts",
            "doc",
            "download",
            "dumps",
            "error",
            "fragments",
            "graph",
            "id",
        ),
        *(
            "index",
            "iri",
            "linksets",
            "names",
            "oembed",
            "pagefind",
            "quality",
            "queries",
            "reconcile",
            "releases",
            "search",
            "sparql",
        ),
    }
)
"""Names at the root of the site; a vocabulary that is called so has a page elsewhere."""
HEADINGS = frozenset({"apart", "languages", "more", "readings", "references"})
"""Headings of a page about a thing that no shape gives it."""
_LONGEST = 60
_MADE = re.compile(r"-[0-9a-f]{12}\Z")
"""How made-up names end; no plain name does."""
_FOLDERS = "source|data|ontology"
_GRAPH = re.compile(rf"(?:({_FOLDERS})/([a-z0-9][a-z0-9-]*)|(?!(?:{_FOLDERS})-)([a-z0-9][a-z0-9-]*))\Z")
"""Paths of graphs that stay one-to-one when their slash becomes a hyphen."""
_TAKEN_BY_DUMPS = frozenset({"all", "stated", "tables", "index", "sha256sums", *_RESERVED})
_CAMEL = re.compile(r"(?:[A-Z][a-z0-9]+)*[A-Z][a-z0-9]*\Z")
"""Names of classes that can be told from their words in lower case."""
_WORD = re.compile(r"[A-Za-z0-9]+\Z")
_PREFIXED = re.compile(r"[A-Za-z0-9]+:[A-Za-z0-9]+\Z")
_HOST = re.compile(r"(https?)://([a-z0-9]+(?:\.[a-z0-9]+)*)/\Z")
_PLAIN_CLASSES = {
    space + local: local
    for space, locals_ in (
        (names.SKOS, "Collection Concept ConceptScheme OrderedCollection"),
        (names.FOAF, "Agent Document Group Image Person Project"),
        (names.ORG, "Membership Organization OrganizationalCollaboration OrganizationalUnit Post Role"),
        (names.PROV, "Activity Entity"),
        (names.DCTERMS, "Location"),
        (names.OWL, "AnnotationProperty Class DatatypeProperty FunctionalProperty InverseFunctionalProperty"),
        (names.OWL, "NamedIndividual ObjectProperty Ontology SymmetricProperty TransitiveProperty"),
        (names.RDF, "Statement"),
        (names.OA, "SpecificResource TextPositionSelector"),
        ("http://purl.org/vocommons/voaf#", "Vocabulary"),
    )
    for local in locals_.split()
}
"""Classes of others that have plain names; no two of them are called the same."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the things of one project are found."""

    config: Config

    # --- IRIs → paths -------------------------------------------------------------------------------------------

    def has_page(self, iri: str) -> bool:
        """Whether this site tells of an IRI where it is described: what is under the public base, and what
        ``addresses.pages_for`` names. The vocabulary has a page of its own kind, and a blank node is told where it
        hangs.
        """
        if not iri.startswith((self.config.base, *self.config.addresses.pages_for, *self.config.vocabularies)):
            return False
        return not (self._short_vocabulary(iri) or self.is_skolem(iri))

    def _short_vocabulary(self, iri: str) -> str:
        """The vocabulary, at one word under the public base, that an IRI is, or is a ``#`` term of; else ``""``."""
        whole = iri.partition("#")[0]
        word = whole.removeprefix(self.config.base)
        short = word != whole and _TYPE.match(word) and word not in PAGES
        return whole if short and whole in self.config.vocabularies else ""

    def vocabulary_path(self, vocabulary: str = "") -> str:
        """Path of the page of a vocabulary, of the first if none is named."""
        iri = vocabulary or self.config.vocabulary_iri
        return iri.removeprefix(self.config.base) if self._short_vocabulary(iri) else self.document(iri)

    def document(self, iri: str) -> str:
        """Path of the document about a thing: ``…/id/org/lacnic`` → ``doc/org/lacnic``.

        All IRIs that lead to one request have one document: those that differ in their fragment, or in how their
        characters are escaped. Where the request is not for a well-formed ``id/{type}/{slug}``, the document gets a
        safe name that ends in twenty digits of a SHA-256, so that no IRI text ever reaches the file system.
        """
        asked = request_of(iri)
        if plain := self._plain(asked):
            return f"doc/{plain}"
        digest = hashlib.sha256(asked.encode()).hexdigest()[:20]
        return f"doc/{_OTHER}/{_safe_words(asked)}-{digest}"

    def _plain(self, asked: str) -> str:
        """``org/lacnic`` of ``…/id/org/lacnic``; ``""`` for an IRI of any other shape."""
        start = self.config.base + "id/"
        kind, slash, slug = asked[len(start) :].partition("/")
        return f"{kind}/{slug}" if slash and asked.startswith(start) and _is_plain(kind, slug) else ""

    def page(self, iri: str) -> tuple[str, str] | None:
        """Path and fragment of the page that shows an IRI, or ``None`` where this site has none."""
        if self._short_vocabulary(iri):
            return iri.partition("#")[0].removeprefix(self.config.base), iri.partition("#")[2]
        return (self.document(iri), iri.partition("#")[2]) if self.has_page(iri) else None

    @staticmethod
    def continued(path: str, number: int) -> str:
        """Path of a later page of what has too many values for one: ``doc/org/lacnic.links-2``."""
        return f"{path}.links-{number}" if number > 1 else path

    @staticmethod
    def is_file(path: str) -> bool:
        """Whether a path is that of a file rather than of a page that has a file per language."""
        return "." in _CONTINUED.sub("", path.rsplit("/", 1)[-1])

    def thing_path(self, iri: str) -> str:
        """Path of the thing itself, ``id/org/lacnic``, where it is fit to be a folder of a static host; else ``""``."""
        plain = self._plain(iri)
        return f"id/{plain}" if plain else ""

    def place(self, iri: str) -> str:
        """Path and query at which this site is asked for an IRI, as the IRI writes them.

        An IRI of another base is asked for below ``iri/``, where the host of that base can lead: ``iri/https/x.org/y``.
        """
        asked = request_of(iri)
        if asked.startswith(self.config.base):
            return asked[len(self.config.base) :]
        scheme, _, rest = asked.partition(":")
        return f"{_ELSEWHERE}{scheme}/{rest.removeprefix('//') if scheme in _WEB else rest}"

    def asked_for(self, place: str) -> str:
        """The IRI that a request to this site is for: the other way round."""
        scheme, slash, rest = place.removeprefix(_ELSEWHERE).partition("/")
        if place.startswith(_ELSEWHERE) and slash and _SCHEME.match(scheme):
            return f"{scheme}:{'//' if scheme in _WEB else ''}{rest}"
        return self.config.base + place

    def document_iri(self, iri: str) -> str:
        """IRI of the document about a thing."""
        return self.config.base + self.document(iri)

    def graph_slug(self, graph: str) -> str:
        """Name of a named graph in ``dumps/``: ``…/graph/source/echeberria-2008`` → ``source-echeberria-2008``."""
        match = _GRAPH.match(graph.removeprefix(self.config.base + "graph/"))
        plain = "-".join(filter(None, match.groups())) if match and graph.startswith(self.config.base) else ""
        return _named(graph, "" if plain in _TAKEN_BY_DUMPS else plain)

    def class_slug(self, kind: str) -> str:
        """Name of the list and the table of a class: ``…/ns#EventSeries`` → ``event-series``.

        The project's own classes and well-known ones have plain names, others end in digits of a hash.
        """
        start = self.config.vocabulary_terms
        local = kind.removeprefix(start) if kind.startswith(start) else _PLAIN_CLASSES.get(kind, "")
        plain = _kebab(local) if _CAMEL.match(local) else ""
        own_like_known = kind.startswith(start) and local in _PLAIN_CLASSES.values()
        if own_like_known or plain in (*_RESERVED, "links"):
            plain = ""
        return _named(kind, plain, re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", names.local_name(kind)))

    def term_slug(self, iri: str) -> str:
        """What a property or class is called in the fragment of an IRI: ``skos:prefLabel`` → ``skos-prefLabel``."""
        name = names.compact(iri, self.config.all_prefixes)
        return _named(iri, name.replace(":", "-") if _PREFIXED.match(name) else "", name)

    def heading_slug(self, key: str) -> str:
        """Place on a page of a heading: its own word as it is, ``…/shapes#Facts`` → ``facts``."""
        if key in HEADINGS:
            return key
        local = re.split("[#/]", key)[-1]
        plain = _kebab(local) if key == f"{self.config.base}shapes#{local}" and _CAMEL.match(local) else ""
        return _named(key, "" if plain in HEADINGS else plain, names.local_name(key))

    @staticmethod
    def space_slug(space: str) -> str:
        """The same for the beginning of an address: ``http://www.wikidata.org/`` → ``http-www-wikidata-org``."""
        match = _HOST.match(space)
        return _named(space, f"{match[1]}-{match[2].replace('.', '-')}" if match else "")

    def graph_iri(self, path: str) -> str:
        return self.config.base + path

    def skolem(self, name: str) -> str:
        """IRI for a blank node (RDF 1.1 Concepts §3.5)."""
        return self.config.base + _GENID + name

    def is_skolem(self, iri: str) -> bool:
        """Whether an IRI stands for a blank node."""
        return iri.startswith(self.config.base + _GENID)

    # --- paths → files and links ---------------------------------------------------------------------------------

    def file(self, path: str, row: Format, language: str = "") -> str:
        """File of a representation: ``doc/org/lacnic`` + Turtle → ``doc/org/lacnic.ttl``; HTML has one per language."""
        if row is HTML and language and language != self.config.languages[0]:
            return f"{path}.{language}.html"
        return f"{path}.{row.extension}"

    def url(self, path: str, language: str) -> str:
        """Absolute address of a page at ``site_url``: that of its file, which every host has, or of the site itself."""
        file = self.file(path, HTML, language)
        return self.config.addresses.site_url + (quote(file, safe="/.~-_") if file != "index.html" else "")

    def public_url(self, path: str, language: str) -> str:
        """The same where others can reach it, else ``""``."""
        return self.url(path, language) if self.config.addresses.is_public else ""

    def check_unique(self, iris: Iterable[str]) -> None:
        """Raise where two requests map to one file, on any file system (case-folded, NFC)."""
        seen: dict[str, str] = {}
        for iri in iris:
            path = unicodedata.normalize("NFC", self.document(iri)).casefold()
            other = seen.setdefault(path, iri)
            if other != iri and request_of(other) != request_of(iri):
                raise UserError(
                    f"Two entities map to one page: <{other}> and <{iri}> both give {path}.html.",
                    hint="Give one of them another slug.",
                )


def _named(what: str, plain: str, words: str = "") -> str:
    """``plain``, where it can stand for nothing else; else some words and twelve digits of the SHA-256 of ``what``."""
    if plain and len(plain) <= _LONGEST and not _MADE.search(plain):
        return plain
    return f"{_safe_words(words or what)}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"


def anchor(text: str) -> str:
    """A place on a page: ``13`` → ``p13``, an IRI → its last word; more than a word ends in digits of a hash."""
    if "/" in text:
        return _named(text, "", text.rstrip("/").rpartition("/")[2])
    return _named(text, f"p{text}" if _WORD.match(text) else "", f"p{text}")


def _kebab(name: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "-", name).lower()


def request_of(iri: str) -> str:
    """What a client asks for when it looks an IRI up: without its fragment, escapes and dots as RFC 3986 §6.2.2 says.

    Two IRIs with one request cannot be told apart by any host.
    """
    asked = iri.partition("#")[0].removesuffix("?")  # servers do not tell an empty query from none
    if "%" in asked:
        asked = _ESCAPES.sub(_unescaped, asked)
    return _without_dots(asked) if "/." in asked else asked


def _unescaped(escapes: re.Match[str]) -> str:
    """Letters of any script and what RFC 3986 calls unreserved are written out; all else stays escaped."""
    text = unquote_to_bytes(escapes[0]).decode(errors="surrogateescape")
    return "".join(c if c in _UNRESERVED or "\x9f" < c < "\ud800" or c > "\udfff" else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    return quote(char, safe="", errors="surrogateescape")


def _without_dots(asked: str) -> str:
    """RFC 3986 §5.2.4, for what comes after the authority."""
    path, question, query = asked.partition("?")
    scheme, slashes, rest = path.partition("://")
    head, *parts = rest.split("/") if slashes else path.split("/")
    kept: list[str] = []
    for part in parts:
        if part == "..":
            kept[-1:] = []
        elif part != ".":
            kept.append(part)
    if parts and parts[-1] in (".", ".."):
        kept.append("")
    return (scheme + slashes if slashes else "") + "/".join([head, *kept]) + question + query


def as_uri(text: str) -> str:
    """An IRI, or a part of one, in ASCII; what is escaped stays so (RFC 3987 §3.1)."""
    return quote(text, safe="/:?#[]@!$&'()*+,;=%~", errors="surrogateescape")


def relative(here: str, there: str) -> str:
    """Link from the page ``here`` to the file ``there``, both relative to the site's root: up to it, then down.

    A ``here`` with a slash at both ends is the root's own path, for a page that is shown at any address.
    """
    if here.startswith("/"):
        return here + _quoted(there)
    return ("../" * here.count("/") or "./") + _quoted(there)


@lru_cache(maxsize=100_000)
def _quoted(path: str) -> str:
    return quote(path, safe="/.~-_#")


def absolute(base: str, path: str) -> str:
    return base + quote(path, safe="/.~-_")


def _is_plain(kind: str, slug: str) -> bool:
    return bool(_TYPE.match(kind) and SLUG.match(slug) and slug not in _RESERVED and kind not in (_OTHER, *_RESERVED))


def _safe_words(text: str) -> str:
    tail = unicodedata.normalize("NFKD", text.split("://")[-1]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", tail).strip("-")[-60:].strip("-") or "thing"
