"""Progress as a list for spreadsheet programs: a line each, amounts as numbers, and who took the copy (水印)."""

from services.quota.figures.schemas.progress import ProgressRead
from shared.problems import Said
from shared.sheets.exporting import ExportColumn, ExportValue

COLUMNS = (
    ExportColumn(Said("编号", "Code"), 8),
    ExportColumn(Said("计划", "Programme"), 24),
    ExportColumn(Said("填报单位", "Reporting unit")),
    ExportColumn(Said("目标表述", "Wording"), 40),
    ExportColumn(Said("起", "From"), 12),
    ExportColumn(Said("止", "Until"), 12),
    ExportColumn(Said("目标任务", "Amount"), 10),
    ExportColumn(Said("计量单位", "Unit of count"), 10),
    ExportColumn(Said("累计认定", "Ever recognised"), 10),
    ExportColumn(Said("撤销", "Revoked"), 10),
    ExportColumn(Said("在库", "In stock"), 10),
    ExportColumn(Said("完成", "Figure"), 10),
    ExportColumn(Said("余", "Remaining"), 10),
    ExportColumn(Said("完成率（%）", "Completion (%)"), 12),
    ExportColumn(Said("状态", "Status")),
    ExportColumn(Said("截至", "As of"), 12),
)


def line(read: ProgressRead) -> list[ExportValue]:
    """One figure in that order; completion as it was rounded down, and no number that a program would round anew."""
    return [
        read.code,
        read.programme,
        read.unit,
        read.wording,
        read.period.start,
        read.period.end,
        read.amount,
        read.measure_word,
        read.gross,
        read.revoked,
        read.in_stock,
        read.value,
        read.remaining,
        read.completion_percent,
        read.status.value,
        read.as_of,
    ]
