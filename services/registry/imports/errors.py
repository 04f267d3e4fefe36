from shared.problems import Refusal


class ImportElsewhere(Refusal):
    """导入任务当前状态不能办理此事 · The import is in a state in which this cannot be done."""

    status, slug = 409, "import-state"


class SameOfficer(Refusal):
    """须由另一名经办人确认 · Another officer than whoever uploaded it has to approve it."""

    status, slug = 409, "same-officer"


class UndoneTooLate(Refusal):
    """导入完成已超过30天，须由人才办撤回 · More than 30 days have passed: the bureau alone undoes it now."""

    status, slug = 409, "undo-too-late"


class TooManyImports(Refusal):
    """本单位排队的导入任务过多，请待其完成 · Too many of your imports are waiting; let them finish first."""

    status, slug = 409, "too-many-imports"
