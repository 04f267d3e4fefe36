"""Skill levels (职业技能等级): a smaller number is a higher level, and two titles stand above number one."""

# From the highest: 首席技师, 特级技师, 一级 高级技师, 二级 技师, 三级 高级工, 四级 中级工, 五级 初级工.
SKILL_LEVELS = ("chief", "special", "1", "2", "3", "4", "5")


def skill_rank(level: str) -> int | None:
    """How high a level stands, larger meaning higher; None when there is no such level."""
    return len(SKILL_LEVELS) - SKILL_LEVELS.index(level) if level in SKILL_LEVELS else None


def is_highly_skilled(level: str) -> bool:
    """Level three (高级工) and above make a highly skilled worker (高技能人才)."""
    return level in SKILL_LEVELS[: SKILL_LEVELS.index("3") + 1]
