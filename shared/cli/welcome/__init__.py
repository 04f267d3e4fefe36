"""The first minutes of a demo: its policy packs are put into force, what to do next is shown, its year is loaded."""

from pathlib import Path

from rich.console import Console

from shared.cli.client import ApiClient
from shared.cli.demo import DEMO_PLAN, load_demo_year
from shared.cli.demo_bulletins import DemoBulletins
from shared.cli.demo_year import read_plan
from shared.cli.policy import apply_policy
from shared.cli.showing import loading
from shared.config import settings

PACKS = Path(__file__).parents[3] / "deploy" / "policy"


def unloaded() -> Path:
    """Stands in the data folder until the demo year is loaded to its end."""
    return settings().data_dir / "demo-year-not-loaded"


def welcome(out: Console) -> None:
    """Make a demo of services that have started."""
    for pack in sorted(PACKS.glob("*.toml")):
        # A demo holds the credentials of both officers; a production has its officers apply what changes its rules.
        second = ApiClient.chosen("bureau-2")
        number, changes, _ = apply_policy(ApiClient.chosen("bureau"), pack, dry_run=False, second=second)
        out.print(f"政策包 {number} 已生效 · in force ({len(changes)} 项变化 · changes)")
    _greet(out)
    if unloaded().exists():
        load_demo(out)
        unloaded().unlink()


def _greet(out: Console) -> None:
    url = settings().url
    out.print(
        f"""
[bold]人才计划登记系统已就绪 · The talent programme registry is ready[/]

  门户 portal     {url("portal")}/?as_of=2019-12-31
  登记 registry   {url("registry")}/docs
  目标 quota      {url("quota")}/docs
  提醒 notify     {url("notify")}/docs
  凭据 credentials  {settings().credentials_path}

[bold]下一步 · Next[/]
  .venv/bin/talent progress --as-of 2019-12-31
  .venv/bin/talent bulletin 2019-12
  .venv/bin/talent token --as bureau
  Ctrl-C 停止 · stops everything
"""
    )


def load_demo(out: Console) -> None:
    """Load the demo year with a progress bar, and say what came of it."""
    bureau = ApiClient.chosen("bureau")
    bulletins = DemoBulletins(bureau.client("registry"), bureau.client("quota"), read_plan(DEMO_PLAN))
    with loading(out) as bar:
        loaded = load_demo_year(
            lambda name: ApiClient.chosen(name).client("registry"), DEMO_PLAN, bar, after_month=bulletins.after
        )
    out.print(
        f"演示年已装入 · the demo year is loaded: {loaded.registered} 登记 registrations, {loaded.moved} 办理 acts"
    )
    for problem, times in loaded.refused.items():
        out.print(f"[yellow]未予办理 · refused: {problem} ({times})[/]")
