"""What a programme asks (资格条件与明细). Pure: values in, decision out."""

from services.registry.programmes.rules.certificates import Certificate, agrees, read_certificate
from services.registry.programmes.rules.details import DetailValue, check_details
from services.registry.programmes.rules.education import Education, education_of, is_secondary_vocational_or_above
from services.registry.programmes.rules.eligibility import Applicant, Verdict, judge
from services.registry.programmes.rules.skills import SKILL_LEVELS, is_highly_skilled, skill_rank
from services.registry.programmes.rules.terms import REMINDER_DAYS, last_day, reminder_day

__all__ = [
    "REMINDER_DAYS",
    "SKILL_LEVELS",
    "Applicant",
    "Certificate",
    "DetailValue",
    "Education",
    "Verdict",
    "agrees",
    "check_details",
    "education_of",
    "is_highly_skilled",
    "is_secondary_vocational_or_above",
    "judge",
    "last_day",
    "read_certificate",
    "reminder_day",
    "skill_rank",
]
