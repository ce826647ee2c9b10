"""How much fits into what Discord shows.

How it counts characters it does not say: as `bot.domain.harmless.length` does, at most.
"""

COMPONENTS = 40
"""Of one message, those inside others counted too."""
TEXT = 4_000
"""Of all texts of a message together."""
WEIGHT = 9_500
"""Of one message, in bytes, `PART_WEIGHT` for each component and option included. Discord's documents do not say so,
but above 10,170 it answers with an error of its own (discord-api-docs#8554). Letters of many languages weigh three."""
PART_WEIGHT = 12
MESSAGES = 5
"""Into which a long private answer is split at most."""
HEADING = 150
ADDRESS = 2_000
BUTTON_ADDRESS = 512
CUSTOM_ID = 100
BUTTON_LABEL = 80
ROW = 5
OPTIONS = 25
OPTION_LABEL = 100
OPTION_VALUE = 100
PLACEHOLDER = 100

MODAL_TITLE = 45
FIELDS = 5
FIELD_LABEL = 45
FIELD_HINT = 100
FIELD_TEXT = 4_000
TICKS = 10
RADIOS = 5

EMBED_TEXT = 4_096
ROWS = 5
