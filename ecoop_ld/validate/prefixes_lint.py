"""Prefixes as the files declare them → those that stand for something else than everywhere, and what they should."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place
from ecoop_ld.rdf import names
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon


def check(config: Config, sources: Sources, locator: Locator, lexicon: Lexicon) -> Iterator[Finding]:
    wanted = config.all_prefixes
    by_namespace: dict[str, list[str]] = defaultdict(list)
    for name, namespace in wanted.items():
        by_namespace[namespace].append(name)
    usual = _usual(sources, lexicon)
    for file in (*sources.files, *sources.shapes):
        for prefix, namespace in file.prefixes.items():
            code, message, hint = "", "", ""
            there, where = usual[prefix]
            if prefix in wanted and namespace != wanted[prefix]:
                code = "prefix-namespace"
                message = f'The prefix "{prefix}:" stands for <{wanted[prefix]}> in this project, not <{namespace}>.'
                usual_name = by_namespace.get(namespace)
                hint = f"Write @prefix {prefix}: <{wanted[prefix]}> ."
                hint = f"Call it {usual_name[0]}:, as everywhere." if usual_name else hint
            elif base_like := _under_base(config, sources, lexicon, namespace):
                code = "prefix-namespace"
                message = f"<{namespace}> is almost the public base, <{config.base}>, and is not."
                hint = f"Write @prefix {prefix}: <{base_like}> ."
            elif namespace in by_namespace and prefix not in by_namespace[namespace]:
                code = "prefix-name"
                name = by_namespace[namespace][0]
                message = f'<{namespace}> has the prefix "{name}:" in this project, not "{prefix}:".'
                hint = f"Write {name}: everywhere in the file."
            elif there != namespace and prefix:
                code = "prefix-clash"
                message = f'The prefix "{prefix}:" stands for <{there}> in {where} and for <{namespace}> here.'
                hint = f"Write @prefix {prefix}: <{there}> . or take another prefix."
            if code:
                yield finding(code, message, _declared(file, prefix, locator), hint=hint)
        yield from _unused(file, locator)


def _usual(sources: Sources, lexicon: Lexicon) -> dict[str, tuple[str, str]]:
    """Prefix → the namespace that most files give it, and the first of them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str], str] = {}
    for file in (*sources.files, *sources.shapes):
        for prefix, namespace in file.prefixes.items():
            counts[prefix][namespace] += 0 if lexicon.is_almost_own(namespace) else 1
            first.setdefault((prefix, namespace), file.name)
    best = {prefix: counted.most_common(1)[0][0] for prefix, counted in counts.items()}
    return {prefix: (namespace, first[prefix, namespace]) for prefix, namespace in best.items()}


def _under_base(config: Config, sources: Sources, lexicon: Lexicon, namespace: str) -> str:
    """The namespace under the public base that was meant, where one is used that looks almost like this."""
    meant = lexicon.under_base(namespace)
    known = meant and (
        any(iri.startswith(meant) for iri in lexicon.used)
        or any(meant in file.prefixes.values() for file in (*sources.files, *sources.shapes))
    )
    return meant if known else ""


def meant(config: Config, sources: Sources, lexicon: Lexicon) -> dict[str, str]:
    """IRIs made with a namespace that is a slip of another → the IRIs that were meant."""
    usual, found = _usual(sources, lexicon), dict[str, str]()
    for file in (*sources.files, *sources.shapes):
        for prefix, right in _meant_namespaces(config, sources, lexicon, file, usual).items():
            wrong = file.prefixes[prefix]
            found |= {iri: right + iri[len(wrong) :] for iri in sources.iris_of(file) if iri.startswith(wrong)}
    return found


def meant_namespaces(config: Config, sources: Sources, lexicon: Lexicon, file: SourceFile) -> dict[str, str]:
    """Prefixes of a file whose namespace is a slip of another → the other."""
    return _meant_namespaces(config, sources, lexicon, file, _usual(sources, lexicon))


def _meant_namespaces(
    config: Config, sources: Sources, lexicon: Lexicon, file: SourceFile, usual: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    found = dict[str, str]()
    taken = {*names.WELL_KNOWN.values(), *config.prefixes.values()}
    for prefix, namespace in file.prefixes.items():
        right = config.all_prefixes.get(prefix) or _under_base(config, sources, lexicon, namespace)
        right = right or (usual[prefix][0] if prefix else namespace)
        if right != namespace and namespace and namespace not in taken and _alike(namespace, right):
            found[prefix] = right
    return found


def _alike(one: str, other: str) -> bool:
    bare = [re.sub(r"^https?://|[/#]\Z", "", iri) for iri in (one, other)]
    return bare[0] == bare[1] or difflib.SequenceMatcher(None, bare[0], bare[1]).ratio() > 0.9


def _declared(file: SourceFile, prefix: str, locator: Locator) -> Place:
    positions = locator.positions(file)
    found = [p.place for p in positions.prefixes if p.name == prefix] if positions else []
    return found[-1] if found else Place(file.name)


def _unused(file: SourceFile, locator: Locator) -> Iterator[Finding]:
    if file.format.name not in ("turtle", "trig"):
        return
    # Cheap, and right but for prefixes named in comments and texts, and for names with rare letters.
    quickly = {*re.findall(r"(?<![\w.\-:])([\w.\-]*+):(?!\s*<)", locator.text(file))}
    for prefix in file.prefixes:
        if prefix in quickly or locator.may_match(file, rf"(?<![\w.\-:]){re.escape(prefix)}:(?!\s*<)"):
            continue
        place = _declared(file, prefix, locator)
        message = f'The prefix "{prefix}:" is declared and not used.'
        yield finding("unused-prefix", message, place, hint="Delete the line.")
