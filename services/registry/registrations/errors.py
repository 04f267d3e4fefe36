from shared.problems import Refusal


class AlreadyRegistered(Refusal):
    """该对象在此计划中已有有效登记 · This subject has an active registration in this programme already."""

    status, slug = 409, "already-registered"


class ProgrammesExclude(Refusal):
    """该对象已在与此计划互斥的计划中登记 · This subject is registered in a programme that excludes this one."""

    status, slug = 409, "programmes-exclude"


class NotAmendable(Refusal):
    """只有草稿和退回的登记可以修改 · Only a draft or a returned registration can be amended."""

    status, slug = 409, "not-amendable"
