"""The machine's time, and for trials a time of one's own. No vendor: the standard library knows what time it is."""

from adapters.clock.clock import SystemClock, TrialClock, clock_for

__all__ = ["SystemClock", "TrialClock", "clock_for"]
