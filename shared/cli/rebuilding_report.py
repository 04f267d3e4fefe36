"""What a rebuild would change, as an operator reads it."""

from typing import Any

from rich.console import Console
from rich.table import Table

from shared.cli.comparing import ANNOUNCE_AGAIN
from shared.cli.rebuilding import Rebuilding
from shared.cli.showing import FIGURES, SHOWN, limited, marked, plain_table
from shared.cli.verification_report import VERDICTS

STAYING = {"newer": "此处较新 · newer here", "surplus": "仅此处有 · only here"}
LAYERS = {
    "sums": "合计 · sums",
    "memberships": "人头 · heads",
    "ledger": "台账，逐日 · ledger, by day",
    "counters": "计数器 · counters",
    "milestones": "节点 · milestones",
}
STATES = {
    None: "丢失 · lost",
    "pending": "未达 · pending",
    "reached": "已达成 · reached",
    "fallen_back": "回落 · fallen back",
    "regained": "恢复达成 · regained",
}


def show_comparison(out: Console, found: Rebuilding) -> None:
    """What would change in one table, figure by figure, milestone by milestone, and what holds it up."""
    comparison = found.comparison
    out.print(_overview(found))
    if comparison["figures"]:
        out.print(_figures(comparison["figures"]))
    if comparison["milestones"]:
        out.print(_milestones(comparison["milestones"]))
    if found.unpublished:
        out.print(
            f"[yellow]登记服务有 {found.unpublished:,} 个事件未发出：一经换上即已计入，所过节点不再告知 · "
            f"the registry has {found.unpublished:,} unpublished events: a swap counts them, "
            "and milestones they pass are told to nobody[/]",
            soft_wrap=True,
        )
    if comparison["in_order"] and not found.behind:
        out.print("[green]全部一致，无须重建 · Nothing would change[/]")


def show_outcome(out: Console, found: Rebuilding) -> None:
    """What became of it, and the next step."""
    if found.shown["state"] == "swapped":
        out.print(
            f"[green]已换上，{found.shown['adjustments']:,} 项修正留痕，未惊动任何人 · "
            f"Swapped in, {found.shown['adjustments']:,} adjustments on record; nobody was alerted[/]",
            soft_wrap=True,
        )
    elif not found.settled and not found.behind:
        out.print("未换上，一切照旧 · Not swapped in; everything is as it was")
    for action in found.next_actions():
        out.print(f"[red]→[/] {action.zh}\n  {action.en}", soft_wrap=True)


def _overview(found: Rebuilding) -> Table:
    registrations, changes = found.comparison["registrations"], found.comparison["changes"]
    table = plain_table("重建对比 · Rebuild, compared", "项目 · What", "*条数 · Number", "*更正 · Changes")
    announced = registrations["told"]
    table.add_row("登记服务所有 · told by the registry", f"{announced:,}", "")
    table.add_row("此处已知 · known here", f"{registrations['known']:,}", "")
    for verdict in ANNOUNCE_AGAIN:
        table.add_row(f"登记 {VERDICTS[verdict]}", "", marked(registrations[verdict]))
    for name, label in STAYING.items():
        table.add_row(f"登记 {label}", f"{registrations[name]:,}", "")
    if found.behind:
        table.add_row("其中此前已知 · of these known before", f"[red]{registrations['behind']:,}[/]", "")
    for name, label in LAYERS.items():
        table.add_row(label, "", marked(changes[name]))
    return table


def _figures(figures: list[dict[str, Any]]) -> Table:
    table = plain_table(
        "数字变化 · Figures", "目标\nQuota", "单位\nUnit", "口径\nFigure", "*现在\nNow", "*重建后\nRebuilt"
    )
    for each in figures[:SHOWN]:
        numbers = (f"{each[name]:,}" for name in ("now", "rebuilt"))
        table.add_row(_quota(each), each["unit"] or "*", FIGURES[each["figure"]], *numbers)
    return limited(table, len(figures))


def _milestones(milestones: list[dict[str, Any]]) -> Table:
    table = plain_table("节点变化 · Milestones", "目标\nQuota", "*节点\nMilestone", "现在\nNow", "重建后\nRebuilt")
    for each in milestones[:SHOWN]:
        states = (STATES[each[name]] for name in ("now", "rebuilt"))
        table.add_row(_quota(each), f"{each['percent']}%", *states)
    return limited(table, len(milestones))


def _quota(named: dict[str, Any]) -> str:
    return " ".join(filter(None, (named["code"], named["period"], named["quota_unit"])))
