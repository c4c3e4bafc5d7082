"""Parsed sources and what was derived from them → the site."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.model import layouts, questions
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.publish.bundle import Dump
from ecoop_ld.releases import history
from ecoop_ld.site.kinds import PAGE_KINDS, check_views
from ecoop_ld.site.site import Content, Site
from ecoop_ld.sources import files


def load_site(
    config: Config, loaded: files.Sources, derived: tuple[ox.Quad, ...], downloads: Iterable[Dump] = ()
) -> Site:
    """The site with all its resources; the queries of [views] are asked for that."""
    check_views(config)
    config = config.with_prefixes(loaded.prefixes)
    shapes = tuple(quad for file in loaded.shapes for quad in file.quads)
    dataset = Dataset(config, loaded.quads, derived)
    content = Content(dataset, layouts.read(shapes), questions.load(config), shapes, history.load(config))
    resources = {one.path: one for row in PAGE_KINDS.values() for one in row.resources(content)}
    return Site(content, resources, tuple(downloads))
