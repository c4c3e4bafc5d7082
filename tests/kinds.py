"""One page of each kind of page of the flagship site: what the browser tests and the screenshots visit."""

from __future__ import annotations

PAGES = {
    "front": "index",
    "explore": "browse",
    "names": "search",
    "quality": "quality",
    "coverage": "coverage",
    "sources": "sources",
    "matrix": "stakeholders",
    "timeline": "timeline",
    "network": "network",
    "map": "places",
    "compare": "compare",
    "obligations": "obligations",
    "positions": "positions",
    "followup": "followup",
    "names of a scheme": "concepts/role-433d97da3401/az-1",
    "reports": "progress",
    "report": "progress/org/lacnic",
    "reader": "reader",
    "facet": "roles",
    "years": "years",
    "vocabulary": "ns",
    "questions": "queries/index",
    "question": "queries/cq01",
    "editor": "sparql/index",
    "limits": "sparql/limits",
    "download": "download",
    "catalogue": "catalog",
    "listing": "class/event",
    "organisation": "doc/org/lacnic",
    "claim": "doc/claim/f015",
    "provision": "doc/provision/tunis-agenda-71",
}
"""Kind of page → the path of one of them."""

LANGUAGES = {"en": ".html", "es": ".es.html", "pt": ".pt.html"}
"""Language → what the files of its pages end in."""

WIDTHS = (360, 768, 1440)
"""A phone, a tablet, a desk."""
