"""Policy (政策落地): quotas laid down and revised, by a policy pack, by the bureau, or as shares of units."""
