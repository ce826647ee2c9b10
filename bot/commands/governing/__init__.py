"""What admins decide, and what becomes of channels and workspaces."""
