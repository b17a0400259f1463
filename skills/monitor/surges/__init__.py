"""Surges: what is usual for a topic, learned from its stream, and whether this is more than usual."""

from skills.monitor.surges.finding import Finding
from skills.monitor.surges.forecast import Band, Forecast
from skills.monitor.surges.rhythm import Prior
from skills.monitor.surges.sensitivity import HIGH, LOW, NORMAL, SENSITIVITIES, Sensitivity
from skills.monitor.surges.series import Series

__all__ = ["HIGH", "LOW", "NORMAL", "SENSITIVITIES", "Band", "Finding", "Forecast", "Prior", "Sensitivity", "Series"]
