"""How Staffroom comes to a Discord server: the invite link, the setup, and what an administrator has to know."""
