"""What a verification found, as an operator reads it."""

from rich.console import Console
from rich.table import Table

from shared.cli.showing import FIGURES, SHOWN, limited, marked, plain_table
from shared.cli.verification import Verified
from shared.contracts.facts import Verdict

VERDICTS = {
    Verdict.MISSING: "缺失 · missing",
    Verdict.OLDER: "较旧 · older",
    Verdict.DIFFERENT: "不同 · different",
    Verdict.NEWER: "较新 · newer",
    Verdict.SURPLUS: "多出 · surplus",
}
LAYERS = {
    "counters": ("计数器＝台账 · counters = ledger", "counters"),
    "sums": ("合计＝台账 · sums = ledger", "ledger_rows"),
    "ledger": ("台账＝人头，逐日 · ledger = heads, by day", "ledger_rows"),
    "memberships": ("人头＝登记 · heads = registrations", "memberships"),
    "milestones": ("节点＝计数 · milestones = counters", "quotas"),
    "bulletins": ("通报＝哈希 · bulletins = hashes", "bulletins"),
}


def show(out: Console, found: Verified) -> None:
    """The whole in one table, details where something is adrift, and the next step."""
    out.print(_overview(found))
    if found.figures["drift"]:
        out.print(_drift(found))
    if found.registrations.differences:
        out.print(_differences(found))
    if found.in_order:
        out.print("[green]全部一致 · Everything agrees[/]")
    for action in found.next_actions():
        out.print(f"[red]→[/] {action.zh}\n  {action.en}", soft_wrap=True)


def _overview(found: Verified) -> Table:
    table = plain_table("核对 · Verification", "项目 · What", "*核对 · Checked", "*不符 · Adrift")
    for name, flow in found.flows.items():
        _row(table, f"{name} 未发 · unpublished", flow.unpublished, found.stuck.get(name, 0))
        _row(table, f"{name} 滞留 · parked", flow.parked, flow.parked)
    announced = found.registrations.announced
    for verdict, name in VERDICTS.items():
        _row(table, f"登记 {name}", announced, found.count(verdict))
    for layer, (name, checked) in LAYERS.items():
        _row(table, name, found.figures["checked"][checked], found.figures["adrift"][layer])
    return table


def _drift(found: Verified) -> Table:
    heads = ("目标\nQuota", "单位\nUnit", "口径\nFigure", "*计数器\nCounter", "*台账\nLedger", "*人头\nHeads")
    table = plain_table("不符的数 · Figures adrift", *heads)
    for each in found.figures["drift"][:SHOWN]:
        numbers = (f"{each[name]:,}" for name in ("counter", "ledger", "heads"))
        table.add_row(f"{each['code']} {each['period']}", each["unit"] or "*", FIGURES[each["figure"]], *numbers)
    return limited(table, len(found.figures["drift"]))


def _differences(found: Verified) -> Table:
    table = plain_table("不符的登记 · Registrations", "编号\nId", "不符\nHow", "*登记\nTold", "*计数\nCounted")
    for each in found.registrations.differences[:SHOWN]:
        versions = ("—" if version is None else f"v{version}" for version in (each.announced, each.counted))
        table.add_row(str(each.registration_id), VERDICTS[each.verdict], *versions)
    return limited(table, len(found.registrations.differences))


def _row(table: Table, name: str, checked: int, adrift: int) -> None:
    table.add_row(name, f"{checked:,}", marked(adrift))
