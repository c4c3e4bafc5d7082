"""Triple → what stands behind it: the claims that support it with their paragraphs, an editor, or a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ecoop_ld.config import Config
from ecoop_ld.model.dataset import Dataset, Fact, Term
from ecoop_ld.model.naming import Link, Naming, Text
from ecoop_ld.model.remembered import remembered


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind a statement: a claim with its paragraph, an editor, or a rule."""

    kind: str
    """``claim``, ``opinion``, ``inferred``, ``quoted``, ``editorial`` or ``derived``."""
    locator: str = ""
    """Paragraph, as printed."""
    claim: Link | None = None
    claimant: Link | None = None
    kind_label: Text | None = None
    document: Link | None = None


@dataclass(frozen=True)
class Evidence:
    """Finds the sources of statements, by the properties that ``[provenance]`` names."""

    naming: Naming

    @property
    def dataset(self) -> Dataset:
        return self.naming.dataset

    @property
    def config(self) -> Config:
        return self.naming.config

    @cached_property
    def unfold(self) -> frozenset[str]:
        return frozenset(self.config.iris(self.config.pages.unfold))

    @cached_property
    def plumbing(self) -> frozenset[str]:
        return frozenset(self.config.iris(self.config.pages.plumbing))

    @cached_property
    def words(self) -> dict[str, str]:
        p = self.config.provenance
        words = ("supports", "claimant", "quoted_from", "kind", "text", "passage", "locator", "document", "source")
        return {word: self.config.iri(getattr(p, word)) if getattr(p, word) else "\0" for word in words}

    def said(self, subject: str, predicate: str, value: Term) -> tuple[tuple[Source, ...], tuple[str, ...]]:
        """What stands behind a triple, and the graphs it stands in; nothing where the data does not state it."""
        for fact in self.dataset.outgoing(subject).get(predicate, ()):
            if fact.object == value:
                return self.sources(fact), fact.graphs
        return (), ()

    def backing(self, node: str) -> tuple[Source, ...]:
        """What stands behind a node: itself where it is a claim, the claims that support it, or the editors."""
        if self.dataset.objects(node, self.words["text"]):
            return (self.claim_source(node),)
        return self.claims(node) or tuple(self._editorial(node))

    @remembered
    def claims(self, node: str) -> tuple[Source, ...]:
        """Claims that support a node, in the order of their numbers."""
        return tuple(map(self.claim_source, sorted(self.dataset.into(node, self.words["supports"]))))

    def sources(self, fact: Fact) -> tuple[Source, ...]:
        """The claims behind a triple; where there are none, an editor or a rule. Never somebody else's claim.

        A project that keeps no claims has nothing to tell apart: there, what no document backs is just stated.
        """
        if self._is_evidence(fact.subject):
            return ()
        statements = self.dataset.statements.get((fact.subject, fact.predicate, fact.object), ())
        found = [source for node in statements for source in self.claims(node)]
        found += [s for node in statements for s in self._editorial(node)]
        if not found and self.dataset.is_a(fact.subject, self.unfold):  # a triple of an n-ary node rides with the node
            found = [*self.claims(fact.subject)]
        if not found and fact.graphs == (self.dataset.derived_graph,):
            return (Source("derived"),)
        return once(found) or ((Source("editorial"),) if self.config.provenance.supports else ())

    @remembered
    def _is_evidence(self, iri: str) -> bool:
        """Whether a thing is a record of who said what: nobody stands behind its own properties but the record."""
        evidence = self.words
        return self.dataset.is_a(iri, self.plumbing) or bool(self.dataset.objects(iri, evidence["text"]))

    def _editorial(self, node: str) -> list[Source]:
        return [
            Source("editorial", claim=self.naming.link(node), document=self.naming.link(document))
            for document in self.dataset.iris(node, self.words["source"])
        ]

    @remembered
    def claim_source(self, claim: str) -> Source:
        evidence = self.words
        passage = next(iter(self.dataset.iris(claim, evidence["passage"])), "")
        locator = self.dataset.text(passage, (evidence["locator"],), "") if passage else None
        kind = next(iter(self.dataset.iris(claim, evidence["kind"])), "")
        who = next(iter(self.dataset.iris(claim, evidence["claimant"])), "")
        quoted = next(iter(self.dataset.iris(claim, evidence["quoted_from"])), "")
        documents = self.dataset.iris(passage, evidence["document"]) or self.dataset.iris(claim, evidence["source"])
        return Source(
            kind=self._source_kind(kind, quoted),
            locator=f"{self.config.provenance.locator_sign}{locator.value}" if locator is not None else "",
            claim=self.naming.link(claim),
            claimant=self.naming.link(who or quoted) if who or quoted else None,
            kind_label=self.naming.label(kind) if kind else None,
            document=self.naming.link(documents[0]) if documents else None,
        )

    def _source_kind(self, kind: str, quoted: str) -> str:
        provenance = self.config.provenance
        if kind in self.config.iris(provenance.inferred_kinds):
            return "inferred"
        if kind in self.config.iris(provenance.opinion_kinds):
            return "opinion"
        return "quoted" if quoted else "claim"


def once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """One chip per paragraph and kind: three sentences of one paragraph are one place to look."""
    return tuple({(s.kind, s.locator, s.document): s for s in reversed(list(sources))}.values())[::-1]
