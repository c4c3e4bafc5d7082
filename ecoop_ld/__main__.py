"""``python -m ecoop_ld``: the command line."""

from ecoop_ld.cli import main

main(prog_name="ecoop-ld")
