"""A build → an ASGI application: 303 from thing to document, content negotiation, ``/sparql``, files.

``app`` takes requests and sends answers, ``routes`` says what makes them, ``documents`` and ``endpoint`` do,
``refusals`` says no, ``links`` writes Link headers, ``cache`` remembers answers, ``limits`` counts who asks how much,
``journal`` writes down what happened, ``connection`` guards the sockets, ``lane`` is the short way for small queries
(``heads`` reads its requests).
"""

from ecoop_ld.server.app import App
from ecoop_ld.server.connection import Connections
from ecoop_ld.server.journal import Journal
from ecoop_ld.server.lane import Lane
from ecoop_ld.server.snapshot import Served

__all__ = ["App", "Connections", "Journal", "Lane", "Served"]
