"""The rules of a loopback Slack: its numbers, and where each was read.

──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
rule                                                                      source
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
Tokens and scopes
a bot token (xoxb-) calls methods, an app token (xapp-) opens sockets     docs: authentication/tokens
  and nothing else: `not_allowed_token_type`
none `not_authed`, unknown `invalid_auth`, revoked `token_revoked`,       docs: reference/methods/auth.test, errors
  of an app that was taken out `account_inactive`, past `token_expired`
each method has its scope: `missing_scope` with needed and provided       docs: reference/methods, reference/scopes
`x-oauth-scopes` comes with each answer                                   slack_sdk (AsyncSlackResponse.headers)
an event needs its scope, and none comes without                          docs: reference/events, Required scopes
tokens that rotate live 12 hours, their refresh token is used once        docs: authentication/using-token-rotation
a code lives 10 minutes and is used once, with the same redirect_uri      docs: authentication/installing-with-oauth
one token of an organisation serves all its workspaces                    docs: enterprise, apps for organisations
Where one may write
`channel_not_found` (also a private one that we are not in),              docs: reference/methods/chat.postMessage,
  `not_in_channel`, `is_archived`, `user_not_in_channel`                  errors; chat.postEphemeral, errors
a person's id as channel is the conversation with that person             docs: reference/methods/chat.postMessage
only our own messages are changed and deleted, ephemeral ones never       docs: messaging/modifying-messages
history and reactions know no ephemeral message                           docs: reference/methods/chat.postEphemeral
reacting twice is `already_reacted`, an unknown emoji `invalid_name`      docs: reference/methods/reactions.add, errors
Block Kit
50 blocks a message, 100 a modal or Home page                             docs: reference/block-kit/blocks
section 3,000 characters, 10 fields of 2,000; header 150; context 10,     @slack/types 3.2 (specs: Blocks schema)
  actions 25 elements; button 75, value 2,000; alt_text 2,000             the same
option text and value 75, 100 options in a select, 10 in a group of       the same (the page on options says 150 for
  boxes; 5 in an overflow menu                                            a value); docs: overflow-menu-element
an empty text is refused, in rich text as well                            @slack/types 3.2: minimum length is 1
input label and hint 2,000, placeholder 150, most of an input 3,000       the same
modal: title, submit and close 24, private_metadata 3,000, callback_id    @slack/types 3.2 (specs: Modal schema);
  255; submit where there is an input                                     docs: reference/views/modal-views
block_id unique in a message, action_id in its block, 255 each            @slack/types 3.2; docs: block-elements
markdown blocks 12,000 in all; one table                                  facts 4.4
more than 13,200 characters in all: `msg_blocks_too_long`                 facts 4.4 (slackapi/bolt-js#2509)
text is cut at 40,000, an update's refused above: `msg_too_long`          docs: reference/methods/chat.update, errors
Text
mrkdwn text objects and `text`: `<!…>` `<@…>` `<#…>` `<url|label>`,       docs: messaging/formatting-message-text
  `*` `_` `~` and backtick, a leading `>` also where it is escaped
bare addresses become links unless `verbatim`                             docs: block-kit/objects/text-object
`link_names` and `parse=full` make mentions of names; `mrkdwn: false`     docs: chat.postMessage, Formatting messages
  leaves `text` alone
plain_text and rich_text text are inert                                   facts 4.5
Files
an address to hand a file of that name and length in, as a form; then     docs: files.getUploadURLExternal and
  raw bytes or multipart there; then for whom: once, else it is gone      files.completeUploadExternal
`channels` are ids of channels or of people; nobody sees it before        the same, arguments
with `initial_comment` `blocks` are ignored; a markdown block among them  the same; slackapi/python-slack-sdk#1756
  is `internal_error`
a length of 0 is refused, another length than said as well                (guessed)
a link is unfurled unless both unfurl flags are false; an update keeps    docs: messaging/unfurling-links-in-messages
  the flags                                                               (the second half: guessed)
Time
3 seconds to acknowledge; an event that was not is told again at once,    docs: apis/events-api, Retries
  after 1 minute and after 5, with its number and reason                  (Socket Mode: slackapi/bolt-python#1484)
commands and interactions are not told again                              docs: interactivity/handling-user-interaction
a trigger opens one view within 3 seconds: `expired_trigger_id`,          docs: reference/methods/views.open, errors
  `exchanged_trigger_id`, `invalid_trigger_id`
a response_url is used 5 times within 30 minutes: `used_url`,             docs: interactivity/handling-user-interaction
  `expired_url`                                                           (the two codes: seen by users)
Rates: 429 with Retry-After
tiers of 1, 20, 50 and 100 a minute, by method and workspace              docs: apis/web-api/rate-limits
1 message a second and channel, short bursts (here 4)                     the same; the burst is a guess
"several hundred" messages a minute and workspace (here 300)              docs: chat.postMessage; number guessed
Sockets
hello first; `warning`, then `refresh_requested` before it closes; ten    docs: apis/events-api/using-socket-mode
  at most; each payload goes to one of them                               facts 1
HTTP
v0 signature of timestamp and body                                        docs: authentication/verifying-requests

`docs:` stands for pages of docs.slack.dev, `facts` for the notes that came with the project. What no document says
stands in `docs/unverified.md`.
"""

from datetime import timedelta

TRIGGER_LIVES = timedelta(seconds=3)
RESPONSE_URL_LIVES = timedelta(minutes=30)
RESPONSE_URL_USES = 5
CODE_LIVES = timedelta(minutes=10)
ROTATED_TOKEN_LIVES = timedelta(hours=12)
RETRIES_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
MOST_TEXT = 40_000
MOST_IN_ALL_BLOCKS = 13_200
MOST_SOCKETS = 10
MOST_BYTES = 64 * 1024 * 1024
"""Of a request; Slack itself takes more."""

BURST = 4
"""Messages that a channel takes at once; it then takes one a second."""
MESSAGES_A_MINUTE = 300
"""What a workspace takes of messages in all."""

TIERS = {
    "apps.connections.open": 1,
    "auth.teams.list": 20,
    "auth.revoke": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "oauth.v2.access": 100,
    "reactions.add": 50,
    "reactions.get": 50,
    "users.conversations": 50,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
}

SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "reactions.add": "reactions:write",
    "reactions.get": "reactions:read",
    "users.conversations": "channels:read",
    "users.info": "users:read",
}

EVENT_SCOPES = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_access_granted": "",
    "team_access_revoked": "",
    "tokens_revoked": "",
}


class Refused(Exception):
    """What Slack answers with `ok: false`."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code, self.more = code, more
