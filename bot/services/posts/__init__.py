"""What is known of a post, whether it may be shown, and where it was."""
