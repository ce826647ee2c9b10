"""A small repository a concern, each on the one open transaction."""
