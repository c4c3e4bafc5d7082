"""A build → an ASGI application: 303 from thing to document, content negotiation, ``/sparql``, files.

``app`` takes requests and sends answers, ``documents`` and ``endpoint`` make them, ``refusals`` says no, ``links``
writes Link headers, ``kept`` remembers answers, ``clients`` counts who asks how much, ``journal`` writes down what
happened, ``connection`` guards the sockets.
"""

from ecoop_ld.server.app import App
from ecoop_ld.server.connection import Connections
from ecoop_ld.server.documents import content_type
from ecoop_ld.server.journal import Journal
from ecoop_ld.server.served import Served

__all__ = ["App", "Connections", "Journal", "Served", "content_type"]
