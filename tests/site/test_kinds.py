"""The rows of kinds: every resource of a site has one, stands where the row says, and every row can be made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from projects import TOML, loaded, make_project
from test_history import three_releases

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import HTML, LINKSET
from ecoop_ld.site.kinds import PAGE_KINDS, TAKEN, PageKind, check_views
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views.kinds import VIEW_KINDS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with releases."""
    settings, found = loaded(three_releases(tmp_path_factory.mktemp("kinds")))
    return load_site(settings, found, materialise(settings, found.quads))


def pattern(at: str, site: Site) -> str:
    """A path of a row as a regular expression."""
    text = re.escape(at.replace("{vocabulary}", site.config.addresses.vocabulary))
    return re.sub(r"\\{\w+\\}", "[^/]+", text)


def test_every_resource_stands_where_its_row_says(site: Site) -> None:
    assert site.resources
    for path, resource in site.resources.items():
        assert resource.path == path
        assert re.fullmatch(pattern(PAGE_KINDS[resource.kind].at, site), path), path


@pytest.mark.parametrize("kind", PAGE_KINDS.values(), ids=lambda kind: kind.name)
def test_a_row_says_how_each_format_of_its_resources_is_made(kind: PageKind, site: Site) -> None:
    resource = next((one for one in site.resources.values() if one.kind == kind.name), None)
    if resource is None:  # a kind that this site has none of
        assert kind.places is not None
        return
    for row in resource.formats:
        assert represent(site, resource, row, site.config.languages[0])
        assert row is HTML or kind.file or kind.data
    with pytest.raises(KeyError):
        represent(site, resource, LINKSET, "en")  # made by the server alone


@pytest.mark.parametrize("name", [*sorted(TAKEN), "ns"])
def test_no_view_takes_the_name_of_a_page(name: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, toml=f'{TOML}\n[views.{name}]\nkind = "matrix"\ntitle.en = "x"\n')
    with pytest.raises(UserError, match="cannot be the name of a page"):
        check_views(config.load(root))


def test_first_words_of_all_paths_are_taken(site: Site) -> None:
    words = {path.partition("/")[0] for path, one in site.resources.items() if one.kind not in ("view", "vocabulary")}
    assert words <= TAKEN


@pytest.mark.parametrize("kind", VIEW_KINDS)
def test_a_view_of_a_known_kind_passes_and_a_misspelt_one_is_named(kind: str, tmp_path: Path) -> None:
    good = make_project(tmp_path, toml=f'{TOML}\n[views.one]\nkind = "{kind}"\ntitle.en = "x"\n')
    check_views(config.load(good))
    bad = make_project(tmp_path, toml=f'{TOML}\n[views.one]\nkind = "{kind}s"\ntitle.en = "x"\n')
    with pytest.raises(UserError, match=re.escape(f'"{kind}s"')) as caught:
        check_views(config.load(bad))
    assert kind in (caught.value.hint or "")
