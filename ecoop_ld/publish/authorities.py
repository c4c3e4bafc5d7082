"""Languages, formats and themes → IRIs of the EU's authority tables, which DCAT-AP wants (3.0.1 §12).

http://publications.europa.eu/resource/authority
"""

from __future__ import annotations

from ecoop_ld.rdf.languages import primary

_BASE = "http://publications.europa.eu/resource/authority/"
PUBLIC = _BASE + "access-right/PUBLIC"
THEMES = _BASE + "data-theme"
THEME_LABELS = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
_CODES = (
    "ar=ARA bg=BUL ca=CAT cs=CES cy=CYM da=DAN de=DEU el=ELL en=ENG eo=EPO es=SPA et=EST eu=EUS fa=FAS fi=FIN "
    "fr=FRA ga=GLE gl=GLG he=HEB hi=HIN hr=HRV hu=HUN id=IND is=ISL it=ITA ja=JPN ko=KOR la=LAT lb=LTZ lt=LIT "
    "lv=LAV mk=MKD mt=MLT nl=NLD no=NOR pl=POL pt=POR rm=ROH ro=RON ru=RUS sk=SLK sl=SLV sq=SQI sr=SRP sv=SWE "
    "sw=SWA th=THA tr=TUR uk=UKR ur=URD vi=VIE zh=ZHO"
)
_ISO_639_3 = dict(pair.split("=") for pair in _CODES.split())
"""ISO 639-1 → the code of ISO 639-3 by which the table of languages knows it."""


def language(code: str) -> str:
    """IRI of a language; that of the Library of Congress where the code is none of those above."""
    code = primary(code)
    known = _ISO_639_3.get(code, code.upper() if len(code) == 3 else "")
    return f"{_BASE}language/{known}" if known else f"http://id.loc.gov/vocabulary/iso639-1/{code}"


def iso_639_3(code: str) -> str:
    """Three letters for a language, or ``""`` where they are not known here."""
    return _ISO_639_3.get(primary(code), "").lower()


def file_type(code: str) -> str:
    return f"{_BASE}file-type/{code}"


def theme(code: str) -> str:
    """IRI of a theme by its code; a whole IRI stands for itself."""
    return code if "://" in code else f"{THEMES}/{code}"
