"""Settings → a :class:`~ecoop_ld.errors.UserError` where a value has the right type and is wrong all the same."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, cast

from ecoop_ld.config.catalogs import faults
from ecoop_ld.config.settings import Config
from ecoop_ld.config.tables import FILE
from ecoop_ld.errors import Place, Severity, UserError, did_you_mean
from ecoop_ld.rdf.formats import RDF_FORMATS


def check(config: Config) -> None:
    """What types cannot say."""
    for key, value in (("public_base", config.base), ("site_url", config.addresses.site_url)):
        if not re.match(r"https?://[^\s<>\"{}|\\^`?#]+/\Z", value):
            raise UserError(
                f'"addresses.{key}" must be an http(s) address that ends in "/", not "{value}".', place=Place(FILE)
            )
    for language in config.languages:
        if not re.match(r"[a-z]{2,3}\Z", language):
            raise UserError(f'"{language}" in "project.languages" is no language code such as "en".', place=Place(FILE))
    if not config.languages:
        raise UserError('"project.languages" is empty.', place=Place(FILE), hint='Write at least languages = ["en"].')
    if config.languages[0] not in config.project.title:
        raise UserError(f'"project.title.{config.languages[0]}" is missing.', place=Place(FILE))
    for word in (config.addresses.vocabulary, *config.addresses.vocabularies):
        if not re.match(r"(?:https?://)?[^\s<>\"{}|\\^`?#/:][^\s<>\"{}|\\^`?#]*#?\Z", word):
            raise UserError(
                f'"{word}" is no vocabulary: "addresses.vocabulary" is a path under the public base, such as "ns", '
                "or a whole IRI.",
                place=Place(FILE),
            )
    for code, severity in config.lint.items():
        if severity not in ("off", *(s.label for s in Severity)):
            raise UserError(
                f'"lint.{code}" must be violation, warning, note or off, not "{severity}".', place=Place(FILE)
            )
    for path in config.graphs.values():
        if not re.match(r"graph(/[a-z0-9][a-z0-9-]*)+\Z", path) or path == "graph/derived":
            raise UserError(
                f'"{path}" in [graphs] is no path of a named graph.',
                place=Place(FILE),
                hint='Write "graph/" and lower-case words: "graph/source/report-2020". "graph/derived" is taken.',
            )
    for address in config.services.endpoints:
        if not re.match(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/[\w.~!$&'()*+,;=:@%/-]*\Z", address):
            raise UserError(
                f'"{address}" in "services.endpoints" is no address of an endpoint.',
                place=Place(FILE),
                hint='Write it like "https://query.example.org/sparql": no user, no "?" and no "#".',
            )
    known = [row.name for row in RDF_FORMATS]
    for name in config.build.formats:
        if name not in known:
            raise UserError(
                f'"{name}" in "build.formats" is no format of data.',
                place=Place(FILE),
                hint=did_you_mean(name, known) or f"Known: {', '.join(known)}.",
            )
    for address in config.pages.pictures:
        if not re.match(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?/(?:[\w.~%/-]*/)?\Z", address):
            raise UserError(
                f'"{address}" in "pages.pictures" is no beginning of addresses.',
                place=Place(FILE),
                hint='Write it like "https://upload.example.org/": https, a host, and "/" at the end.',
            )
    _check_names(config)
    for key, value, wanted in faults(config.catalog):
        raise UserError(f'"{value}" in "catalog.{key}" is wrong: it wants {wanted}.', place=Place(FILE))
    contact = config.project.contact
    if contact and not contact.startswith(("https://", "http://", "mailto:")):
        raise UserError('"project.contact" must start with https: or mailto:.', place=Place(FILE))


def _check_names(config: Config) -> None:
    """Every prefixed name in [provenance], [pages] and [matching] has a known prefix."""
    tables: list[tuple[str, object]] = [
        ("provenance", config.provenance),
        ("pages", config.pages),
        ("matching", config.matching),
    ]
    for section, table in tables:
        for f in dataclasses.fields(cast("Any", table)):
            value = getattr(table, f.name)
            if f.name in ("locator_sign", "featured", "pictures"):
                continue
            words = [value] if isinstance(value, str) else list(value)
            if isinstance(value, Mapping):
                words = [*value, *(word for group in value.values() for word in group)]
            for word in filter(None, words):
                try:
                    config.iri(word)
                except KeyError as error:
                    raise UserError(
                        f'Unknown prefix "{error.args[0]}" in "{section}.{f.name}".',
                        place=Place(FILE),
                        hint=did_you_mean(error.args[0], config.all_prefixes) or "Declare it under [prefixes].",
                    ) from None
