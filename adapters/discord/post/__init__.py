"""What is written into channels, threads, forums and direct messages, and what stands there."""
