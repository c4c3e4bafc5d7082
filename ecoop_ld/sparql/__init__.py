"""SPARQL queries → results, in worker processes that can be killed. Knows no HTTP.

``protocol`` holds the values, ``tokens`` and ``inspection`` look at a query before it runs, ``store`` builds and asks
a store, ``zygote`` and ``worker`` are what runs in other processes, ``pool`` and ``once`` are what the server and the
command line call.
"""
