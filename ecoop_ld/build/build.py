"""A project → ``public/``: check, then write every page, data file and dump, all at once or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

import ecoop_ld
from ecoop_ld.build.parallel import Shared
from ecoop_ld.config import FILE, Config
from ecoop_ld.model import vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.projects import checking, watching
from ecoop_ld.publish import bundle, linksets, packages, parquet
from ecoop_ld.publish.bundle import Dump
from ecoop_ld.publish.staging import MANIFEST, Manifest, Output, StagedFile, publish, read_manifest, staging, write
from ecoop_ld.rdf.formats import HTML, PLAIN_JSON, TURTLE
from ecoop_ld.releases import folder as release_folder
from ecoop_ld.site import discovery, editor, hosting, programs, search, styles
from ecoop_ld.site.findable import records
from ecoop_ld.site.hosting import pointers
from ecoop_ld.site.hosting.leads import Leads
from ecoop_ld.site.load import load_site
from ecoop_ld.site.pages import listings
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.sources import files, folders
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.validate import Report
from ecoop_ld.views.index import search_index
from ecoop_ld.words import sorting

PUBLIC = "public"
FINDINGS = "quality.json"
"""What the check found, beside the pages."""


@dataclass(frozen=True, slots=True)
class Built:
    """What ``build`` did."""

    out: Path
    files: int
    changed: int
    """Files that are new or differ from the last build's; 0 and no report where nothing had to be done."""
    report: Report | None
    nowhere: tuple[str, ...] = ()
    """IRIs that a plain static host leads to no document about them; a server, and most hosts with rules, do."""

    @property
    def ok(self) -> bool:
        return self.report is None or self.report.exit_code(strict=False) == 0


def fingerprint(config: Config) -> str:
    """SHA-256 of everything a build depends on: the project's files, the toolkit's own, and the site's address."""
    versions = f"{ecoop_ld.__version__}\n{search.version()}\n{sorting.engine()}\n{parquet.version()}"
    digest = hashlib.sha256(f"{versions}\n{config.addresses.site_url}\n".encode())
    for top in filter(os.path.lexists, map(config.folder, watching.FOLDERS)):
        for found in folders.entries(top):
            name = found.path.relative_to(config.root).as_posix()
            _add(digest, name, found.reason.encode() if found.reason else files.content_of(name, found.path))
    _add(digest, FILE, (config.root / FILE).read_bytes())
    for path in sorted(config.releases_folder.glob(f"*/{bundle.SUMS}")):  # names what all the other files are
        _add(digest, f"releases/{path.parent.name}", path.read_bytes())
    package = Path(str(resources.files("ecoop_ld")))
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            _add(digest, "toolkit/" + path.relative_to(package).as_posix(), path.read_bytes())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def build(config: Config, out: Path, *, strict: bool = False, say: Callable[[str], None] = lambda _: None) -> Built:
    """Bring ``out`` up to date. A failing check changes nothing; ``Built.ok`` says so."""
    inputs = fingerprint(config)
    last = read_manifest(out)
    if last is not None and last.fingerprint == inputs:
        return Built(out, len(last.files), 0, None)
    say("Reading sources")
    loaded = files.load(config)
    if loaded.findings:
        return Built(out, 0, 0, checking.check(config, loaded))
    early = checking.check_queries(config, loaded)
    if not early.conforms:
        return Built(out, 0, 0, checking.check(config, loaded))
    derived = materialise(config, loaded.quads)
    site = load_site(config, loaded, derived)
    entities, what = _pages(site), ("Writing pages", "pages")
    with staging(out) as staged, Shared(entities, partial(_write_pages, site, staged), *what) as pages:
        say("Checking, and writing pages" + ("" if parquet.version() else "; no Parquet without ecoop-ld[parquet]"))
        report = checking.check(config, loaded, derived)
        if report.exit_code(strict=strict) != 0:
            return Built(out, 0, 0, report)
        findings = tuple(report.as_json())
        entries = _write_rest(dataclasses.replace(site, findings=findings), staged) + pages.finish()
        leads = Leads(site, frozenset(entry.path for entry in entries))
        entries += write(staged, for_hosts(site, leads))
        entries += write(staged, _report(report))
        manifest = Manifest(inputs, tuple(sorted(entries, key=lambda e: e.path)))
        (staged / MANIFEST).write_bytes(manifest.as_bytes())
        publish(staged, out)
    before = {e.path: e.sha256 for e in last.files} if last else {}
    changed = sum(before.get(e.path) != e.sha256 for e in entries)
    return Built(out, len(entries), changed, report, leads.nowhere)


def _pages(site: Site) -> list[Resource]:
    """The many resources that need nothing but the dataset: made by two processes, while the check runs."""
    assert site.content.shown_in is not None  # made once, before there are two processes
    return [resource for resource in site.resources.values() if resource.kind == "entity"]


def _write_pages(site: Site, folder: Path, some: Sequence[Resource]) -> list[StagedFile]:
    return write(folder, (output for resource in some for output in outputs(site, resource)))


def _write_rest(site: Site, folder: Path) -> list[StagedFile]:
    """Dumps, the search index, and the pages that need the sizes of dumps or the query engine."""
    if not search.version():
        return _write_dumps_and_rest(site, folder)
    findable = {language: records(site, language) for language in site.config.languages}
    with search.indexing(site.dataset.addresses, findable) as index:
        entries = _write_dumps_and_rest(site, folder)
        return entries + write(folder, (Output(path, content) for path, content in index.files()))


def _write_dumps_and_rest(site: Site, folder: Path) -> list[StagedFile]:
    context = vocabulary.context_table(site.dataset)
    downloads = bundle.write(site.dataset, folder, context, made=site.content.tables)
    whole = dataclasses.replace(site, downloads=downloads)
    sums = (folder / bundle.FOLDER / bundle.SUMS).read_bytes()
    entries = [StagedFile(d.path, d.size, d.sha256) for d in downloads]
    entries.append(StagedFile(f"{bundle.FOLDER}/{bundle.SUMS}", len(sums), hashlib.sha256(sums).hexdigest()))
    rest = [resource for resource in whole.resources.values() if resource.kind != "entity"]
    return entries + _copy_releases(site, folder) + _write_pages(whole, folder, rest) + write(folder, fixed(whole))


def _copy_releases(site: Site, folder: Path) -> list[StagedFile]:
    """Every release as it is; one that is not whole is a ``UserError``, and nothing is published."""
    found = []
    for release in site.history.releases:
        target = f"dumps/{release.version}"
        for name, size, sha256 in release_folder.copy(release, folder / target):
            found.append(StagedFile(f"{target}/{name}", size, sha256))
    return found


def outputs(site: Site, resource: Resource) -> Iterator[Output]:
    """Every file of one resource."""
    config, of_thing = site.config, resource.kind == "entity"
    written = (HTML, *config.written, *config.plain, *config.embedded) if of_thing else resource.formats
    for row in written:
        for language in site.config.languages if row is HTML else site.config.languages[:1]:
            file = site.dataset.addresses.file(resource.path, row, language)
            yield Output(file, represent(site, resource, row, language))


def fixed(site: Site) -> Iterator[Output]:
    """Files that are no representation of a resource."""
    yield from assets(site)
    yield from described(site)


def described(site: Site) -> Iterator[Output]:
    """Those for which all of the data is gone through: context, VoID, what a search knows."""
    for iri in site.config.vocabularies:
        home = site.dataset.addresses.vocabulary_path(iri)
        yield Output(f"{home}/context.jsonld", vocabulary.context(site.dataset))
    yield Output(".well-known/void", represent(site, site.resources["catalog"], TURTLE, site.config.languages[0]))
    yield from _packages(site)
    for language in site.config.languages:
        yield Output(f"assets/search.{language}.json", search_index(records(site, language)))
    for path, content in linksets.files(site.describer(site.config.languages[0]), site.content.linksets):
        yield Output(path, content)
    for path, content in listings.files(site):
        yield Output(path, content)
    for kind, path in site.content.listings.items():
        yield Output(f"{path}.{PLAIN_JSON.extension}", programs.whole_list(site, kind, path))
    yield Output(".nojekyll", b"")
    yield from discovery.files(site)


def _packages(site: Site) -> Iterator[Output]:
    """What package tools, archives and catalogues read."""
    dataset, covered = site.dataset, site.content.coverage
    yield Output("datapackage.json", packages.datapackage(dataset, site.content.tables, site.listed))
    yield Output("CITATION.cff", packages.citation(dataset))
    yield Output(".zenodo.json", packages.zenodo(dataset, covered))
    yield Output("lod-cloud.json", packages.lod_cloud(dataset, covered, site.listed))
    if folder := packages.w3id_folder(site.config):
        yield Output(f"w3id/{folder}/README.md", packages.w3id_readme(site.config))


def assets(site: Site) -> Iterator[Output]:
    """What pages are shown with."""
    static = resources.files("ecoop_ld.site").joinpath("static")
    own = styles.own(site.config)
    yield from (Output(f"assets/{name}", content) for name, content in own.items())
    for entry in sorted(static.iterdir(), key=lambda e: e.name):
        if entry.name not in styles.PARTS and entry.name not in own:
            yield Output(f"assets/{entry.name}", entry.read_bytes())
    yield Output("assets/site.css", styles.stylesheet(site.config))
    yield from _editor(site)


def for_hosts(site: Site, leads: Leads) -> Iterator[Output]:
    """Rules for static hosts, and pages that point on for those that read none."""
    for of_hosts in (hosting.rules(site, leads), pointers.pages(site, leads)):
        yield from (Output(name, content) for name, content in of_hosts.items())


def _report(report: Report) -> Iterator[Output]:
    """What the check found: all of it as JSON, and the results of SHACL as a validation report."""
    yield Output(FINDINGS, json.dumps(report.as_json(), ensure_ascii=False, indent=1).encode() + b"\n")
    yield Output("quality-report.ttl", report.as_rdf())


def _editor(site: Site) -> Iterator[Output]:
    """The query page's third-party files and its settings; nothing where they were not installed."""
    vendored = editor.vendored()
    for entry in vendored:
        yield Output(f"assets/vendor/{entry.name}", entry.read_bytes())
    for language in site.config.languages if vendored else ():
        content = editor.settings(site.describer(language), site.questions, site.downloads)
        yield Output(editor.path(site.dataset.addresses, language), content)


def findings_of(out: Path) -> tuple[dict[str, object], ...] | None:
    """What the check of a build found; ``None`` where the build does not say."""
    try:
        return tuple(json.loads((out / FINDINGS).read_bytes()))
    except (OSError, ValueError):
        return None


def downloads_of(out: Path, dataset: Dataset) -> tuple[Dump, ...]:
    """The dumps of the last build, from its manifest, as ``represent`` wants them."""
    manifest = read_manifest(out)
    entries = manifest.files if manifest else ()
    return bundle.from_entries(dataset, ((e.path, e.size, e.sha256) for e in entries))
