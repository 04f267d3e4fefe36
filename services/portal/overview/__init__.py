"""The overview (总览): every programme with its figures, the latest milestones and the alerts, on one page."""
