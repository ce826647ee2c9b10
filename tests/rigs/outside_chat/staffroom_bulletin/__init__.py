"""A chat that is no part of Staffroom: a notice board with a webhook. Texts can be posted to it, and nothing else."""
