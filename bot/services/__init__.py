"""What the flow and the commands both need: choosing for a channel, saying it, paying for it."""
