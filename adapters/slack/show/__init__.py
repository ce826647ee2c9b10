"""What people see in Slack: the engine's views as Slack's blocks."""
