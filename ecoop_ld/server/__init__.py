"""A build → a server: 303 from thing to document, content negotiation, ``/sparql``, files.

``connection`` reads requests off a socket and writes answers to it, ``connections`` bounds them all. ``app`` takes
requests, ``routes`` says what makes the answer, ``documents`` and ``endpoint`` do, ``refusals`` says no, ``links``
writes Link headers, ``cache`` remembers answers, ``limits`` counts who asks how much, ``journal`` writes down what
happened.
"""

from ecoop_ld.server.app import App
from ecoop_ld.server.connections import Connections
from ecoop_ld.server.journal import Journal
from ecoop_ld.server.snapshot import Served

__all__ = ["App", "Connections", "Journal", "Served"]
