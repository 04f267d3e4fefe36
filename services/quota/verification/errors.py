"""Refusals of rebuilds."""

from shared.problems import Refusal


class RebuildEnded(Refusal):
    """此次重建已了结，请重新开始 · This rebuild is over; begin another."""

    status, slug = 409, "rebuild-ended"


class NotFilled(Refusal):
    """登记尚未收齐，不能换上 · Not every registration is in yet; it cannot be swapped in."""

    status, slug = 409, "not-filled"


class FillingOver(Refusal):
    """登记已收齐，不再接收 · Every registration is in; no more are taken."""

    status, slug = 409, "filling-over"


class NotSoMany(Refusal):
    """收到的条数与所称不符，请重新开始 · What came in is not as many as was said; begin again."""

    status, slug = 409, "not-so-many"


class RegistryBehind(Refusal):
    """登记服务缺少已知的内容，请恢复其较新备份 · The registry lacks what was known; restore a newer backup of it."""

    status, slug = 409, "registry-behind"
