"""Forecast (预测): where a quota will stand at the end of its period, if months go on as they went."""
