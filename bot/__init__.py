"""Staffroom's engine. It decides and knows no vendor; `bot.__main__` brings it together with the adapters."""
