"""How what happens on Discord reaches us: the gateway, and what it tells."""
