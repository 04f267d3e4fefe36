"""A partner institution's way to the talent programme registry (合作单位客户端): typed, patient, and never twice."""

from talent_client.client import RegistryClient
from talent_client.problems import FieldFault, Problem
from talent_client.shapes import NewRegistration, Outcome, Registration
from talent_client.webhooks import verified

__all__ = ["FieldFault", "NewRegistration", "Outcome", "Problem", "Registration", "RegistryClient", "verified"]
