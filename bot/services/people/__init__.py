"""Who may do what, whose names are said, and whom a department learns from."""
