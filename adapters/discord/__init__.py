"""Discord: discord.py's gateway and its REST API."""
