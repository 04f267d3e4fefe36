"""Which event announces an action to the other services; what is not here counts nowhere and is announced to nobody."""

from collections.abc import Mapping

from shared.contracts.registration import (
    RegistrationCancelled,
    RegistrationCorrected,
    RegistrationEvent,
    RegistrationExited,
    RegistrationExpired,
    RegistrationFactRecorded,
    RegistrationRecognised,
    RegistrationRestored,
    RegistrationResumed,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationState,
    RegistrationSubmitted,
    RegistrationSuspended,
    RegistrationTransferred,
)

EVENT_OF: Mapping[str, type[RegistrationEvent]] = {
    "submit": RegistrationSubmitted,
    "return": RegistrationReturned,
    "recognise": RegistrationRecognised,
    "suspend": RegistrationSuspended,
    "resume": RegistrationResumed,
    "exit": RegistrationExited,
    "readmit": RegistrationResumed,
    "cancel": RegistrationCancelled,
    "expire": RegistrationExpired,
    "revoke": RegistrationRevoked,
    "overturn_revocation": RegistrationRestored,
    "merge": RegistrationCorrected,
    "unmerge": RegistrationCorrected,
    "transfer": RegistrationTransferred,
    "rezone": RegistrationTransferred,
    "succeed": RegistrationCorrected,
    "unsucceed": RegistrationCorrected,
    "record_fact": RegistrationFactRecorded,
    "withdraw_fact": RegistrationFactRecorded,
    "undo_import": RegistrationCorrected,
}


def event_of(action: str, state: str) -> type[RegistrationEvent] | None:
    """The event of a transition that led to this state; a submission that recognised itself was a recognition."""
    if action == "submit" and state == RegistrationState.RECOGNISED:
        return RegistrationRecognised
    return EVENT_OF.get(action)
