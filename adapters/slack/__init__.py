"""Slack, through slack-bolt and slack-sdk, which nothing outside this folder imports."""
