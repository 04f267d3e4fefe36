"""How the pages of the policy speak."""

import json
from collections.abc import Iterable
from typing import Any

from services.portal.pages.policy.schemas import PackDifference
from shared.problems import Language, Said

PARTS = {
    "programmes": Said("人才计划", "programmes"),
    "quotas": Said("目标任务", "quotas"),
    "reporting_units": Said("填报单位", "reporting units"),
    "successions": Said("单位接续", "successions"),
    "relations": Said("计划间关系", "relations"),
    "recipients": Said("岗位", "posts"),
    "indicators": Said("指标", "indicators"),
    "document": Said("文件", "the document"),
}


def difference_rows(lines: Iterable[PackDifference], language: Language) -> list[tuple[str, str, str]]:
    """Each field that is otherwise: where it stands, before, after; an entry without a field is new."""
    new = Said("新增", "new").in_(language)
    return [
        (
            " · ".join(part for part in (_part(each.part, language), each.code, each.field) if part),
            written(each.before),
            written(each.after) if each.field else new,
        )
        for each in lines
    ]


def written(value: Any) -> str:
    """A value of a pack as text."""
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _part(part: str, language: Language) -> str:
    return PARTS[part].in_(language) if part in PARTS else part


WORDS: dict[str, Said] = {
    "title": Said("政策包", "Policy pack"),
    "note": Said(
        "现行政策文件及其规则；新的政策包先看差异，由两人办理后生效。",
        "The documents in force and their rules. A new pack is seen as a difference first, and takes two officers.",
    ),
    "in_force": Said("现行政策", "In force"),
    "none": Said("还没有政策在用", "No policy is in force"),
    "none_next": Said("请上传政策包。", "Upload a pack."),
    "document": Said("发文字号", "Document"),
    "since": Said("生效时间", "Since"),
    "by": Said("办理人", "By"),
    "waits": Said("待第二人确认", "Awaits a second officer"),
    "waits_by": Said("{who} 于 {when} 提请", "proposed by {who} on {when}"),
    "waits_own": Said("由您提请，须由另一人确认。", "You proposed this; another officer confirms it."),
    "waits_other": Said(
        "请对照文件核对下列差异；确认后即在登记、目标和提醒三处生效。",
        "Compare the difference with the document; once confirmed it is in force in all three services.",
    ),
    "void": Said(
        "提请之后政策已有变化，本次提请作废，请重新上传。", "The policy changed since; it has to be uploaded anew."
    ),
    "confirm": Said("确认生效", "Confirm it"),
    "upload": Said("上传新的政策包", "Upload a pack"),
    "upload_note": Said(
        "TOML 文件，不超过 1 MB。先显示差异，不会立即生效；不再列出的内容仍然有效。",
        "A TOML file of 1 MB at most. Its difference is shown first, and nothing is in force yet; what it no longer"
        " names stays.",
    ),
    "file": Said("政策包文件", "The file"),
    "see": Said("查看差异", "See the difference"),
    "no_file": Said("请选择文件", "Choose a file"),
    "broken": Said("第 {line} 行：{fault}", "Line {line}: {fault}"),
    "too_large": Said("文件超过 1 MB", "The file is larger than 1 MB"),
    "preview_title": Said("提请这份政策包生效？", "Propose this pack?"),
    "same": Said("全部内容都已生效，没有变化。", "All of it is in force already; nothing changes."),
    "rules": Said("规则", "Rules"),
    "quotas": Said("目标任务", "Quotas"),
    "posts": Said("岗位和名称", "Posts and names"),
    "pack_added": Said("新增", "added"),
    "pack_changed": Said("变更", "changed"),
    "pack_removed": Said("不再列出", "named no more"),
    "propose": Said("提请生效", "Propose it"),
    "two_needed": Said("提请后由另一人核对并确认，方才生效。", "Another officer compares and confirms it."),
    "history": Said("历次变更", "Changes before"),
    "cancel": Said("返回", "Go back"),
}
