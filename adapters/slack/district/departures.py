"""Events that say where Staffroom is installed from now on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.slack.district.installs import Installation, key_of
from adapters.slack.district.workspaces import InstalledTokens


class Departures:
    def __init__(self, tokens: InstalledTokens) -> None:
        self._tokens = tokens

    async def heed(self, body: Mapping[str, Any]) -> bool:
        """Whether the event changed where Staffroom is. Heeding it twice is no error."""
        event = body.get("event") or {}
        match event.get("type"):
            case "app_uninstalled" if _is_about_org(body):
                return await self._remove(body) or await self._look_again(body)
            case "app_uninstalled" | "tokens_revoked":
                return await self._remove(body)
            case "team_access_granted":
                return await self._look_again(body)
            case "team_access_revoked":
                return self._leave(body, event.get("team_ids") or [])
        return False

    async def has_ended(self, body: Mapping[str, Any]) -> Installation | None:
        """The installation that an `app_uninstalled` or `tokens_revoked` ended.

        An event that comes late does not end one that was made since. Which token was revoked the event does not say:
        it may be one that was exchanged for the present one. Nor does it always say whether a whole organisation left,
        or one of its workspaces. So in these cases Slack is asked.
        """
        event, installation = body.get("event") or {}, self._concerned(body)
        if installation is None or _moment(body) < installation.installed_at.replace(microsecond=0):
            return None
        is_sure = event.get("type") == "app_uninstalled" and not _is_about_org(body)
        return installation if is_sure or not await self._tokens.holds(installation) else None

    async def _remove(self, body: Mapping[str, Any]) -> bool:
        ended = await self.has_ended(body)
        if ended:
            await self._tokens.remove(ended.key)
        return ended is not None

    async def _look_again(self, body: Mapping[str, Any]) -> bool:
        installation = self._of_org(body)
        if installation:
            await self._tokens.look_at_teams(installation)
        return installation is not None

    def _leave(self, body: Mapping[str, Any], teams: Sequence[str]) -> bool:
        installation = self._of_org(body)
        if installation:
            self._tokens.serve(installation.key, [each for each in installation.teams if each.id not in teams])
        return installation is not None

    def _concerned(self, body: Mapping[str, Any]) -> Installation | None:
        """The workspace's own, or the organisation's where the event says that it is about that."""
        own = self._tokens.find(key_of(body.get("enterprise_id"), body.get("team_id"), is_org=False))
        return self._of_org(body) if _is_about_org(body) else own

    def _of_org(self, body: Mapping[str, Any]) -> Installation | None:
        return self._tokens.find(key_of(body.get("enterprise_id"), None, is_org=True))


def _is_about_org(body: Mapping[str, Any]) -> bool:
    """Also where the organisation stands in the place of the workspace."""
    given = [each.get("is_enterprise_install") for each in body.get("authorizations") or []]
    return any(given) or (bool(body.get("enterprise_id")) and body.get("team_id") in {None, body.get("enterprise_id")})


def _moment(body: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(body.get("event_time") or 0), UTC)
