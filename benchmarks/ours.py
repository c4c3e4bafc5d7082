"""This project's server over a store given by its folder: ``python -m benchmarks.ours PROJECT STORE PORT WORKERS``.

Everything is as ``ecoop-ld serve`` has it but the limits per client, which one client that asks for all would meet.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from ecoop_ld import config as settings_of
from ecoop_ld.server import App, Served, run
from ecoop_ld.sparql.pool import Pool


def main() -> None:
    project, store, port, workers = sys.argv[1:]
    config = settings_of.load(Path(project))
    limits = dataclasses.replace(
        config.limits, workers=int(workers), client_queries=0, client_rate=0.0, queue=1_000, client_connections=4_000
    )
    config = dataclasses.replace(config, limits=limits)
    address = f"http://127.0.0.1:{port}/"
    served: Served = run.load(config, Path(project) / "public", address)
    app = App(served, Pool(Path(store), limits, config.all_prefixes))
    run.run_app(app, run.Stores(config), run.listen("127.0.0.1", int(port)), lambda: None)


if __name__ == "__main__":
    main()
