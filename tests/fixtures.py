"""Invented people, organisations and posts; their numbers use the address 360101, which is issued to nobody."""

from datetime import date, timedelta
from typing import Any

from stdnum.iso7064 import mod_11_2

from shared.cli.demo_year import credit_code
from tests.in_clear import NAMES


def resident_number(serial: int) -> str:
    """The number of the n-th invented person: born from 1980 on, all different."""
    born = date(1980, 1, 1) + timedelta(days=serial % 9000)
    body = f"360101{born:%Y%m%d}{1 + serial // 9000:03}"
    return body + str(mod_11_2.calc_check_digit(body))


def person(serial: int, programme: str, **changes: Any) -> dict[str, Any]:
    """A person to register; nobody has both the birth date and the name of another."""
    round_of_names, which = divmod(serial // 9000, len(NAMES))
    name = NAMES[which] + "树" * round_of_names
    subject = {"kind": "person", "name": name, "id_type": "resident_id", "id_number": resident_number(serial)}
    return _body(programme, subject, changes)


def organisation(serial: int, programme: str, **changes: Any) -> dict[str, Any]:
    """An organisation to register."""
    subject = {"kind": "organisation", "uscc": credit_code("91", 50_000 + serial), "name": f"测试单位{serial}"}
    return _body(programme, subject, changes)


def post(serial: int, programme: str, **changes: Any) -> dict[str, Any]:
    """A post to register."""
    host = credit_code("12", 90_000)
    subject = {"kind": "post", "post_code": f"GW-{serial:04}", "name": "测试岗位", "host_uscc": host}
    return _body(programme, subject, changes)


def _body(programme: str, subject: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    body = {
        "programme": programme,
        "submit": True,
        "subject": subject,
        "reporting_unit": "donghu",
        "fact_date": "2018-11-20",
        "details": {},
    }
    return body | changes
