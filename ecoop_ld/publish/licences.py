"""IRI of a licence → its name in the SPDX list (https://spdx.org/licenses/), which archives and package tools know."""

from __future__ import annotations

import re

_KNOWN = {
    "opensource.org/licenses/MIT": "MIT",
    "opensource.org/license/mit": "MIT",
    "www.apache.org/licenses/LICENSE-2.0": "Apache-2.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0",
    "opendatacommons.org/licenses/odbl/1.0": "ODbL-1.0",
    "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/by/1.0": "ODC-By-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0",
    "opendatacommons.org/licenses/pddl/1.0": "PDDL-1.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "creativecommons.org/publicdomain/mark/1.0": "CC-PDM-1.0",
    "www.nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
}
_CC = re.compile(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)")
_SPDX = re.compile(r"spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json)?")


def spdx(iri: str) -> str:
    """``https://creativecommons.org/licenses/by/4.0/`` → ``CC-BY-4.0``; ``""`` for a licence that is not known here."""
    plain = re.sub(r"/(?:deed|legalcode)[^/]*$", "", iri.partition("://")[2].rstrip("/")).removesuffix("/")
    if match := _CC.fullmatch(plain):
        return f"CC-{match[1].upper()}-{match[2]}"
    if match := _SPDX.fullmatch(plain):
        return match[1]
    return _KNOWN.get(plain, "")
