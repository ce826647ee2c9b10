"""What turns the handle. APScheduler lives here and nowhere else."""
