"""Milestones (节点): percentages of an amount worth telling, reached, fallen back from and regained."""
