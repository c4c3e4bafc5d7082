"""Values of a page → their HTML: texts, links, lists, nodes told in place, and chips that say who says so.

Plain functions rather than macros of a template, because a build writes each of them some ten times per page. Templates
find them in ``_value.html``, which a project may replace by macros of its own. What they return is safe to stand in an
element; all of the data is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from markupsafe import Markup, escape

from ecoop_ld.model.contents import BlankNode, Members
from ecoop_ld.model.contents import Content as Shown
from ecoop_ld.model.expressions import Expression
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.pictures import PictureUse
from ecoop_ld.model.properties import Value
from ecoop_ld.model.provenance import Source
from ecoop_ld.rdf.languages import primary
from ecoop_ld.site.literals import address, markup, outside
from ecoop_ld.words import locales, values
from ecoop_ld.words.messages import Messages

_KEPT = 50_000
"""Names, links and chips whose HTML is remembered, of each kind, for all pages in one language and of one depth."""
PARAGRAPH = "¶"
T = TypeVar("T")


class Inline:
    """Writes values for the pages of one language that have one depth: their relative links are the same.

    Values that are one object, as :class:`~ecoop_ld.model.naming.Naming` hands them out, are written once.
    """

    def __init__(self, t: Messages, href: Callable[[tuple[str, str]], str]) -> None:
        self._t, self._language, self.href = t, t.code, href
        self._names: dict[int, tuple[Text, str]] = {}
        self._links: dict[int, tuple[Link, str]] = {}
        self._chips: dict[int, tuple[Source, str]] = {}

    # --- what templates call ---------------------------------------------------------------------------------------

    def foreign(self, words: Text) -> Markup:
        """Attributes of an element whose text is in another language than the page: it says so, to eyes as well."""
        return _safe(self._foreign(words))

    def text(self, value: Text) -> Markup:
        return _safe(self._name(value))

    def link(self, value: Link) -> Markup:
        return _safe(self._link(value))

    def content(self, value: Shown) -> Markup:
        return _safe(self._content(value))

    def chips(self, sources: Iterable[Source]) -> Markup:
        """Begins with a space that does not break: a chip never stands on a line alone."""
        return _safe(self._all_chips(sources))

    def value(self, item: Value) -> Markup:
        """A value with what stands behind it; a node with a page is told by its parts."""
        shown = self._told(item) if item.parts else self._content(item.content)
        return _safe(shown + self._all_chips(item.sources))

    # --- texts -----------------------------------------------------------------------------------------------------

    def _foreign(self, words: Text) -> str:
        tag = words.language
        if not tag or primary(tag) == primary(self._language):
            return ""
        return f' class="foreign" lang="{escape(tag)}" dir="{locales.direction(tag)}"'

    def _name(self, value: Text) -> str:
        """A text that stands on many pages: what a property or a group is called."""
        return _once(self._names, value, self._text)

    def _text(self, value: Text) -> str:
        tag = value.language
        if value.coined:
            attributes = ' class="coined"'
        elif not (attributes := self._foreign(value)) and tag:
            attributes = f' lang="{escape(tag)}" dir="{locales.direction(tag)}"'
        cut = f"… <em>{escape(self._t['cut'])}</em>" if value.cut else ""
        return f"<span{attributes}>{self._words(value)}{cut}</span>"

    def _words(self, value: Text) -> str:
        marked = markup(value)
        if marked is not None:
            return str(marked)
        written = str(escape(value.value))
        if to := address(value):
            return f'<a href="{escape(to)}" rel="external">{written}</a>'
        if value.datatype:
            shown = values.words(value.value, value.datatype, self._t)
            if shown != value.value:
                return f'<span title="{written}">{escape(shown)}</span>'
            return (
                f'<span class="typed">{written}</span> <span class="quiet">{escape(value.kind)}</span>'
                if (value.kind)
                else written
            )
        return f'<span class="lines">{written}</span>' if "\n" in value.value else written

    # --- links -----------------------------------------------------------------------------------------------------

    def _link(self, value: Link) -> str:
        return _once(self._links, value, self._written_link)

    def _written_link(self, value: Link) -> str:
        to = "" if value.page else str(escape(outside(value.iri)))
        if value.picture and to:
            return self._picture(value, to)
        notation = f'<span class="notation">{escape(value.notation)}</span> ' if value.notation else ""
        label, coined = escape(value.label.value), ' class="coined"' if value.label.coined else ""
        if value.page:
            name = f'<a href="{escape(self.href(value.page))}"{coined}{self._foreign(value.label)}>{label}</a>'
        elif to:
            name = f'<a href="{to}"{coined} rel="external">{label}</a>'
        else:
            name = f'<span class="bare-iri">{label}</span>'
        origin = f' <span class="quiet">{escape(value.origin)}</span>' if value.origin else ""
        return notation + name + origin

    def _picture(self, value: Link, to: str) -> str:
        label = escape(value.label.value)
        if value.picture is PictureUse.SHOWN:
            inner = (
                f'<img src="{to}" alt="{escape(self._t["picture"])}: {label}" loading="lazy" '
                'referrerpolicy="no-referrer">'
            )
        else:
            inner = f'<span class="quiet">{escape(self._t["picture_elsewhere"])}</span><br>{label}'
        return f'<a class="picture {value.picture}" href="{to}" rel="external">{inner}</a>'

    # --- what holds others -----------------------------------------------------------------------------------------

    def _content(self, value: Shown) -> str:
        if isinstance(value, Link):
            return self._link(value)
        if isinstance(value, Text):
            return self._text(value)
        if isinstance(value, Expression):
            return self._expression(value)
        return self._node(value) if isinstance(value, BlankNode) else self._members(value)

    def _expression(self, value: Expression) -> str:
        """A class expression: in words, and in Manchester syntax for those who read it."""
        words, syntax = ("".join(map(self._content, tokens)) for tokens in (value.words, value.syntax))
        code = f'<code class="manchester" title="{escape(self._t["manchester"])}">{syntax}</code>'
        return f'<span class="expression">{words} {code}</span>'

    def _node(self, value: BlankNode) -> str:
        """A blank node: what it is, what it says, and where it hangs if that is elsewhere."""
        anchor = f' id="{escape(value.anchor)}"' if value.anchor else ""
        kinds = " · ".join(f'<span class="says">{self._link(kind)}</span>' for kind in value.kinds)
        homes = ", ".join(map(self._link, value.homes))
        hangs = f'<span class="says">{escape(self._t["hangs_on"])}</span> {homes}' if homes else ""
        parts = "".join(
            f"<div><dt>{self._name(part.name) if part.name else ''}</dt>"
            + "".join(f"<dd>{self._content(inner)}</dd>" for inner in part.values)
            + "</div>"
            for part in value.parts
        )
        return f'<div class="nested"{anchor}>{kinds}{hangs}<dl>{parts}</dl></div>'

    def _members(self, value: Members) -> str:
        kind = f'<span class="says">{self._name(value.kind)}</span>' if value.kind else ""
        if not value.members:
            return f'{kind}<span class="quiet">{escape(self._t["empty_list"])}</span>'
        element = "ol" if value.ordered else "ul"
        rows = "".join(f"<li>{self._content(member)}</li>" for member in value.members)
        return f'{kind}<{element} class="members">{rows}</{element}>'

    def _told(self, item: Value) -> str:
        """A node with a page, by its parts."""
        told = '<span class="stop"> · </span>'.join(
            (f'<span class="says">{self._name(part.name)}</span> ' if part.name else "")
            + ", ".join(map(self._content, part.values))
            for part in item.parts
        )
        together = ", ".join(map(self._link, item.together))
        shared = f'<span class="stop"> · </span>{escape(self._t["with"])} {together}' if together else ""
        node = item.content
        assert isinstance(node, Link)
        assert node.page is not None  # what unfolds has a page
        label = escape(node.label.value)
        to = f'<a class="node" href="{escape(self.href(node.page))}" title="{label}" aria-label="{label}">›</a>'
        return f'<span class="told">{told}{shared}&nbsp;{to}</span>'

    # --- chips -----------------------------------------------------------------------------------------------------

    def _all_chips(self, sources: Iterable[Source]) -> str:
        chips = "".join([_once(self._chips, source, self._chip) for source in sources])
        return f'&nbsp;<span class="chips">{chips}</span>' if chips else ""

    def _chip(self, source: Source) -> str:
        name, kind = escape(self._t[source.kind]), escape(source.kind)
        who = ", ".join(str(escape(label.value)) for label in _labels(source))
        where = f" — {escape(source.document.label.value)}" if source.document else ""
        if not source.claim or not source.claim.page:
            key = f"{source.kind}_long"
            title = str(escape(self._t[key])) if key in self._t.english else who + where
            return f'<span class="chip {kind}" title="{title}"><em>{name}</em></span>'
        place = str(escape(source.locator))
        if source.kind != "claim":
            place += f" <em>{name}</em>" if place else f"<em>{name}</em>"
        href = escape(self.href(source.claim.page))
        spoken = self._spoken(source)
        said = f' aria-label="{spoken}, {who}{where}"' if spoken else f' title="{who}{where}"'
        return f'<a class="chip {kind}" href="{href}"{said}>{place or name}</a>'

    def _spoken(self, source: Source) -> str:
        """What is read out for ``¶18``; nothing where the mark is none of a paragraph."""
        if not source.locator.startswith(PARAGRAPH):
            return ""
        place = self._t["paragraph_n"].fill(n=source.locator.removeprefix(PARAGRAPH))
        return str(escape(f"{place} {self._t[source.kind]}" if source.kind != "claim" else place))


def _labels(source: Source) -> Iterable[Text]:
    """Who says it, and in which way."""
    if source.claimant:
        yield source.claimant.label
    if source.kind_label:
        yield source.kind_label


def _once(known: dict[int, tuple[T, str]], value: T, write: Callable[[T], str]) -> str:
    """What was written for this very object, which is kept so that its number stays its own."""
    found = known.get(id(value))
    if found is not None:
        return found[1]
    written = write(value)
    if len(known) >= _KEPT:
        known.clear()
    known[id(value)] = (value, written)
    return written


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 every part of it was escaped above
