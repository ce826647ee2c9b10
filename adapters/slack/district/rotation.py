"""Tokens that end after hours, exchanged for new ones in time. Nobody has to be there: whoever sends next does it."""

import asyncio
from collections import defaultdict
from datetime import timedelta

from adapters.slack.district.grants import Grants
from adapters.slack.district.installs import Installation, Installations
from bot.errors import AdapterError, StoreError, Throttled, Unauthorised, Unavailable
from bot.ports import Clock

IN_GOOD_TIME = timedelta(hours=2)
MOMENT = timedelta(seconds=5)


class Rotation:
    def __init__(self, installations: Installations, grants: Grants, clock: Clock) -> None:
        self._installations = installations
        self._grants = grants
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def alone(self, key: str) -> asyncio.Lock:
        """While it is held the installation is not renewed: what is put or removed meanwhile is not overwritten."""
        return self._locks[key]

    async def fresh(self, installation: Installation) -> Installation:
        """The installation with a token that holds. While an old one still does, nothing that goes wrong here matters.

        Raises Throttled while another process renews it, Unauthorised where it cannot be renewed any more.
        """
        if not self._ends_within(installation, IN_GOOD_TIME):
            return installation
        async with self.alone(installation.key):
            try:
                return await self._renew(installation)
            except StoreError as error:
                raise Unavailable(str(error)) from error

    async def _renew(self, installation: Installation) -> Installation:
        known = await self._present(installation)
        if not self._ends_within(known, IN_GOOD_TIME):
            return known
        try:
            return await self._renew_alone(known)
        except AdapterError:
            if self._ends_within(known, timedelta(0)):
                raise
            return known

    async def _renew_alone(self, known: Installation) -> Installation:
        """Only one process at a time: a refresh token can be used once."""
        if not await self._installations.lease(known.key):
            raise Throttled(f"The token for {known.name} is being renewed.", self._clock.now() + MOMENT)
        try:
            newest = await self._present(known)
            if not self._ends_within(newest, IN_GOOD_TIME):
                return newest
            return await self._keep(await self._grants.renewed(newest))
        finally:
            await self._installations.release(known.key)

    async def _keep(self, renewed: Installation) -> Installation:
        """Unless it was removed, or installed anew, while it was being renewed."""
        present = await self._present(renewed)
        if present.installed_at != renewed.installed_at:
            return present
        await self._installations.put(renewed)
        return renewed

    async def _present(self, installation: Installation) -> Installation:
        present = await self._installations.get(installation.key)
        if present is None:
            raise Unauthorised(f"Staffroom was removed from {installation.name}.")
        return present

    def _ends_within(self, installation: Installation, time: timedelta) -> bool:
        ends = installation.expires_at
        return ends is not None and installation.refresh_token is not None and ends - time <= self._clock.now()
