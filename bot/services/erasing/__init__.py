"""What goes for good: posts that vanished, and people who are to be forgotten."""
