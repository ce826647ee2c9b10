"""HTTP mode: signed requests, installation pages, tokens of many workspaces."""
