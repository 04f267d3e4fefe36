"""What each service says of its flow (流转)."""

from datetime import datetime

from pydantic import BaseModel, Field


class Flow(BaseModel):
    """Whether events get on in one service: all zeros is in order, and a few unpublished for a moment are."""

    unpublished: int = Field(description="events committed here and not yet on the bus")
    oldest_unpublished_at: datetime | None = Field(description="since when the oldest of them waits")
    parked: int = Field(description="dead letters that wait for somebody to look")
    as_of: datetime
