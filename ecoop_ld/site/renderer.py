"""View values → HTML, with one Jinja environment and one frame around every page.

Values become HTML here and nowhere else. Everything is escaped; an address from the data becomes an ``href`` only with
a scheme of :data:`~ecoop_ld.site.literals.SAFE_SCHEMES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

import jinja2
from markupsafe import Markup

from ecoop_ld.addresses import Addresses, relative
from ecoop_ld.config import Config
from ecoop_ld.model.naming import Text
from ecoop_ld.rdf.formats import FEED_FORMATS, HTML, OEMBED_LINK, Format
from ecoop_ld.site import styles
from ecoop_ld.site.compiled import Compiled
from ecoop_ld.site.contexts import PageContext, page_contexts
from ecoop_ld.site.foreign import tagged
from ecoop_ld.site.heads import ERROR, Head, head
from ecoop_ld.site.inline import Inline
from ecoop_ld.site.literals import address, markup, outside
from ecoop_ld.words import dates, locales, values
from ecoop_ld.words.messages import Messages, messages

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
"""Content-Security-Policy of every page, as a ``<meta>`` so that static hosts have it too."""
_EMPTY_LINES = re.compile(r"\n\s*\n+")
_DEEPEST = 8
"""Folders of the site inside each other, and more."""
_KEPT = 100_000
"""Links that are remembered for the pages of one language and depth."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one template is given: its fields are the variables of the template, beside those of the frame."""

    template: ClassVar[str] = ""
    """Name of the template."""


def policy(config: Config) -> str:
    """The policy of a project's pages: where it names hosts of pictures, these may be loaded, and nothing else."""
    return POLICY.replace("img-src 'self' data:", " ".join(("img-src 'self' data:", *config.pages.pictures)))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of the frame."""

    href: str
    label: str
    current: bool = False
    code: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Chrome:
    """What stands around every page."""

    title: str
    site: str
    description: str
    language: str
    direction: str
    policy: str
    root: str
    home: str
    logo: str
    """Address of the project's own picture, or ``""``."""
    search: str
    fonts: tuple[str, ...]
    """Addresses of the fonts: asked for with the stylesheet, so that they are there for the first paint."""
    full_text: bool
    """Whether the site has a full-text index."""
    suffix: str
    """What a page's path ends in, in this language."""
    navigation: tuple[Anchor, ...]
    languages: tuple[Anchor, ...]
    alternates: tuple[Anchor, ...]
    embeds: tuple[Anchor, ...]
    """What tells other sites how to show what the page is about (oEmbed 1.0 §4): with whole addresses."""
    head: Head
    licence: str
    version: str
    creator: str
    contact: str
    about: str
    repository: str
    feed: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What every template is given besides its page."""

    chrome: Chrome
    t: Messages
    """The words of the page's language."""
    counted: Callable[..., object]
    number: Callable[..., object]
    href: Callable[[tuple[str, str]], str]
    """Path and fragment → link from this page."""
    outside: Callable[[str], str]
    direction: Callable[[str], str]
    when: Callable[[str], object]
    said: Callable[[str, str], object]
    address: Callable[[Text], str]
    markup: Callable[[Text], Markup | None]
    inline: Inline
    """What writes values; ``_value.html`` has its functions by name."""


@dataclass(frozen=True)
class Renderer:
    """Renders templates for one project. Its fields are fixed; the templates it has read are kept."""

    config: Config
    full_text: bool = False
    """Whether the site has a full-text index beside its pages."""
    feed: str = ""
    """Path of the feed of releases; empty where there are none."""

    @cached_property
    def _environment(self) -> jinja2.Environment:
        loaders: list[jinja2.BaseLoader] = [jinja2.PackageLoader("ecoop_ld.site", "templates")]
        own = self.config.folder("site") / "templates"
        if own.is_dir():
            loaders.insert(0, jinja2.FileSystemLoader(own))
        environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # one renderer lives for one build
            bytecode_cache=Compiled(),
        )
        environment.context_class = PageContext
        return environment

    @cached_property
    def _addresses(self) -> Addresses:
        return Addresses(self.config)

    def render(
        self,
        page: Page,
        path: str,
        language: str,
        title: str,
        *,
        template: str = "",
        alternates: tuple[Format, ...] = (),
        embeds: tuple[Format, ...] = (),
        description: str = "",
        file: str = "",
        security: str = "",
        structured: Mapping[str, object] | None = None,
    ) -> bytes:
        """One page as UTF-8 bytes. ``path`` is the page's own, from which its relative links are made.

        ``embeds`` are formats of which the page's head alone tells. ``template`` is for pages whose class has none of
        its own, ``file`` for a page that is shown elsewhere than at its path, ``security`` for one
        with a stricter policy than pages have, ``structured`` for what is more than a
        page in schema.org's words.
        """
        here = file or self._addresses.file(path, HTML, language)
        told = head(self._addresses, here, path, language, title, structured)
        t = messages(self.config, language)
        inline = self._inline(t, here)
        chrome = self._chrome(here, path, t, inline.href, title, alternates, embeds, description, told)
        chrome = replace(chrome, policy=security or chrome.policy)
        frame = Frame(
            chrome=chrome,
            t=t,
            counted=t.counted,
            number=t.number,
            href=inline.href,
            outside=outside,
            direction=locales.direction,
            when=lambda value: dates.words(value, t),
            said=lambda value, datatype: values.words(value, datatype, t),
            address=address,
            markup=markup,
            inline=inline,
        )
        variables = {name: getattr(some, name) for some in (frame, page) for name in some.__dataclass_fields__}
        with page_contexts():
            text = self._environment.get_template(template or page.template).render(variables)
        return tagged(_EMPTY_LINES.sub("\n", text)).encode()

    def inline(self, path: str, language: str) -> Inline:
        """What writes values for the page at a path, as a template has it."""
        return self._inline(messages(self.config, language), self._addresses.file(path, HTML, language))

    @cached_property
    def _inlines(self) -> dict[tuple[Messages, str], Inline]:
        return {}

    def _inline(self, t: Messages, here: str) -> Inline:
        """What writes values on the pages of one language from which the same way leads to the root; it remembers what
        it has written."""
        key = t, relative(here, "")
        found = self._inlines.get(key)
        if found is None:
            found = Inline(t, self._href(t.code, here))
            if here.count("/") <= _DEEPEST:  # whoever asks for more slashes is told that there is nothing
                self._inlines[key] = found
        return found

    def _href(self, language: str, here: str) -> Callable[[tuple[str, str]], str]:
        """Path and fragment → link from the file ``here``, and from each that stands as many folders down."""

        @lru_cache(maxsize=_KEPT)
        def href(page: tuple[str, str]) -> str:
            path, fragment = page
            file = path if self._addresses.is_file(path) else self._addresses.file(path, HTML, language)
            link = relative(here, file)
            return f"{link}#{fragment}" if fragment else link

        return href

    @cached_property
    def _logo(self) -> Path | None:
        return styles.logo(self.config)

    @cached_property
    def _fonts(self) -> tuple[str, ...]:
        return tuple(f"assets/vendor/{name}" for name in styles.FONTS) if styles.fonts() else ()

    def _chrome(
        self,
        here: str,
        path: str,
        words: Messages,
        href: Callable[[tuple[str, str]], str],
        title: str,
        alternates: tuple[Format, ...],
        embeds: tuple[Format, ...],
        description: str,
        told: Head,
    ) -> Chrome:
        config, language, addresses = self.config, words.code, self._addresses
        project, twin = config.project, "index" if path == ERROR else path
        entries = (
            ("browse", words["explore"]),
            (self._addresses.vocabulary_path(), words["vocabulary"]),
            ("queries/index", words["queries"]),
            ("sparql/index", words["sparql"]),
            ("download", words["download"]),
        )
        return Chrome(
            title=title,
            site=config.title(language),
            description=description,
            language=language,
            direction=locales.direction(language),
            policy=policy(config),
            root=relative(here, "x")[:-1],
            home=href(("index", "")),
            logo=relative(here, f"assets/{self._logo.name}") if self._logo else "",
            suffix=self._addresses.file("", HTML, language),
            search=href(("search", "")),
            fonts=tuple(relative(here, font) for font in self._fonts),
            full_text=self.full_text,
            navigation=tuple(Anchor(href((p, "")), label, p == path) for p, label in entries),
            languages=tuple(
                Anchor(relative(here, addresses.file(twin, HTML, code)), locales.name(code), code == language, code)
                for code in config.languages
            ),
            head=told,
            alternates=tuple(
                Anchor(relative(here, addresses.file(path, row)), row.label, media_type=row.media_type)
                for row in alternates
            ),
            embeds=tuple(
                Anchor(config.addresses.site_url + addresses.file(path, row), row.label, media_type=OEMBED_LINK)
                for row in embeds
            ),
            licence=outside(project.license),
            version=project.version,
            creator=project.creator,
            about=href(("catalog", "")),
            repository=outside(project.repository),
            feed=relative(here, f"{self.feed}.{FEED_FORMATS[0].extension}") if self.feed else "",
            contact=outside(project.contact),
        )
