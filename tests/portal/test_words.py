"""Every word of every page is there in both languages, and none that no page says."""

import re
from collections.abc import Iterable

from jinja2 import BaseLoader, Environment, FileSystemLoader

from services.notify.channels.registry import channels
from services.notify.follow_ups.rules.states import FollowUpEntryKind
from services.portal import pages
from services.portal.pages.audit.api import FILTERS
from services.portal.pages.follow_ups.api import FollowUpForm
from services.portal.pages.imports.rendering import FAULTS
from services.portal.shell.assets import TEMPLATES
from services.portal.shell.errors import FORM_UNTRUSTED, OTHERWISE, SAID_BY_STATUS
from services.portal.shell.groups import PageGroup, find_groups
from services.portal.shell.words import WORDS
from services.quota.bulletins.rules import Cause
from services.quota.verification.rules import Layer, Source
from shared.auth import Role
from shared.problems import Said
from tests.languages import foreign

BUILT = {
    "basis_": ("seed_text", "parent_policy", "inferred", "operator_set"),
    "result_": ("attained", "basically", "exceeded", "short", "none"),
    "verdict_": ("recognised", "for_review", "refused"),
    "lamp_": ("green", "yellow", "red"),
    "short_": ("green", "yellow", "red"),
    "state_": ("pending", "reached", "fallen_back", "regained"),
    "severity_": ("info", "notice", "warning", "critical"),
    "cause_": tuple(cause.value for cause in Cause),
    "comparison_": ("at_least", "more_than", "about", "between"),
    "measure_": ("net_cumulative", "in_stock"),
    "import_": (
        "queued",
        "reading",
        "previewed",
        "committing",
        "approving",
        "committed",
        "failed",
        "cancelled",
        "undoing",
        "undone",
    ),
    "mode_": ("accept_good", "all_or_nothing"),
    "outcome_": ("done", "awaiting", "replayed", "tried"),
    "trail_role_": tuple(Role),
    "flaw_": ("altered", "missing", "cut", "not_as_signed", "forged"),
    "checked_": ("quotas", "counters", "memberships", "ledger_rows", "bulletins"),
    "adrift_": ("counters", "sums", "ledger", "memberships", "milestones", "bulletins"),
    "figure_": ("gross", "net", "in_stock"),
    "source_": tuple(Source),
    "layer_": tuple(Layer),
    "service_": ("registry", "quota", "notify"),
    "hidden_": ("", "include", "skip"),
    "quota_kind_": ("goal", "cap", "band"),
    "use_": ("enabled", "disabled", "broken"),
    "trial_": ("pending", "sending", "delivered", "failed", "skipped"),
    "pack_": ("added", "changed", "removed"),
    "account_": ("issued", "approved", "suspended"),
    "as_": tuple(Role),
    "role_": ("institution_clerk", "institution_reviewer"),
    "client_": ("issued", "approved", "withdrawn"),
    "delivery_": ("pending", "sending", "delivered", "failed", "skipped"),
    "attempt_": ("sending", "delivered", "retry", "failed", "unknown"),
    "placement_": ("active", "finished", "hired", "left"),
    "change_": ("finished_on", "hired_on", "left_on", "months"),
    "requested_": ("access", "copy", "correction", "restriction", "erasure"),
    "applicant_": ("self", "agent", "heir"),
    "ground_": ("purpose_ended", "consent_withdrawn", "retention_ended", "unlawful", "service_ended"),
    "request_": ("open", "awaiting", "fulfilled", "refused", "withdrawn"),
    "none_": ("waiting", "answered"),
    "part_": ("today", "running", "over"),
    "brings_": ("registrations", "transitions"),
    "came_": ("open", "accepted", "awaiting", "unchanged", "duplicate", "rejected"),
    "case_": ("open", "same", "different"),
    "decided_": ("open", "same", "different"),
    "did_": ("report", "same", "different", "undo"),
    "channel_": tuple(channels()),
    "follow_": ("open", "acknowledged", "answered", "returned", "closed"),
    "done_": tuple(FollowUpEntryKind),
    "tab_": ("all", "waiting", "overdue", "answered", "closed"),
    "act_": tuple(FollowUpForm),
    "said_": ("answer", "close", "return", "assign", "pause"),
    "label_": ("to", "until"),
    "alert_": ("open", "acknowledged", "in_progress", "closed"),
}
# What the same beginning is followed by on the pages of one group.
BUILT_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "requests": {
        "tab_": ("waiting", "answered"),
        "gender_": ("male", "female"),
        "placement_": ("active", "finished", "hired", "left"),
    },
}
SAID_BY_RULES: dict[str, set[str]] = {
    "audit": set(FILTERS),
    "dead_letters": {"done_tried", "done_replayed"},
    "imports": set(FAULTS),
    "policy": {"broken", "no_file", "too_large"},
    "placements": {"form_down", "sent_before"},
    "registrations": {
        "form_down", "search_label", "sent_before", "needed", "saved_not_submitted", "subject_kept", "amend_down",
    },
}  # fmt: skip
# What a sentence in Chinese writes as it stands on a file: kinds of files, a program that has one of its own, a size.
ON_FILES = {"TOML", "xlsx", "xls", "ods", "csv", "et", "WPS", "MB"}
SAID_BY_THE_SHELL = {"bad_day", "future_day", "issuer_not_done"}
ERRORS = {*SAID_BY_STATUS.values(), OTHERWISE, FORM_UNTRUSTED}


def said_in(templates: BaseLoader, group: str = "") -> set[str]:
    """The words that templates say."""
    said: set[str] = set()
    built = BUILT | BUILT_OF.get(group, {})
    for name in templates.list_templates():
        text = templates.get_source(Environment(autoescape=True), name)[0]
        said |= set(re.findall(r"say\('(\w+)'[,)]", text))
        for prefix in re.findall(r"say\('(\w+_)' ~", text):
            said |= {prefix + each for each in built[prefix]}
    return said


def said_by(group: PageGroup) -> set[str]:
    """The words that the pages of a group say."""
    return said_in(group.templates, group.name) | SAID_BY_RULES.get(group.name, set())


def test_every_word_the_templates_say_is_there_and_every_word_that_is_there_is_said() -> None:
    groups = find_groups(pages)
    shared = said_in(FileSystemLoader(TEMPLATES)) | SAID_BY_THE_SHELL | ERRORS | {f"{error}_next" for error in ERRORS}
    for group in groups:
        said = said_by(group)
        assert said >= set(group.words), group.name
        shared |= said - set(group.words)
    assert shared == set(WORDS)


def test_every_word_says_the_same_in_both_languages() -> None:
    for key, word in everything(find_groups(pages)):
        assert word.zh.strip(), key
        assert word.en.strip(), key
        assert re.findall(r"{\w+}", word.zh) == re.findall(r"{\w+}", word.en), key


def test_v04_every_word_is_in_the_language_it_is_for() -> None:
    for key, word in everything(find_groups(pages)):
        assert [each for each in foreign(word.zh, "zh") if each not in ON_FILES] == [], key
        assert foreign(word.en, "en") == [], key


def everything(groups: Iterable[PageGroup]) -> list[tuple[str, Said]]:
    """All words, those of the navigation among them."""
    own = [item for group in groups for item in [(group.name, group.title), *group.words.items()]]
    return [*WORDS.items(), *own]
