"""Clauses of a policy document (条款) as a reader is shown them. Pure."""

from shared.problems import Language

_NUMERALS = str.maketrans({sign: str(n) for n, sign in enumerate("一二三四五六七八九十", 1)})


def written_clause(clause: str, language: Language) -> str:
    """A clause as the document numbers it, 二(七)17; in English by numerals, 2(7)17."""
    return clause.translate(_NUMERALS) if language == "en" else clause
