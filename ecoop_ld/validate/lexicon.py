"""What the project's sources define and describe → a verdict on any IRI that something of the project uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyoxigraph as ox

from ecoop_ld.addresses import PAGES, Addresses
from ecoop_ld.config import Config
from ecoop_ld.config.settings import terms_of
from ecoop_ld.errors import nearest
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import iri_of
from ecoop_ld.validate import known

_TYPE, _ONTOLOGY = ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Ontology")
_VERSIONS = frozenset(OWL + w for w in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith"))
_DEPRECATED = OWL + "deprecated"
_REPLACED = "http://purl.org/dc/terms/isReplacedBy"
_ALIKE = 0.8
"""How much two local names of things have to look alike for one to be taken for the other."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with an IRI."""

    code: str
    message: str
    hint: str = ""
    meant: str = ""
    """The IRI that was meant, where one is near."""


def defined_terms(config: Config, sources: Sources) -> dict[str, set[str]]:
    """Terms of the project's vocabulary → their types, from ``ontology/``."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sources.in_folder("ontology"):
        for q in file.quads:
            if q.predicate == _TYPE and iri_of(q.subject).startswith(config.vocabulary_terms):
                found[iri_of(q.subject)].add(iri_of(q.object))
    return found


def _space(iri: str) -> str:
    """The folder of an IRI: all before its last part."""
    return re.sub(r"[^/#]*\Z", "", iri)


class Lexicon:
    """Judges each IRI once."""

    def __init__(self, config: Config, sources: Sources) -> None:
        self._config, self._sources = config, sources
        self._judged: dict[str, Verdict | None] = {}

    def judge(self, iri: str) -> Verdict | None:
        """What is wrong with an IRI, wherever it is used; ``None`` where nothing is."""
        if iri not in self._judged:
            self._judged[iri] = self._judge(iri)
        return self._judged[iri]

    def _judge(self, iri: str) -> Verdict | None:
        for one in (self._undefined, self._unknown, self._scheme, self._dangling, self._lookalike, self._deprecated):
            found = one(iri)
            if found is not None:
                return found
        return None

    def namespace(self, prefix: str) -> str:
        """What a prefix stands for in this project or by common usage; else the empty string."""
        return self._config.all_prefixes.get(prefix, "")

    def name(self, iri: str) -> str:
        return names.compact(iri, self._prefixes)

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return {**self._sources.prefixes, **self._config.all_prefixes}

    # --- terms ---

    @cached_property
    def _defined(self) -> dict[str, None]:
        """Local names in the vocabulary's namespace."""
        skipped = len(self._config.vocabulary_terms)
        return {iri[skipped:]: None for iri in defined_terms(self._config, self._sources)}

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(iri_of(q.subject) for q in self._sources.having(_TYPE.value))

    @cached_property
    def _versions(self) -> frozenset[str]:
        """IRIs of ontologies and their versions: they are no terms, though they may begin like one."""
        found = {iri_of(q.object) for q in self._sources.having(*_VERSIONS)}
        ontologies = (q for q in self._sources.having(_TYPE.value) if q.object == _ONTOLOGY)
        return frozenset(found | {iri_of(q.subject) for q in ontologies})

    def _undefined(self, iri: str) -> Verdict | None:
        namespace = self._config.vocabulary_terms
        local = iri[len(namespace) :]
        if not iri.startswith(namespace) or not local or local in self._defined or iri in self._versions:
            return None
        near = nearest(local, self._defined)
        hint = f'Did you mean "{near}"?' if near else "Define it in ontology/, or use another term."
        message = f"The ontology does not define {names.compact(iri, self._config.all_prefixes)}."
        return Verdict("undefined-term", message, hint, namespace + near if near else "")

    def _unknown(self, iri: str) -> Verdict | None:
        word, local = known.split(iri) or ("", "")
        if not word or known.is_known(word, local) or iri in self._declared:
            return None  # these sources may be that vocabulary's own, and newer
        near = nearest(local, known.terms(word))
        hint, meant = (f'Did you mean "{near}"?', iri[: -len(local)] + near) if near else ("", "")
        if word in known.STRICT:
            return Verdict("unknown-term", f"There is no {word}:{local}.", hint, meant)
        return Verdict("unfamiliar-term", f"{word}:{local} does not seem to exist.", hint, meant)

    @cached_property
    def _swapped(self) -> Mapping[str, str]:
        """Beginnings with the other of http and https → the right ones."""
        right = {*self._config.all_prefixes.values(), self._config.base}
        found = {}
        for namespace in right:
            scheme, _, rest = namespace.partition("://")
            found[("http" if scheme == "https" else "https") + "://" + rest] = namespace
        return {wrong: namespace for wrong, namespace in found.items() if wrong not in right}

    def _scheme(self, iri: str) -> Verdict | None:
        """``http://schema.org/`` and ``https://schema.org/`` are different IRIs."""
        if not iri.startswith(tuple(self._swapped)):
            return None
        wrong = max((w for w in self._swapped if iri.startswith(w)), key=len)
        namespace = self._swapped[wrong]
        if namespace == self._config.base and _space(namespace + iri[len(wrong) :]) not in self._spaces:
            return None  # another part of the same host, maybe
        message = f"<{iri}> begins like <{namespace}> but for http and https: they are different IRIs."
        return Verdict("namespace-scheme", message, f"Write <{namespace}…>.", namespace + iri[len(wrong) :])

    def _deprecated(self, iri: str) -> Verdict | None:
        if iri not in self._withdrawn:
            return None
        better = self._withdrawn[iri]
        hint = f"Write {', or '.join(map(self.name, better))}." if better else "Look for another term in ontology/."
        return Verdict("deprecated-term", f"{self.name(iri)} is deprecated.", hint)

    @cached_property
    def _withdrawn(self) -> dict[str, list[str]]:
        """Deprecated terms of the vocabulary → what replaces them."""
        namespaces = tuple(terms_of(iri) for iri in self._config.vocabularies)
        found: dict[str, list[str]] = {}
        for q in self._sources.having(_DEPRECATED):
            said = getattr(q.object, "value", "") in ("true", "1")
            if said and iri_of(q.subject).startswith(namespaces):
                found[iri_of(q.subject)] = []
        for q in self._sources.having(_REPLACED) if found else ():
            if iri_of(q.subject) in found and iri_of(q.object):
                found[iri_of(q.subject)].append(iri_of(q.object))
        return found

    # --- things of the project ---

    @cached_property
    def described(self) -> dict[str, None]:
        """IRIs of the project's own space that something is said of."""
        base = self._config.base
        files = (*self._sources.files, *self._sources.shapes)
        subjects = dict.fromkeys(iri_of(q.subject) for file in files for q in file.quads)
        return {iri: None for iri in subjects if iri.startswith(base)}

    @cached_property
    def _own_graphs(self) -> frozenset[str]:
        return frozenset(
            str(getattr(q.graph_name, "value", "")) for file in self._sources.files for q in file.quads[:1]
        )

    def _is_own_thing(self, iri: str) -> bool:
        """Whether an IRI should be described here: it is no page, file, graph or term."""
        base, addresses = self._config.base, Addresses(self._config)
        if not iri.startswith(base) or iri == base or iri in self._versions or addresses.is_skolem(iri):
            return False
        vocabularies = self._config.vocabularies
        if iri in vocabularies or iri in self._own_graphs or iri.startswith(tuple(v + "/" for v in vocabularies)):
            return False
        if known.split(iri) is not None:
            return False
        first, _, rest = iri[len(base) :].partition("/")
        if (first in PAGES and first != "id") or first.startswith("."):
            return False
        return "." not in iri.rpartition("/")[2] and (rest != "" or "#" in first or first not in PAGES)

    def _dangling(self, iri: str) -> Verdict | None:
        if iri in self.described or iri in self._terms or not self._is_own_thing(iri):
            return None
        space = _space(iri)
        there = {other[len(_space(other)) :]: other for other in self._spaces.get(space, ())}
        if there and self._missing[space] > len(there):
            return None  # a part of a larger set, whose things are described elsewhere
        slug = iri[len(space) :]
        if not slug:
            return None
        near = there.get(nearest(slug, there, _ALIKE), "") or self._tails.get(slug, "")
        if not near and not there:
            return None  # nothing of its kind is described here
        hint = f"Did you mean {self.name(near)}?" if near else "Check its spelling, or describe it in data/."
        message = f"Nothing is said of {self.name(iri)}: it leads to no page."
        return Verdict("dangling", message, hint, near)

    @cached_property
    def _spaces(self) -> dict[str, list[str]]:
        """Folder of IRIs → what is described in it."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.described:
            found[_space(iri)].append(iri)
        return dict(found)

    @cached_property
    def _tails(self) -> dict[str, str]:
        return {iri[len(_space(iri)) :]: iri for iri in self.described}

    @cached_property
    def _missing(self) -> Counter[str]:
        """Folder of IRIs → how many are used and not described."""
        return Counter(_space(iri) for iri in self.used if iri not in self.described)

    @cached_property
    def _terms(self) -> frozenset[str]:
        """IRIs that are used as properties, classes or datatypes: others may well define them."""
        classes = {iri_of(q.object) for q in self._sources.having(_TYPE.value)}
        return frozenset(self._sources.by_predicate.keys() | classes)

    @cached_property
    def _file_iris(self) -> frozenset[str]:
        files = (*self._sources.files, *self._sources.shapes)
        return frozenset(self._config.base + file.name for file in files)

    @cached_property
    def _folders(self) -> dict[str, None]:
        """Where relative IRIs of the files begin."""
        files = (*self._sources.files, *self._sources.shapes)
        return dict.fromkeys(self._config.base + file.name.rpartition("/")[0] + "/" for file in files)

    def relative(self, iri: str) -> Verdict | None:
        """Whether an IRI is one that somebody wrote relative to a file without saying to what."""
        folder = next((f for f in sorted(self._folders, key=len, reverse=True) if iri.startswith(f)), "")
        if not folder:
            return None
        tail = iri[len(folder) :]
        if not tail or tail.startswith("#") or iri.partition("#")[0] in self._file_iris:
            return None
        meant = next((other for other in self.used if other.endswith(f"/{tail}") and not other.startswith(folder)), "")
        hint = f"Did you mean {self.name(meant)}?" if meant else "Write the whole IRI, or a prefixed name."
        message = f"<{tail}> is a relative IRI: it stands for <{iri}>."
        return Verdict("relative-iri", message, hint, meant)

    @cached_property
    def used(self) -> dict[str, None]:
        """IRIs of the project's own space that are used anywhere in the sources."""
        base, found = self._config.base, dict[str, None]()
        for file in self._sources.files:
            for q in file.quads:
                for term in (q.subject, q.object):
                    if isinstance(term, ox.NamedNode) and term.value.startswith(base):
                        found[term.value] = None
        return found

    def _lookalike(self, iri: str) -> Verdict | None:
        """An IRI that would be a described one, were it not for a letter in the public base."""
        meant = self.under_base(iri)
        if not meant or meant not in self.described:
            return None
        message = f"<{iri}> is almost {self.name(meant)}, but does not begin with the public base."
        return Verdict("dangling", message, f"Did you mean {self.name(meant)}?", meant)

    def swaps_scheme(self, iri: str) -> bool:
        """Whether an IRI begins with the public base but for http and https."""
        scheme, _, rest = self._config.base.partition("://")
        return iri.startswith(("http" if scheme == "https" else "https") + "://" + rest)

    def is_almost_own(self, namespace: str) -> bool:
        """Whether a namespace looks like one under the public base that others use, and is not."""
        meant = self.under_base(namespace)
        return bool(meant) and any(iri.startswith(meant) for iri in self.used)

    def under_base(self, iri: str) -> str:
        """An IRI with the public base for a beginning that looks like it; ``""`` where it does not."""
        base = self._config.base
        if iri.startswith(base) or not iri.startswith("http"):
            return ""
        if self.swaps_scheme(iri):
            return base + iri.partition("://")[2][len(base.partition("://")[2]) :]
        parts = iri.split("/")
        count = base.count("/")
        if len(parts) <= count or parts[2:3] == [""]:
            return ""
        begins = "/".join(parts[:count]) + "/"
        return base + iri[len(begins) :] if _looks_like(begins, base) else ""


@lru_cache(maxsize=10_000)
def _looks_like(begins: str, base: str) -> bool:
    """Many IRIs begin alike."""
    return bool(nearest(begins, [base], 0.94))
