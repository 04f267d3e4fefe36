"""Reading a reorganisation as stated: codes in order, successors that fit its kind. Pure."""

from typing import NamedTuple

from services.registry.organisations.rules import Uscc, read_uscc
from services.registry.reorganisations.schemas import NewReorganisation
from services.registry.written import NOT_YET
from shared import clock
from shared.problems import Fault, InvalidBody, Said


class Read(NamedTuple):
    """Those that take part by code and name, the old one first; `heir` is the place among the successors."""

    organisations: list[tuple[str, str]]
    heir: int


def read(wanted: NewReorganisation) -> Read | InvalidBody:
    """The organisations that take part, or everything that is wrong at once."""
    stated = [("/old_uscc", wanted.old_uscc)]
    stated += [(f"/successors/{n}/uscc", each.uscc) for n, each in enumerate(wanted.successors)]
    codes = [(pointer, read_uscc(code)) for pointer, code in stated]
    faults = [Fault(pointer, code.code, code.said) for pointer, code in codes if isinstance(code, Fault)]
    if wanted.effective_on > clock.today():
        faults.append(NOT_YET)
    if wanted.kind == "merger" and (len(wanted.successors) != 1 or wanted.continues):
        faults.append(ONE_SUCCESSOR)
    old, *new = [code.code for _, code in codes if isinstance(code, Uscc)] or [""]
    heir = _heir(wanted, new)
    if heir is None:
        faults.append(HEIR_NEEDED)
    if old in new or len(set(new)) != len(new):
        faults.append(TWICE)
    if faults or heir is None:
        return InvalidBody(*faults)
    names = ["", *(each.name.strip() for each in wanted.successors)]
    return Read(list(zip([old, *new], names, strict=True)), heir)


def _heir(wanted: NewReorganisation, successors: list[str]) -> int | None:
    if wanted.continues or (len(wanted.successors) == 1 and wanted.heir_uscc is None):
        return 0
    code = read_uscc(wanted.heir_uscc or "")
    return successors.index(code.code) if isinstance(code, Uscc) and code.code in successors else None


ONE_SUCCESSOR = Fault(
    "/successors",
    "one_successor",
    Said("合并只有一个存续单位，被合并单位不再存续", "A merger has one successor, and the old one does not go on"),
)
HEIR_NEEDED = Fault(
    "/heir_uscc",
    "heir_needed",
    Said(
        "解散分立须指明由哪个分立单位承继名称和岗位，或填写原单位存续（continues）",
        "Name which of the successors has the titles and posts, or say that the old one goes on (continues)",
    ),
)
TWICE = Fault("/successors", "twice", Said("单位重复", "an organisation is named twice"))
