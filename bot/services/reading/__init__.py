"""What reading costs, how well it goes, and who hears of it where it does not."""
