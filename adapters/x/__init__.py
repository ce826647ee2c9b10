"""X as a source of posts: recent search, account look-ups and public embeds. tweepy lives here and nowhere else."""
