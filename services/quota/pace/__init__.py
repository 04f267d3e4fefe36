"""Pace (序时进度): the headcount against the share of the period gone by, the lamps (亮灯) and the forecast (预测)."""
