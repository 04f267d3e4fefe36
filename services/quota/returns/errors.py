"""Refusals of nil returns."""

from shared.problems import Refusal


class NotNil(Refusal):
    """该月已有登记，不能零报告 · Registrations are known of that month; a nil return would not be true."""

    status, slug = 409, "not-nil"
