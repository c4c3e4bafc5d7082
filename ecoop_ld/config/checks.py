"""Settings → a :class:`~ecoop_ld.errors.UserError` where a value has the right type and is wrong all the same."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any, cast

from ecoop_ld.config.catalogs import faults
from ecoop_ld.config.positions import Path
from ecoop_ld.config.settings import Config
from ecoop_ld.config.tables import SettingError
from ecoop_ld.errors import Severity, did_you_mean
from ecoop_ld.rdf import languages
from ecoop_ld.rdf.formats import CARD, PLAIN_FORMATS, RDF_FORMATS


def check(config: Config) -> None:
    """What types cannot say. Raises :class:`SettingError`."""
    for key, value in (("public_base", config.base), ("site_url", config.addresses.site_url)):
        if not re.match(r"https?://[^\s<>\"{}|\\^`?#]+/\Z", value):
            raise SettingError(
                f'"addresses.{key}" must be an http(s) address that ends in "/", not "{value}".',
                ("addresses", key),
                hint=f'Write "{value}/".' if re.match(r"https?://[^\s<>\"{}|\\^`?#]+\Z", value) else "",
            )
    for number, language in enumerate(config.languages):
        if not languages.WELL_FORMED.match(language):
            message = f'"{language}" in "project.languages" is no language tag such as "en" or "pt-BR".'
            meant = languages.recommended(language)
            hint = f'Write "{meant}".' if languages.WELL_FORMED.match(meant) else "Write two letters, in lower case."
            raise SettingError(message, ("project", "languages", number), hint=hint)
        if language in config.languages[:number]:
            message = f'"{language}" stands twice in "project.languages".'
            raise SettingError(message, ("project", "languages", number), hint="Take one of them out.")
    if not config.languages:
        raise SettingError(
            '"project.languages" is empty.', ("project", "languages"), hint='Write at least languages = ["en"].'
        )
    if config.languages[0] not in config.project.title:
        message = f'"project.title.{config.languages[0]}" is missing.'
        raise SettingError(
            message, ("project", "title"), hint="The first language of the project needs a title.", of_key=True
        )
    written = {word: ("addresses", "vocabularies", n) for n, word in enumerate(config.addresses.vocabularies)}
    for word in (config.addresses.vocabulary, *config.addresses.vocabularies):
        if not re.match(r"(?:https?://)?[^\s<>\"{}|\\^`?#/:][^\s<>\"{}|\\^`?#]*#?\Z", word):
            raise SettingError(
                f'"{word}" is no vocabulary: "addresses.vocabulary" is a path under the public base, such as "ns", '
                "or a whole IRI.",
                written.get(word, ("addresses", "vocabulary")),
            )
    for code, severity in config.lint.items():
        if severity not in ("off", *(s.label for s in Severity)):
            raise SettingError(
                f'"lint.{code}" must be violation, warning, note or off, not "{severity}".',
                ("lint", code),
                hint=did_you_mean(severity, ("violation", "warning", "note", "off", *_SYNONYMS)),
            )
    for pattern, path in config.graphs.items():
        if not re.match(r"graph(/[a-z0-9][a-z0-9-]*)+\Z", path) or path == "graph/derived":
            raise SettingError(
                f'"{path}" in [graphs] is no path of a named graph.',
                ("graphs", pattern),
                hint='Write "graph/" and lower-case words: "graph/source/report-2020". "graph/derived" is taken.',
            )
    for number, address in enumerate(config.services.endpoints):
        _check_endpoint(address, ("services", "endpoints", number))
    _check_source(config)
    known = [row.name for row in (*RDF_FORMATS, *PLAIN_FORMATS, CARD)]
    for number, name in enumerate(config.build.formats):
        if name not in known:
            raise SettingError(
                f'"{name}" in "build.formats" is no format of data.',
                ("build", "formats", number),
                hint=did_you_mean(name, known) or f"Known: {', '.join(known)}.",
            )
    for number, address in enumerate(config.pages.pictures):
        if not re.match(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?/(?:[\w.~%/-]*/)?\Z", address):
            raise SettingError(
                f'"{address}" in "pages.pictures" is no beginning of addresses.',
                ("pages", "pictures", number),
                hint='Write it like "https://upload.example.org/": https, a host, and "/" at the end.',
            )
    for prefix, namespace in config.prefixes.items():
        if config.vocabulary_terms in (namespace + "#", namespace + "/"):
            message = f'"prefixes.{prefix}" lacks the last sign of the namespace <{config.vocabulary_terms}>.'
            raise SettingError(message, ("prefixes", prefix), hint=f'Write "{config.vocabulary_terms}".')
    _check_names(config)
    for key, value, wanted in faults(config.catalog):
        raise SettingError(f'"{value}" in "catalog.{key}" is wrong: it wants {wanted}.', ("catalog", key))
    contact = config.project.contact
    if contact and not contact.startswith(("https://", "http://", "mailto:")):
        hint = f'Write "mailto:{contact}".' if "@" in contact else ""
        raise SettingError('"project.contact" must start with https: or mailto:.', ("project", "contact"), hint=hint)
    repository = config.project.repository
    if repository and not repository.startswith(("https://", "http://")):
        raise SettingError('"project.repository" must start with https:.', ("project", "repository"))
    _check_dates(config)


_ENDPOINT = r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/[\w.~!$&'()*+,;=:@%/-]*\Z"


def _check_endpoint(address: str, path: Path) -> None:
    """The message repeats no user name and password that somebody has put into an address."""
    if not re.match(_ENDPOINT, address):
        shown = re.sub("//[^/@]*@", "//…@", address)
        raise SettingError(
            f'"{shown}" in "{".".join(map(str, path[:2]))}" is no address of an endpoint.',
            path,
            hint='Write it like "https://query.example.org/sparql": no user, no "?" and no "#".',
        )


def _check_source(config: Config) -> None:
    """What [source] says of an endpoint."""
    source = config.source
    if source.endpoint:
        _check_endpoint(source.endpoint, ("source", "endpoint"))
    elif source != type(source)():
        raise SettingError(
            '"source.endpoint" is missing.', ("source",), hint="Without it the rest of [source] says nothing."
        )
    for key, least in (("seconds", 1), ("page", 1), ("bytes", 1_000)):
        if getattr(source, key) < least:
            raise SettingError(f'"source.{key}" must be {least:,} at least.', ("source", key))
    for number, iri in enumerate(source.graphs):
        if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*\Z", iri):
            raise SettingError(f'"{iri}" in "source.graphs" is no IRI.', ("source", "graphs", number))


_SYNONYMS = ("error", "info", "ignore")


def _check_dates(config: Config) -> None:
    """The date and the version of the dataset, and its licence."""
    modified, version = config.project.modified, config.project.version
    try:
        if modified:
            datetime.date.fromisoformat(modified if re.match(r"\d{4}-\d\d-\d\d\Z", modified) else "")
    except ValueError:
        other = re.match(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\Z", modified)
        hint = f'Write "{other[3]}-{int(other[2]):02}-{int(other[1]):02}".' if other else "Write year-month-day."
        message = f'"{modified}" in "project.modified" is no date such as "2026-01-31".'
        raise SettingError(message, ("project", "modified"), hint=hint) from None
    if config.project.license and not re.match(r"https?://\S+\Z", config.project.license):
        message = f'"project.license" must be the address of a licence, not "{config.project.license}".'
        hint = 'Write it like "https://creativecommons.org/licenses/by/4.0/".'
        raise SettingError(message, ("project", "license"), hint=hint)
    if not re.match(r"\d+(\.\d+){0,2}(?:[-+][\w.+-]+)?\Z", version):
        message = f'"project.version" must be a version such as "1.0.0", not "{version}".'
        raise SettingError(message, ("project", "version"), hint="Write three numbers with dots between.")


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
            if f.name in ("locator_sign", "asked", "featured", "pictures"):
                continue
            words = [value] if isinstance(value, str) else list(value)
            if isinstance(value, Mapping):
                words = [*value, *(word for group in value.values() for word in group)]
            for number, word in enumerate(words):
                if not word:
                    continue
                try:
                    config.iri(word)
                except KeyError as error:
                    path = (section, f.name) if isinstance(value, str | Mapping) else (section, f.name, number)
                    raise SettingError(
                        f'Unknown prefix "{error.args[0]}" in "{section}.{f.name}".',
                        path,
                        hint=did_you_mean(error.args[0], config.all_prefixes) or "Declare it under [prefixes].",
                    ) from None
