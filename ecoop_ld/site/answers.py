"""Questions → their answers in the results formats, each asked once."""

from __future__ import annotations

import io
from collections.abc import Callable

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.model.questions import Question
from ecoop_ld.rdf.formats import JSON, Format
from ecoop_ld.sparql.inspection import prepare
from ecoop_ld.sparql.protocol import Form, Query, QueryError
from ecoop_ld.sparql.store import query_store


class Answers:
    """Asks a question when its answer is first wanted. Keeps the last answer: pages and files of one question are
    made one after the other, and all answers of a large project together may not fit into memory.
    """

    def __init__(self, config: Config, store: Callable[[], ox.Store]) -> None:
        self._config, self._store = config, store
        self._last: tuple[Question, bytes] | None = None

    def of(self, question: Question, row: Format) -> bytes:
        """The answer in a results format. Raises ``UserError`` where the query is no SELECT or ASK."""
        last = self._last
        if last is None or last[0] is not question:
            last = self._last = (question, self._ask(question))
        if row is JSON:
            return last[1]
        written = io.BytesIO()
        results = ox.parse_query_results(last[1], format=JSON.results_engine())
        results.serialize(written, format=row.results_engine())
        return written.getvalue()

    def _ask(self, question: Question) -> bytes:
        place, limits = Place(f"site/queries/{question.name}.rq"), self._config.limits
        try:
            prepared = prepare(Query(question.text), limits)
            if prepared.form not in (Form.SELECT, Form.ASK):
                raise UserError("A question must be a SELECT or an ASK query.", place=place)
            content, _ = query_store(
                self._store(), prepared, JSON, prefixes=self._config.all_prefixes, most=limits.result_bytes
            )
        except QueryError as error:
            raise UserError(error.message, place=place, hint=error.hint) from None
        return content
