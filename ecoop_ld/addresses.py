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
from urllib.parse import quote

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import HTML, Format

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\Z")
_TYPE = re.compile(r"[a-z][a-z0-9-]{0,49}\Z")
_RESERVED = frozenset({"con", "prn", "aux", "nul", "index", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))})
"""Names that Windows or a static host treat as something else."""
_CONTINUED = re.compile(r"\.links-\d+\Z")
_OTHER = "other"
"""The type word of IRIs that have no ``{type}/{slug}`` of their own."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the things of one project are found."""

    config: Config

    # --- IRIs → paths -------------------------------------------------------------------------------------------

    def has_page(self, iri: str) -> bool:
        """Whether the build makes a page for this IRI: things, and what ``addresses.pages_for`` names.

        An IRI with a fragment is told on the page of the IRI before it.
        """
        if "#" in iri and iri.startswith(self.config.base):
            return False
        return iri.startswith((self.config.base + "id/", *self.config.addresses.pages_for))

    def document(self, iri: str) -> str:
        """Path of the document about a thing: ``…/id/org/lacnic`` → ``doc/org/lacnic``.

        An IRI without a well-formed ``{type}/{slug}`` gets a safe name that ends in twelve digits of its SHA-256,
        so that no IRI text ever reaches the file system.
        """
        kind, slash, slug = iri.removeprefix(self.config.base + "id/").partition("/")
        if slash and iri.startswith(self.config.base + "id/") and _is_plain(kind, slug):
            return f"doc/{kind}/{slug}"
        digest = hashlib.sha256(iri.encode()).hexdigest()[:12]
        return f"doc/{_OTHER}/{_safe_words(iri)}-{digest}"

    def page(self, iri: str) -> tuple[str, str] | None:
        """Path and fragment of the page that shows an IRI, or ``None`` where this site has none."""
        vocabulary = self.config.vocabulary_iri
        if iri == vocabulary or iri.startswith(vocabulary + "#"):
            return self.config.addresses.vocabulary, iri[len(vocabulary) + 1 :]
        if self.has_page(iri):
            return self.document(iri), ""
        whole, hash_sign, _ = iri.partition("#")
        if hash_sign and self.has_page(whole):
            return self.document(whole), ""
        return None

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
        path = iri.removeprefix(self.config.base)
        return path if self.document(iri) == "doc/" + path.removeprefix("id/") else ""

    def document_iri(self, iri: str) -> str:
        """IRI of the document about a thing."""
        return self.config.base + self.document(iri)

    def graph_slug(self, graph: str) -> str:
        """Name of a named graph in ``dumps/``: ``…/graph/source/echeberria-2008`` → ``source-echeberria-2008``."""
        path = graph.removeprefix(self.config.base + "graph/")
        return re.sub(r"[^a-z0-9-]+", "-", path.lower()).strip("-")

    def graph_iri(self, path: str) -> str:
        return self.config.base + path

    def skolem(self, file: str, number: int) -> str:
        """IRI for the n-th blank node of a file (RDF 1.1 Concepts §3.5)."""
        return f"{self.config.base}.well-known/genid/{_safe_words(file)}-{number}"

    # --- paths → files and links ---------------------------------------------------------------------------------

    def file(self, path: str, row: Format, language: str = "") -> str:
        """File of a representation: ``doc/org/lacnic`` + Turtle → ``doc/org/lacnic.ttl``; HTML has one per language."""
        if row is HTML and language and language != self.config.languages[0]:
            return f"{path}.{language}.html"
        return f"{path}.{row.extension}"

    def check_unique(self, iris: Iterable[str]) -> None:
        """Raise where two things map to one file, on any file system (case-folded, NFC)."""
        seen: dict[str, str] = {}
        for iri in iris:
            path = unicodedata.normalize("NFC", self.document(iri)).casefold()
            other = seen.setdefault(path, iri)
            if other != iri:
                raise UserError(
                    f"Two entities map to one page: <{other}> and <{iri}> both give {path}.html.",
                    hint="Give one of them another slug.",
                )


def relative(here: str, there: str) -> str:
    """Link from the page ``here`` to the file ``there``, both relative to the site's root: up to it, then down."""
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
