"""`talent`: the command line of the product; it speaks to the services as any other client does."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from shared.ciphers import Suite
from shared.cli.acts.commands import add_acts
from shared.cli.audit import check_trails
from shared.cli.bulletin import Bulletins, named, show_bulletin
from shared.cli.client import ApiClient, Refused, body_of
from shared.cli.exporting import export_progress, export_registrations, form_of
from shared.cli.hosting import add_host_commands
from shared.cli.importing import commit, is_clean, show_import, upload_file, watch
from shared.cli.policy import apply_policy, show_changes
from shared.cli.progress import Language, progress_tables
from shared.cli.rebuilding import rebuilding
from shared.cli.rebuilding_report import show_comparison, show_outcome
from shared.cli.showing import loading, sentences_for_errors
from shared.cli.supervisor import Supervisor
from shared.cli.verification import repair, verify
from shared.cli.verification_report import show as show_verified
from shared.cli.welcome import load_demo
from shared.config import settings
from shared.key_rings import SIGNING, rotate
from shared.vault import DUTIES, generate_keys, suites

app = typer.Typer(help="人才计划登记系统 · Talent programme registry", no_args_is_help=True)
policy = typer.Typer(help="政策包 · Policy packs", no_args_is_help=True)
app.add_typer(policy, name="policy")
audit = typer.Typer(help="审计 · The audit trails", no_args_is_help=True)
app.add_typer(audit, name="audit")
out = Console(highlight=False)
add_acts(app, out)
add_host_commands(app, out)

# Hashes of secrets cannot be made anew without what they are of.
ROTATED = {f"{service}/sealing": f"{service}/sealing.json" for service in DUTIES} | {
    SIGNING: f"{SIGNING}/{SIGNING}.json",
    "registry/index": "registry/index.json",
    "notify/links": "notify/links.json",
}
NEXT = {"registry/index": "reindex"}  # what makes use of the fresh key; of others `reseal`

As = Annotated[str | None, typer.Option("--as", help="a name in demo-credentials.json", show_default=False)]


@app.command()
def up() -> None:
    """在本机启动全部服务 · Start the four services on this machine, in the foreground."""
    raise SystemExit(Supervisor(out).run())


@app.command()
def keys(
    folder: Path,
    earlier: Annotated[Path | None, typer.Option("--from", help="keys.json of 0.1, whose keys they begin with")] = None,
    suite: Annotated[Suite, typer.Option(help="国际 or 国密: what new rings seal and hash by")] = Suite.INTERNATIONAL,
) -> None:
    """生成密钥 · Make the keys of a production, a ring for each duty; what is there stays as it is."""
    generate_keys(folder, demo=False, earlier=earlier, suite=suite)
    out.print(f"{folder}")
    for name, kept in suites(folder):
        out.print(f"{name}  {kept}")


@app.command(name="rotate-key")
def rotate_key(
    folder: Path, ring: str, suite: Annotated[Suite | None, typer.Option(help="as before if left out")] = None
) -> None:
    """轮换密钥 · Give a ring a fresh key while all serve: registry/sealing, registry/index, signing ..."""
    if ring not in ROTATED:
        raise Refused(f"{ring}: {'、'.join(ROTATED)}")
    out.print(f"{ring}  {rotate(folder / ROTATED[ring], suite)}")
    if ring != SIGNING:
        out.print(f"下一步 · next: python -m services.{ring.partition('/')[0]} {NEXT.get(ring, 'reseal')}")


@app.command()
def token(as_: As = None) -> None:
    """取得访问令牌 · Print an access token."""
    out.print(ApiClient.chosen(as_).token(), soft_wrap=True)


@policy.command(name="apply")
def policy_apply(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what would change")] = False,
    as_: As = None,
) -> None:
    """应用政策包 · Put a policy pack into force, or show what it would change."""
    outcome = apply_policy(ApiClient.chosen(as_ or "bureau"), file, dry_run=dry_run)
    show_changes(out, outcome, dry_run=dry_run)


@app.command()
def progress(
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD; today if left out")] = None,
    programme: Annotated[str | None, typer.Option(help="one programme")] = None,
    unit: Annotated[str | None, typer.Option(help="one reporting unit's contribution")] = None,
    lang: Annotated[Language, typer.Option(help="zh or en")] = Language.zh,
    as_: As = None,
) -> None:
    """目标进展 · Every programme with its headcount, amount, completion and pace, and what is ahead of it."""
    query = {"as_of": as_of, "programme": programme, "unit": unit}
    for table in progress_tables(ApiClient.chosen(as_ or "leader"), query, lang, out.width):
        out.print(table)


@app.command()
def export(
    file: Path,
    purpose: Annotated[str, typer.Option(help="what for: a code of the list, with --explanation, or one text")],
    explanation: Annotated[str | None, typer.Option(help="what for, in a sentence")] = None,
    programme: Annotated[str | None, typer.Option(help="one programme")] = None,
    unit: Annotated[str | None, typer.Option(help="one reporting unit")] = None,
    figures: Annotated[bool, typer.Option("--figures", help="progress instead of registrations")] = False,
    personal: Annotated[bool, typer.Option("--personal", help="clear values, for those who may see them")] = False,
    gb18030: Annotated[bool, typer.Option("--gb18030", help="a CSV in GB18030 instead of UTF-8")] = False,
    as_: As = None,
) -> None:
    """导出名单或进展 · Write registrations, or progress, into FILE (.xlsx or .csv), for a purpose and on record."""
    client, form = ApiClient.chosen(as_ or "bureau"), form_of(file, gb18030=gb18030)
    wanted = {"purpose": purpose, "programme": programme, "unit": unit}
    if figures:
        copy = export_progress(client, file, form, wanted)
    else:
        more = {"format": form, "explanation": explanation, "personal": personal}
        copy = export_registrations(client, file, wanted | more)
    out.print(f"{file}  副本编号 · copy {copy}", soft_wrap=True)


@app.command()
def bulletin(
    edition: Annotated[str, typer.Argument(help="a month (2019-12) or a year (2019)")],
    report: Annotated[bool, typer.Option("--report", help="the annual evaluation report of a year")] = False,
    number: Annotated[str | None, typer.Option(help="发文字号", show_default=False)] = None,
    issued_on: Annotated[str | None, typer.Option(help="成文日期, YYYY-MM-DD; today if left out")] = None,
    month_on_month: Annotated[bool, typer.Option("--month-on-month", help="with 环比")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what would be published")] = False,
    again: Annotated[bool, typer.Option("--again", help="publish another edition of the same term")] = False,
    to: Annotated[Path | None, typer.Option(help="a folder for the XLSX, HTML and text files")] = None,
    lang: Annotated[Language, typer.Option(help="zh or en")] = Language.zh,
    as_: As = None,
) -> None:
    """通报 · Publish a bulletin where there is none yet, and show it or write its files. It never changes after."""
    bulletins = Bulletins(ApiClient.chosen(as_ or "bureau"), lang)
    wanted: dict[str, Any] = {"edition": edition, "kind": "annual_report" if report else "bulletin"}
    wanted |= {"number": number, "issued_on": issued_on, "month_on_month": month_on_month}
    if dry_run:
        out.print(bulletins.tried(wanted), markup=False, soft_wrap=True)
        out.print(f"试运行，未发布 · dry run, nothing was published. 发布 · publish: talent bulletin {named(wanted)}")
    else:
        show_bulletin(out, bulletins, wanted, again=again, to=to)


@app.command(name="verify")
def verify_(
    repair_: Annotated[bool, typer.Option("--repair", help="put right what can be put right")] = False,
    reason: Annotated[str | None, typer.Option(help="why; kept with every adjustment", show_default=False)] = None,
    json_: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    as_: As = None,
) -> None:
    """核对 · Compare registrations, ledger and counters. Exit status 0 only where everything agrees.

    What is still under way is waited for, as long as it moves.
    """
    if repair_ and not reason:
        raise Refused('修正须说明理由：--reason "…" · A repair needs a reason: --reason "…"')
    client = ApiClient.chosen(as_ or "operator")
    found = verify(client)
    if repair_ and reason and not found.in_order:
        if not json_:
            show_verified(out, found)
        repair(client, found, reason)
        found = verify(client)
    if json_:
        out.print_json(data=found.report())
    else:
        show_verified(out, found)
    raise typer.Exit(0 if found.in_order else 1)


@app.command(name="import")
def import_(
    file: Path,
    programme: Annotated[str | None, typer.Option(help="the code of the programme")] = None,
    kind: Annotated[str, typer.Option(help="registrations, or transitions: a list of decisions")] = "registrations",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what it would do")] = False,
    all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="enter none where one is refused")] = False,
    hidden_rows: Annotated[str | None, typer.Option(help="include or skip rows that are hidden")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="enter it without asking")] = False,
    as_: As = None,
) -> None:
    """批量导入 · Import a file of registrations or decisions: tried, shown, and entered.

    Exit status 1 where a row was rejected. What takes two officers waits for the second, who imports the same list.
    """
    client = ApiClient.chosen(as_ or ("institution-a-clerk" if kind == "registrations" else "bureau"))
    query = {"kind": kind, "mode": "all_or_nothing" if all_or_nothing else "accept_good"}
    query |= {"programme": programme} if programme else {}
    query |= {"dry_run": "false" if yes and not dry_run else "true"} | (
        {"hidden_rows": hidden_rows} if hidden_rows else {}
    )
    shown = watch(client, out, upload_file(client, file, query))
    show_import(out, shown)
    if not (dry_run or yes) and shown["state"] == "previewed" and typer.confirm("登记 · Enter it?"):
        shown = watch(client, out, commit(client, shown["id"]))
        show_import(out, shown)
    raise typer.Exit(0 if is_clean(shown) else 1)


@app.command()
def rebuild(
    reason: Annotated[str, typer.Option(help="why; kept with every adjustment", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="swap it in without asking")] = False,
    json_: Annotated[bool, typer.Option("--json", help="for machines; without --yes it only compares")] = False,
    as_: As = None,
) -> None:
    """重建 · Count everything anew from the registry alone, show what would change, and swap it in. Nobody is alerted.

    Exit status 0 where quota is then as the registry has it.
    """
    client = ApiClient.chosen(as_ or "operator")
    with ExitStack() as until_the_end:
        with loading(Console(quiet=json_)) as bar:
            filling = bar.add_task("登记 · Registrations", total=None)
            found = until_the_end.enter_context(rebuilding(client, reason, lambda number: bar.advance(filling, number)))
        if not json_:
            show_comparison(out, found)
        if not (found.settled or found.behind) and (yes or (not json_ and typer.confirm("换上 · Swap it in?"))):
            found.swap()
        if json_:
            out.print_json(data=found.report())
        else:
            show_outcome(out, found)
    raise typer.Exit(0 if found.settled else 1)


@audit.command(name="verify")
def audit_verify(
    checkpoints: Annotated[
        Path | None, typer.Option(help="signed checkpoints, one in a line; those of this machine if left out")
    ] = None,
    as_: As = None,
) -> None:
    """核验各服务的审计记录 · Check each trail's chain, and the registry's checkpoints. Exit status 0 if all holds."""
    holds = check_trails(ApiClient.chosen(as_ or "auditor"), out, checkpoints or settings().checkpoints_path)
    raise typer.Exit(0 if holds else 1)


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count them")] = False, as_: As = None
) -> None:
    """保存期限届满删除 · Erase people whose retention is over, 200 at once; one officer runs it, then another."""
    with ApiClient.chosen(as_ or "bureau").client("registry") as registry:
        found = body_of(registry.post("/v1/retention", params={"dry_run": dry_run}))
    done = "试算 · dry run" if dry_run else "完成 · done"
    state = "待第二人 · awaits a second officer" if found["awaiting"] else done
    out.print(f"{found['people']}人，{found['registrations']}条登记 · people, registrations: {state}")


@app.command()
def backup(
    folder: Path, keep: Annotated[int | None, typer.Option(min=1, help="how many to keep; all if left out")] = None
) -> None:
    """备份 · Back up all databases and the embedded bus as they are at one moment, while services serve. No keys."""
    from shared.cli.backups import make_backup  # noqa: PLC0415  # nobody else here needs databases

    make_backup(out, folder, keep)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="a backup: a folder named by its instant")],
    replace: Annotated[bool, typer.Option("--replace", help="in the place of what is there")] = False,
) -> None:
    """恢复 · Put a backup back while all services are stopped; what does not fit is refused before anything changes."""
    from shared.cli.backups import put_back  # noqa: PLC0415  # nobody else here needs databases

    put_back(out, folder, replace=replace)


@app.command()
def demo() -> None:
    """装入演示年 · Load the demo year through the public interface; a second time changes nothing."""
    load_demo(out)


def main() -> None:
    """Run a command; what goes wrong is told in a sentence."""
    with sentences_for_errors(out):
        app()
