"""Which event tells the others of an act; what is not here counts nowhere and is told to nobody."""

from collections.abc import Mapping

from shared.contracts.registration import (
    RegistrationCancelled,
    RegistrationCorrected,
    RegistrationEvent,
    RegistrationExited,
    RegistrationExpired,
    RegistrationRecognised,
    RegistrationRestored,
    RegistrationResumed,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationSubmitted,
    RegistrationSuspended,
    RegistrationTransferred,
)

TOLD: Mapping[str, type[RegistrationEvent]] = {
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
}
