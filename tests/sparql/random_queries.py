"""A seed and the quads of a data set → random queries over them, each as plain text and as odd as SPARQL allows.

The plain text has one space between tokens, no comment, no escape and no dataset clause: it is for an engine alone. The
odd text says the same with comments, escapes, line breaks and letters of either case in all places where they may be.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
_COMMENTS = ("# FROM <x:y> {\n", "#\n", '# " \n', "# '''\n", "# SERVICE <x:y> { NOW() }\n", "#\\u0041<\r\n", "#)}\r")
_TIGHT = set("(){}")
_FUNCTIONS = ("STRLEN(STR({}))", "UCASE(STR({}))", "isIRI({})", "LANG({})", "DATATYPE({})", "STR({})", "isLiteral({})")


@dataclass(frozen=True)
class RandomQuery:
    """One query; ``default`` and ``named``: the graphs that it asks for, ``None`` where it has no dataset clause."""

    form: str
    plain: str
    odd: str
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    in_protocol: bool
    """Whether the graphs are parameters of the request and not clauses of the text."""
    columns: tuple[str, ...] | None
    """Of ``SELECT *``: all variables of the text in order of appearance."""
    window: tuple[int, int] | None
    """OFFSET and LIMIT, which the plain text does not have."""
    changes: bool


@dataclass
class Maker:
    """Makes the queries of one seed."""

    quads: Sequence[ox.Quad]
    graphs: Sequence[str]
    seed: int
    _names: int = 0
    _changes: bool = False
    _prefixes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._of: dict[object, list[ox.Quad]] = {}
        for quad in self.quads:
            self._of.setdefault(quad.subject, []).append(quad)

    # --- terms ---------------------------------------------------------------------------------------------------

    def _term(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            space, mark, local = term.value.rpartition("#")
            if mark and local.isascii() and local.isalnum() and self.random.random() < 0.6:
                prefix = self._prefixes.setdefault(space + mark, f"p{len(self._prefixes)}")
                return f"{prefix}:{local}"
            return str(term)
        if isinstance(term, ox.Literal) and self.random.random() < 0.5:
            kind = term.datatype.value.removeprefix(XSD)
            if kind == "boolean" or (kind == "integer" and not term.value.startswith("-")):
                return term.value
            if kind == "string" and "'" not in term.value and "\\" not in term.value and "\r" not in term.value:
                return f"'''{term.value}'''"
        return str(term)

    def _variable(self) -> str:
        self._names += 1
        return self.random.choice("?$") + self.random.choice("zyxabNOWfrom") + str(self._names)

    # --- patterns ------------------------------------------------------------------------------------------------

    def _star(self, subject: str | None = None, about: object = None) -> tuple[list[str], list[str]]:
        """Patterns about one thing of the data, that they are made from, and their variables."""
        quad = self.random.choice(self.quads)
        about = about or quad.subject
        shown = subject or (self._variable() if self.random.random() < 0.6 else self._term(about))
        tokens, variables = [], [shown] if shown[0] in "?$" else []
        own = self._of[about]
        chosen = self.random.sample(own, min(len(own), self.random.choice((1, 1, 1, 2, 2, 3))))
        for number, quad in enumerate(chosen):
            joined = number and self.random.random() < 0.5
            tokens += [";"] if joined else [".", shown] if number else [shown]
            fixed = shown[0] in "?$" and number == 0
            predicate = self._variable() if not fixed and self.random.random() < 0.2 else self._term(quad.predicate)
            if predicate[0] not in "?$" and self.random.random() < 0.12:
                tokens += self._path(predicate, quad)
            else:
                tokens.append("a" if predicate.endswith("22-rdf-syntax-ns#type>") else predicate)
            value = self._term(quad.object) if self.random.random() < 0.35 else self._variable()
            if isinstance(quad.object, ox.BlankNode):
                value = self._variable()
            tokens.append(value)
            variables += [found for found in (predicate, value) if found[0] in "?$"]
        return tokens, variables

    def _path(self, predicate: str, quad: ox.Quad) -> list[str]:
        other = self._term(self.random.choice(self._of.get(quad.object, [quad])).predicate)
        return self.random.choice((
            [predicate, "|", other], ["(", predicate, "/", other, ")"], [predicate, "+"], [predicate, "*"], [predicate, "?"],
            ["(", predicate, "|", "^", predicate, ")"], ["!", "(", other, "|", "^", other, ")"], ["(", predicate, ")", "+"],
        ))  # fmt: skip

    def _group(self, depth: int = 0) -> tuple[list[str], list[str]]:
        tokens, variables = self._star()
        for _ in range(self.random.choice((0, 0, 1, 1, 2)) if depth < 3 else 0):
            part = self.random.choice((
                self._filter, self._filter, self._filter, self._bind, self._values, self._optional, self._union, self._minus,
                self._in_graph, self._subquery, self._exists, self._lateral,
            ))  # fmt: skip
            more, found = part(variables, depth)
            tokens += [*([] if tokens[-1] in "}." else ["."] if self.random.random() < 0.3 else []), *more]
            variables = variables + found
        return tokens, variables

    def _expression(self, variables: list[str]) -> list[str]:
        if not variables:
            return ["1", "<", "2"]
        one, other = self.random.choice(variables), self.random.choice(variables)
        kind = self.random.randrange(9)
        if kind == 0:
            return [one, self.random.choice(("=", "!=", "<", ">", "<=", ">=")), other]
        if kind == 1:
            return [one, "<", "5", ")", "FILTER", "(", "!", "(", other, ">", "3", ")"]
        if kind == 2:
            return [one, "<", other, "&&", other, ">", "1", "||", "bound", "(", one, ")"]
        if kind == 3:
            self._changes = True
            date = f'"2001-01-01T00:00:00Z"^^<{XSD}dateTime>'
            return self.random.choice((["NOW", "(", ")", ">", date], ["RAND", "(", ")", "<", "2"],
                                       ["STRLEN", "(", "STRUUID", "(", ")", ")", "=", "36"], ["isBlank", "(", "BNODE", "(", ")", ")"]))  # fmt: skip
        if kind == 4:
            return [one, "IN", "(", self._constant(), ",", self._constant(), ",", other, ")"]
        if kind == 5:
            return ["REGEX", "(", "STR", "(", one, ")", ",", '"[e#(]"', ",", '"i"', ")"]
        if kind == 6:
            return ["COALESCE", "(", "LANG", "(", one, ")", "=", '"en"', ",", "false", ")"]
        if kind == 7:
            return ["IF", "(", "isIRI", "(", one, ")", ",", "STRLEN", "(", "STR", "(", one, ")", ")", ">", "30", ",", "true", ")"]  # fmt: skip
        return [
            "CONTAINS",
            "(",
            "STR",
            "(",
            one,
            ")",
            ",",
            self.random.choice(('"e"', "'SERVICE'", '"from <x> {"')),
            ")",
        ]

    def _constant(self) -> str:
        if self.random.random() < 0.02:
            return '"\\u0007"'
        quad = self.random.choice(self.quads)
        return self._term(quad.subject if isinstance(quad.object, ox.BlankNode | ox.Triple) else quad.object)

    def _filter(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        return ["FILTER", "(", *self._expression(variables), ")"], []

    def _bind(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        made, one = self._variable(), self.random.choice(variables or ["1"])
        call = self.random.choice(_FUNCTIONS).format(one)
        return ["BIND", "(", call, "AS", made, ")"], [made]

    def _values(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        one = self.random.choice(variables) if variables and self.random.random() < 0.4 else self._variable()
        rows = [self._constant() for _ in range(self.random.choice((1, 2, 3)))]
        if self.random.random() < 0.5:
            return ["VALUES", one, "{", *rows, "}"], [one]
        two = self._variable()
        cells = [cell for row in rows for cell in ("(", row, self.random.choice(("UNDEF", self._constant())), ")")]
        return ["VALUES", "(", one, two, ")", "{", *cells, "}"], [one, two]

    def _joined(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        """Patterns that share a variable with what stands before, where there is one."""
        subjects = [name for name in variables[:1] if name]
        tokens, found = self._star(*subjects[:1])
        return tokens, found

    def _optional(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        tokens, found = self._joined(variables, depth)
        return ["OPTIONAL", "{", *tokens, "}"], found

    def _union(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        (left, some), (right, more) = self._joined(variables, depth), self._joined(variables, depth)
        return ["{", *left, "}", "UNION", "{", *right, "}"], some + more

    def _minus(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        return ["MINUS", "{", *self._joined(variables, depth)[0], "}"], []

    def _exists(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        negated = ["NOT"] if self.random.random() < 0.5 else []
        return ["FILTER", *negated, "EXISTS", "{", *self._joined(variables, depth)[0], "}"], []

    def _lateral(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        tokens, found = self._joined(variables, depth)
        return ["LATERAL", "{", *tokens, "}"], found

    def _in_graph(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        graph = self._variable() if self.random.random() < 0.5 else f"<{self.random.choice(self.graphs)}>"
        tokens, found = self._joined(variables, depth)
        return ["GRAPH", graph, "{", *tokens, "}"], found + ([graph] if graph[0] in "?$" else [])

    def _subquery(self, variables: list[str], depth: int) -> tuple[list[str], list[str]]:
        tokens, found = self._group(depth + 1)
        if not found:
            return ["{", *tokens, "}"], []
        kept = self.random.choice(found)
        if self.random.random() < 0.4:
            made = self._variable()
            return ["{", "SELECT", "(", "COUNT", "(", "DISTINCT", kept, ")", "AS", made, ")", "{", *tokens, "}", "}"], [
                made
            ]
        return ["{", "SELECT", "DISTINCT", kept, "WHERE", "{", *tokens, "}", "}"], [kept]

    # --- queries -------------------------------------------------------------------------------------------------

    def make(self) -> RandomQuery:
        self._names, self._changes, self._prefixes = 0, False, {}
        form = self.random.choices(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"), (10, 2, 3, 3))[0]
        if self.random.random() < 0.35:
            head, body, tail, columns, window = self._simple(form)
        else:
            head, body, tail, columns, window = self._complex(form)
        default, named, in_protocol = self._dataset()
        clauses: list[str] = []
        if default is not None and not in_protocol:
            asked = [["FROM", f"<{iri}>"] for iri in default] + [["FROM", "NAMED", f"<{iri}>"] for iri in named or ()]
            self.random.shuffle(asked)
            clauses = [token for clause in asked for token in clause]
        prologue = [
            token for space, prefix in self._prefixes.items() for token in ("PREFIX", f"{prefix}:", f"<{space}>")
        ]
        paging = ["OFFSET", str(window[0]), "LIMIT", str(window[1])] if window else []
        odd = self._odd([*prologue, *head, *clauses, *body, *tail, *paging])
        return RandomQuery(
            form, _close(" ".join([*prologue, *head, *body, *tail])), odd, default, named, in_protocol, columns, window,
            self._changes,
        )  # fmt: skip

    def _simple(
        self, form: str
    ) -> tuple[list[str], list[str], list[str], tuple[str, ...] | None, tuple[int, int] | None]:
        """One of a few shapes that come again and again with other constants: these go the short way."""
        quad = self.random.choice(self.quads)
        subject, predicate = f"{quad.subject}", f"{quad.predicate}"
        if form == "ASK":
            return ["ASK"], ["{", subject, predicate, "?o", "}"], [], None, None
        if form == "CONSTRUCT":
            template = ["{", subject, "?p", "?o", "}"]
            return ["CONSTRUCT", *template], ["WHERE", *template], [], None, None
        if form == "DESCRIBE":
            return ["DESCRIBE", subject], [], [], None, None
        if self.random.random() < 0.5:
            return ["SELECT", "*"], ["{", subject, "?p", "?o", "}"], [], ("p", "o"), None
        value = str(quad.object) if not isinstance(quad.object, ox.BlankNode | ox.Triple) else "?o"
        return ["SELECT", "?s"], ["WHERE", "{", "?s", predicate, value, "}"], [], None, None

    def _complex(
        self, form: str
    ) -> tuple[list[str], list[str], list[str], tuple[str, ...] | None, tuple[int, int] | None]:
        tokens, variables = self._group()
        body = [*self.random.choice((["WHERE"], [])), "{", *tokens, "}"]
        used = list(dict.fromkeys(variables))
        if form == "ASK":
            return ["ASK"], body, [], None, None
        if form == "CONSTRUCT":
            object_ = self.random.choice(used) if used else "1"
            template = ["{", self._constant_iri(), self._constant_iri(True), object_, ".", "_:b", "<x:,>", object_, "}"]
            return ["CONSTRUCT", *template], ["WHERE", *body[body[0] == "WHERE" :]], [], None, None
        if form == "DESCRIBE":
            asked = self.random.choice(([self._constant_iri()], used[:1] or ["<x:y>"], ["*"]))
            return ["DESCRIBE", *asked], ["WHERE", *body[body[0] == "WHERE" :]], [], None, None
        tail: list[str] = []
        window = (
            (self.random.choice((0, 1, 3)), self.random.choice((1, 5, 100))) if self.random.random() < 0.2 else None
        )
        kind = self.random.random()
        if kind < 0.4 or not used:
            names = dict.fromkeys(token[1:] for token in body if token[0] in "?$" and len(token) > 1)
            return ["SELECT", *self.random.choice(([], ["DISTINCT"])), "*"], body, tail, tuple(names), window
        one = self.random.choice(used)
        if kind < 0.55:
            other = self.random.choice(used)
            counted = [
                "(",
                "COUNT",
                "(",
                *self.random.choice((["*"], [other], ["DISTINCT", other])),
                ")",
                "AS",
                "?n",
                ")",
            ]
            tail = [
                "GROUP",
                "BY",
                one,
                *self.random.choice(([], ["HAVING", "(", "COUNT", "(", "*", ")", ">", "1", ")"])),
            ]
            return ["SELECT", one, *counted], body, tail, None, window
        if kind < 0.65:
            most = ["(", "MAX", "(", "STR", "(", one, ")", ")", "AS", "?m", ")"]
            total = ["(", "SUM", "(", "STRLEN", "(", "STR", "(", one, ")", ")", ")", "AS", "?t", ")"]
            return ["SELECT", *most, *total], body, [], None, None
        if kind < 0.75:
            exists = ["(", "EXISTS", "{", *self._joined(used, 0)[0], "}", "AS", "?e", ")"]
            return ["SELECT", *used[:2], *exists], body, [], None, window
        if self.random.random() < 0.4:
            tail = ["ORDER", "BY", *self.random.choice(([one], ["DESC", "(", one, ")"], ["STR", "(", one, ")", one]))]
        chosen = self.random.sample(used, self.random.randrange(1, len(used) + 1))
        if one not in chosen:
            chosen.append(one)
        return ["SELECT", *self.random.choice(([], ["DISTINCT"])), *chosen], body, tail, None, window

    def _constant_iri(self, property_: bool = False) -> str:
        quad = self.random.choice(self.quads)
        return self._term(quad.predicate if property_ else quad.subject)

    def _dataset(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, bool]:
        if self.random.random() < 0.65:
            return None, None, False
        default = self.random.choices(self.graphs, k=self.random.choice((0, 1, 1, 2, 2, 3)))
        named = self.random.choices(self.graphs, k=self.random.choice((0, 0, 1, 2)))
        if not default and not named:
            default = [self.random.choice(self.graphs)]
        return tuple(default), tuple(named), self.random.random() < 0.3

    # --- as odd as may be ----------------------------------------------------------------------------------------

    def _odd(self, tokens: list[str]) -> str:
        if self.random.random() < 0.4:
            return " ".join(tokens)
        escapes = self.random.random() < 0.3
        text = ""
        for token in tokens:
            shown = self._recased(token)
            if escapes:
                shown = self._escaped(shown)
            if text:
                text += self._gap(text[-1], shown[0])
            text += shown
        return text + self.random.choice(("", "", "\n", " # the end", "#{"))

    def _gap(self, before: str, after: str) -> str:
        tight = before in _TIGHT or after in _TIGHT
        if tight and self.random.random() < 0.5:
            return ""
        if (before in "<>=&|" or after in "<>=&|") and self.random.random() < 0.4:
            return ""
        return self.random.choices((" ", "\n", "\t\r\n ", self.random.choice(_COMMENTS)), (8, 2, 1, 1))[0]

    def _recased(self, token: str) -> str:
        word = token.isascii() and token.isalpha() and token not in ("a", "true", "false")
        if not word or self.random.random() < 0.6:
            return token
        return "".join(self.random.choice((letter.lower(), letter.upper())) for letter in token)

    def _escaped(self, token: str) -> str:
        if token.startswith(("'", '"')) or "\\" in token or self.random.random() < 0.8:
            return token
        at = self.random.randrange(len(token))
        if not token[at].isalnum() and not (len(token) == 1 and token in "{}().;"):
            return token
        form = "\\u{:04X}" if ord(token[at]) < 0x10000 and self.random.random() < 0.7 else "\\U{:08X}"
        return token[:at] + form.format(ord(token[at])) + token[at + 1 :]


def _close(text: str) -> str:
    """With the brackets that the engine wants close behind a name."""
    return text.replace("COALESCE ( ", "COALESCE(").replace("BNODE ( ", "BNODE(")
