"""What people see on Discord, made of views."""
