"""The loopback Slack keeps its own rules, as the real SDK meets them. The rules and their sources stand in
`tests/rigs/slack_server_rules.py`."""
