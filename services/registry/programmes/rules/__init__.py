"""What a programme asks, and what follows from the details (资格条件与明细). Pure: values in, decision out."""

from services.registry.programmes.rules.attributes import attributes_of
from services.registry.programmes.rules.certificates import Certificate, agrees, read_certificate
from services.registry.programmes.rules.details import DetailValue, check_details
from services.registry.programmes.rules.education import Education, education_of
from services.registry.programmes.rules.eligibility import Applicant, Verdict, judge
from services.registry.programmes.rules.places import Places
from services.registry.programmes.rules.terms import Term, last_day, term_of

__all__ = [
    "Applicant",
    "Certificate",
    "DetailValue",
    "Education",
    "Places",
    "Term",
    "Verdict",
    "agrees",
    "attributes_of",
    "check_details",
    "education_of",
    "judge",
    "last_day",
    "read_certificate",
    "term_of",
]
