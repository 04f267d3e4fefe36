"""Invented people, organisations and posts; the numbers are of places and sequences that are given to nobody."""

from datetime import date, timedelta
from typing import Any

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from services.registry.subjects.rules.organisations import ALPHABET, read_uscc


def resident_number(n: int, born: date = date(1960, 1, 1)) -> str:
    """The n-th number of the place 360101; sequence 001, a man's."""
    body = f"360101{born + timedelta(days=n):%Y%m%d}001"
    return body + str(mod_11_2.calc_check_digit(body))


def organisation_code(n: int) -> str:
    """The n-th code of an organisation in Nanchang."""
    body = f"91360100MA{n:06d}"
    codes = (body + inner + uscc.calc_check_digit(body + inner) for inner in "0123456789X" if inner in ALPHABET)
    return next(code for code in codes if not hasattr(read_uscc(code), "pointer"))


def organisation(n: int = 1, programme: str = "skill-master-studios", **changes: Any) -> dict[str, Any]:
    """A body that registers an organisation."""
    subject = {"kind": "organisation", "uscc": organisation_code(n), "name": f"测试单位{n}"}
    return _body(programme, subject, changes)


def post(n: int = 1, **changes: Any) -> dict[str, Any]:
    """A body that registers a post."""
    subject = {"kind": "post", "post_code": f"GW-{n:04d}", "name": f"测试岗位{n}", "host_uscc": organisation_code(1)}
    return _body("public-welfare-posts", subject, changes)


def person(n: int = 1, programme: str = "youth-intake", **changes: Any) -> dict[str, Any]:
    """A body that registers the n-th person."""
    subject = {"kind": "person", "name": "赵植树", "id_type": "resident_id", "id_number": resident_number(n)}
    return _body(programme, subject, changes)


def _body(programme: str, subject: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    subject |= changes.pop("subject", {})
    body = {"programme": programme, "submit": True, "reporting_unit": "donghu", "fact_date": "2019-07-01"}
    return body | {"subject": subject} | changes
