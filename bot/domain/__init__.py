"""Values and decisions. Nothing here waits, opens anything or knows what time it is."""
