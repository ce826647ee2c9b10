"""Slack's own part of the configuration."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.plugins import Section

SLACK = "https://slack.com/api/"


class SlackSection(Section):
    """`[slack]`: how Staffroom connects. Socket mode is for one workspace and needs no public address; http mode is for
    several, with OAuth pages, and needs `public_url` of `[web]`. With `only_in`, ids of workspaces and organisations,
    nobody else can install it."""

    mode: Literal["socket", "http"] = "socket"
    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    only_in: list[str] = Field(default_factory=list)
    base_url: str = Field(default=SLACK, min_length=1)

    @field_validator("base_url")
    @classmethod
    def _is_the_api(cls, address: str) -> str:
        """With or without `/api/` at its end."""
        if not address.startswith(("https://", "http://")):
            raise ValueError("write the whole address, such as https://slack.com/api/")
        return address.rstrip("/").removesuffix("/api") + "/api/"

    def lacks(self) -> str:
        needed = (
            {"bot_token": self.bot_token, "app_token": self.app_token}
            if self.mode == "socket"
            else {
                "signing_secret": self.signing_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "encryption_keys": self.encryption_keys,
            }
        )
        missing = [name for name, value in needed.items() if not value]
        if not missing:
            return ""
        names = " and ".join(missing) if len(missing) < 3 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        return f"[slack] lacks {names}. docs/slack.md says where each is found."
