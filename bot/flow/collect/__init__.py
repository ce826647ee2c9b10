"""Collect: read what the coming slots need, shortly before they are due, within the allowance.

collector   claims the slots, and says what came of reading for them
needs       what their channels lack of each topic
purse       who pays, and how much each channel may still spend
accounts    looks account names up, once for ever
reader      makes the plan, and reads by it
volumes     keeps what counting said
hearing     what reading brought of each topic, from which the next plan learns
suspicions  counts topics that may have fallen silent
probe       asks a source that refused, seldom and for as little as possible, whether it answers again
"""

from bot.flow.collect.collector import LEAD, Collector

__all__ = ["LEAD", "Collector"]
