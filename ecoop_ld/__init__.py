"""Publish a folder of Turtle as linked data: pages, dumps, SPARQL."""

__version__ = "0.1.0"
