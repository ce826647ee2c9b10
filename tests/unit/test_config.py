"""What a configuration may say, and what a person is told who got it wrong."""

from collections.abc import Mapping
from datetime import time

import pytest
from pydantic import Field, SecretStr, field_validator

from bot.config import Config, outside_addresses, read_config
from bot.domain.budget import Purpose, dollars
from bot.domain.calendar.school import School
from bot.domain.channel import Layout
from bot.domain.schedule import SCHOOL_DAYS, Schedule, WeeklyTime
from bot.errors import ConfigMistakes, Mistake
from bot.plugins import Section

TOKEN = "AAAAinventedinventedinventedinvented"
ROOM = """
[[channels]]
platform = "web"
channel = "staffroom"
topics = ["#edchat"]
sources = ["sample"]
"""


class Web(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=0, le=65535)
    public_url: str = ""


class Birds(Section):
    bearer_token: SecretStr | None = None
    base_url: str = "https://api.birds.example"
    shown: list[str] = Field(default_factory=list)

    def lacks(self) -> str:
        return "" if self.bearer_token else 'birds need a token from birds.example; sources = ["sample"] needs none.'

    @field_validator("bearer_token")
    @classmethod
    def _one_word(cls, token: SecretStr | None) -> SecretStr | None:
        if token and " " in token.get_secret_value():
            raise ValueError("a token is one word")
        return token


class Sample(Section):
    posts: str = ""


class Pager(Section):
    """A chat from outside that cannot do without a setting."""

    number: str = Field(description="Ask your telephone company.")


CHATS: Mapping[str, type[Section]] = {"web": Web, "pager": Pager}
SOURCES: Mapping[str, type[Section]] = {"x": Birds, "sample": Sample}


def read(
    toml: str = "",
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> Config:
    def read_file(name: str) -> str:
        try:
            return (files or {})[name]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", name) from None

    return read_config(toml, "staffroom.toml", environment or {}, read_file, chats=CHATS, sources=SOURCES)


def mistakes(toml: str = "", environment: Mapping[str, str] | None = None, **files: str) -> list[str]:
    with pytest.raises(ConfigMistakes) as caught:
        read(toml, environment, files)
    return list(caught.value.mistakes)


# ------------------------------------------------------------------------------------------------------- what it says


def test_an_empty_file_gives_every_default() -> None:
    config = read()

    assert config.database_url == "sqlite:///staffroom.sqlite"
    assert (config.caps.daily, config.caps.monthly) == (dollars("0.45"), dollars(10))
    assert config.staffroom.log == "auto"
    assert config.channels == ()
    assert config.admin is None
    assert config.origin == "staffroom.toml"


def test_a_channel_needs_a_platform_and_an_id_only_and_reads_x_on_school_mornings() -> None:
    config = read('[x]\nbearer_token = "t"\n[[channels]]\nplatform = "web"\nchannel = "staffroom"')

    (channel,) = config.channels
    assert channel.sources == ("x",)
    assert channel.topics == ()
    assert channel.size == 5
    assert channel.name == "staffroom"
    assert channel.workspace is None
    assert channel.schedule == Schedule("UTC", SCHOOL_DAYS, time(7, 30))


def test_a_channel_says_everything_its_own_way() -> None:
    config = read(
        '[[channels]]\nplatform = "web"\nchannel = 4711\nname = "Science"\nworkspace = "north"\n'
        'topics = ["#EdChat", "@A_Teacher", "\\"exit ticket\\"", "#edchat"]\nsources = ["sample"]\n'
        'zone = "europe/london"\ndays = ["mon", "wed"]\nat = "6:45"\nsize = 10'
    )

    (channel,) = config.channels
    assert (channel.channel, channel.name, channel.workspace, channel.size) == ("4711", "Science", "north", 10)
    assert channel.schedule == Schedule("Europe/London", frozenset({0, 2}), time(6, 45))
    assert [topic.key for topic in channel.topics] == ["edchat", "a_teacher", "exit ticket"]


def test_an_account_belongs_to_the_first_source_of_its_channel() -> None:
    config = read(ROOM.replace('"#edchat"', '"@a_teacher"'))

    assert config.channels[0].topics[0].source == "sample"


def test_channels_inherit_the_zone_of_the_installation() -> None:
    config = read('[staffroom]\nzone = "America/New_York"' + ROOM)

    assert config.channels[0].schedule.zone == "America/New_York"


def test_a_time_may_stand_without_quotation_marks_as_toml_has_it() -> None:
    assert read(ROOM + "at = 08:15:00").channels[0].schedule.at == time(8, 15)


def test_a_byte_order_mark_from_a_windows_editor_is_no_mistake() -> None:
    assert read("\ufeff[budget]\nmonthly_usd = 3").caps.monthly == dollars(3)


def test_whatever_people_ask_for_beside_the_digests_has_a_limit_below_that_of_the_day() -> None:
    caps = read("").caps
    assert caps.of_purpose.keys() == set(Purpose) - {Purpose.DIGESTS}
    assert caps.daily is not None
    assert all(limit < caps.daily for limit in caps.of_purpose.values())
    assert caps.kept_for_digests == caps.daily / 2


def test_a_budget_of_nothing_is_a_budget() -> None:
    caps = read("[budget]\ndaily_usd = 0\nmonthly_usd = 0").caps
    assert (caps.daily, caps.monthly) == (dollars(0), dollars(0))


def test_a_plug_in_gives_its_own_section() -> None:
    config = read("[web]\nport = 0")

    assert config.section("web", Web).port == 0


def test_a_plug_in_that_nobody_uses_may_lack_what_it_needs() -> None:
    config = read(ROOM)

    assert "pager" not in config.plugins
    assert config.in_use == {"web", "sample"}


def test_a_channel_has_a_list_with_numbers_to_tap_and_leaves_colleagues_messages_alone_by_default() -> None:
    (usual,) = read(ROOM).channels
    (other,) = read(ROOM + 'layout = "cards"\nkeycaps = false\nsaves_links = true').channels

    assert (usual.layout, usual.keycaps, usual.saves_links) == (Layout.LIST, True, False)
    assert (other.layout, other.keycaps, other.saves_links) == (Layout.CARDS, False, True)


def test_a_channel_can_belong_to_a_department() -> None:
    (usual,) = read(ROOM).channels
    (maths,) = read(ROOM + 'department = " Modern  Languages"').channels

    assert (usual.department, maths.department) == ("", "Modern Languages")
    (line,) = mistakes(ROOM + 'department = "!!"')
    assert line == (
        "[[channels]] 1, department: “!!” cannot be used: Name the department with letters, such as Maths or "
        "Modern Languages."
    )


def test_a_layout_that_does_not_exist_gets_the_nearest_one() -> None:
    (line,) = mistakes(ROOM + 'layout = "card"')

    assert line == "[[channels]] 1, layout: “card” is not one of list, cards. Did you mean cards?"


def test_owners_are_ids_of_people() -> None:
    assert read('[staffroom]\nowners = ["U0ANA", 4711]').staffroom.owners == ["U0ANA", "4711"]
    assert read("", {"STAFFROOM_STAFFROOM__OWNERS": "U0ANA, U0BEN"}).staffroom.owners == ["U0ANA", "U0BEN"]


# ------------------------------------------------------------------------------------------------------ the save emoji


def test_two_emoji_save_into_the_library_unless_the_file_names_others() -> None:
    assert read().staffroom.save_emoji == {"🔖": "", "⭐": ""}


def test_an_emoji_may_mean_a_shelf() -> None:
    config = read('[staffroom]\nsave_emoji = {"🔖" = "", "📚" = " reading   group ", "❤️" = "", "🇮🇪" = "", "👩‍🏫" = ""}')

    assert config.staffroom.save_emoji == {"🔖": "", "📚": "reading group", "❤️": "", "🇮🇪": "", "👩‍🏫": ""}


def test_an_emoji_that_a_community_made_goes_by_its_number_and_not_in_front() -> None:
    badgers = '"<:badger:123456789012345678>" = "", "<a:Owl_2:123456789012345679>" = "owls"'
    config = read(f'[staffroom]\nsave_emoji = {{"🔖" = "", {badgers}}}')
    assert config.staffroom.save_emoji == {"🔖": "", "<:123456789012345678>": "", "<:123456789012345679>": "owls"}
    (line,) = mistakes(f"[staffroom]\nsave_emoji = {{{badgers}}}")
    assert "begin with one that all have" in line


def test_two_spellings_of_an_emoji_are_one_emoji() -> None:
    (line,) = mistakes('[staffroom]\nsave_emoji = {"❤" = "favourites", "❤️" = ""}')
    assert "stands there twice" in line


@pytest.mark.parametrize(
    ("emoji", "why"),
    [
        ("3️⃣", "3️⃣ is a number"),
        ("🔟", "🔟 is a number"),
        ("👍🏽", "👍🏽 has a skin tone"),
        ("🔖🔖", "“🔖🔖” is not one emoji"),
        ("bookmark", "“bookmark” is not one emoji"),
        (":bookmark:", "“:bookmark:” is not one emoji"),
        ("", "“” is not one emoji"),
        ("a\ufe0f", "is not one emoji"),
    ],
)
def test_a_save_emoji_is_one_emoji_that_means_nothing_else(emoji: str, why: str) -> None:
    (line,) = mistakes(f'[staffroom]\nsave_emoji = {{"{emoji}" = ""}}')

    assert line.startswith("[staffroom] save_emoji")
    assert why in line


def test_the_name_of_a_shelf_is_short() -> None:
    (line,) = mistakes(f'[staffroom]\nsave_emoji = {{"📚" = "{"x" * 41}"}}')

    assert "40 characters are the most" in line


# ------------------------------------------------------------------------------------------------- the file of secrets

WITH_SECRETS = '[staffroom]\nsecrets = "config.secrets.toml"\n' + ROOM


def test_secrets_may_stand_in_a_file_of_their_own_beside_the_configuration() -> None:
    files = {"/etc/staffroom/config.secrets.toml": f'[x]\nbearer_token = "{TOKEN}"\n'}
    config = read_config(
        WITH_SECRETS, "/etc/staffroom/config.toml", {}, files.__getitem__, chats=CHATS, sources=SOURCES
    )

    token = config.section("x", Birds).bearer_token
    assert token
    assert token.get_secret_value() == TOKEN
    assert TOKEN in config.secrets()
    assert "x" in config.in_use


def test_the_environment_overrules_the_file_of_secrets() -> None:
    files = {"config.secrets.toml": '[x]\nbearer_token = "other"\n'}
    config = read(WITH_SECRETS, {"STAFFROOM_X__BEARER_TOKEN": TOKEN}, files)

    assert TOKEN in config.secrets()
    assert "other" not in config.secrets()


@pytest.mark.parametrize(
    ("secrets", "line"),
    [
        (f"[x]\nbearer_token = {TOKEN}", "config.secrets.toml, line 2"),
        (f'bearer_token = "{TOKEN}"', "config.secrets.toml, bearer_token: only settings inside a section can be here"),
        ('[[channels]]\nplatform = "web"', "config.secrets.toml, channels: only settings"),
        (f'[x]\nbearer_tokn = "{TOKEN}"', "[x] bearer_tokn: there is no such setting."),
        (f'[staffroom]\nsecrets = "{TOKEN}"', "[staffroom] secrets: this stands in config.secrets.toml too."),
    ],
)
def test_a_mistake_in_the_file_of_secrets_is_named_and_repeats_none(secrets: str, line: str) -> None:
    found = mistakes(WITH_SECRETS, None, **{"config.secrets.toml": secrets})

    assert found[0].startswith(line)
    assert TOKEN not in "\n".join(found)


def test_a_file_of_secrets_that_is_not_there_is_a_mistake() -> None:
    assert mistakes(WITH_SECRETS) == ["[staffroom] secrets: this file cannot be read: no such file or directory."]


# ----------------------------------------------------------------------------------------------------- the environment


def test_the_environment_overrules_the_file_whatever_its_letters_case() -> None:
    config = read("[web]\nport = 1", {"STAFFROOM_WEB__PORT": "2", "staffroom_web__host": "::1"})

    assert config.section("web", Web) == Web(port=2, host="::1")


def test_a_table_inside_a_section_can_be_set_from_the_environment_too() -> None:
    config = read("", {"STAFFROOM_STAFFROOM__ADMIN__PLATFORM": "web", "STAFFROOM_STAFFROOM__ADMIN__CHANNEL": "office"})

    assert config.admin
    assert config.admin.channel == "office"


def test_a_list_is_separated_by_commas() -> None:
    assert read("", {"STAFFROOM_X__SHOWN": "owls, larks"}).section("x", Birds).shown == ["owls", "larks"]


def test_a_secret_can_stand_in_a_file_of_its_own_and_loses_its_line_break() -> None:
    config = read("", {"STAFFROOM_X__BEARER_TOKEN_FILE": "/run/secrets/x"}, {"/run/secrets/x": f"{TOKEN}\n"})

    token = config.section("x", Birds).bearer_token
    assert token
    assert token.get_secret_value() == TOKEN


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read("[web]\nport = 1", {"STAFFROOM_WEB__PORT": ""}).section("web", Web).port == 1


def test_variables_of_others_of_trials_and_of_tests_are_left_alone() -> None:
    others = {"STAFFROOM_CLOCK": "x", "STAFFROOM_CHROMIUM": "x", "STAFFROOM_TEST_DATABASE": "x", "HOME": "/nowhere"}
    assert read("", others) == read("")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("STAFFROOM_X__BEARER_TOKN", "STAFFROOM_X__BEARER_TOKEN"),
        ("STAFFROOM_X_BEARER_TOKEN", "STAFFROOM_X__BEARER_TOKEN"),
        ("STAFFROOM_X__BEARER_TOKN_FILE", "STAFFROOM_X__BEARER_TOKEN_FILE"),
        ("STAFFROOM_CLOK", "STAFFROOM_CLOCK"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(variable: str, meant: str) -> None:
    (line,) = mistakes("", {variable: TOKEN})

    assert line.startswith(f"environment {variable}: there is no such setting.")
    assert line.endswith(f"Did you mean {meant}?")
    assert TOKEN not in line


def test_channels_cannot_be_set_from_the_environment() -> None:
    assert mistakes("", {"STAFFROOM_CHANNELS__ZONE": "UTC"}) == [
        "environment STAFFROOM_CHANNELS__ZONE: channels are set in the file only."
    ]


def test_a_variable_and_its_file_together_are_one_too_many() -> None:
    (line,) = mistakes("", {"STAFFROOM_X__BEARER_TOKEN": TOKEN, "STAFFROOM_X__BEARER_TOKEN_FILE": "t"}, t="other")

    assert "STAFFROOM_X__BEARER_TOKEN is set too. Set only one of the two." in line


def test_a_secret_written_where_its_file_belongs_is_not_repeated() -> None:
    (line,) = mistakes("", {"STAFFROOM_X__BEARER_TOKEN_FILE": TOKEN})

    assert "cannot be read: no such file or directory." in line
    assert TOKEN not in line


def test_a_wrong_value_from_the_environment_is_placed_there() -> None:
    (line,) = mistakes("[web]\nport = 1", {"STAFFROOM_WEB__PORT": "many"})

    assert line == "environment STAFFROOM_WEB__PORT: “many” is not a whole number."


# -------------------------------------------------------------------------------------------------------- the mistakes


def test_every_mistake_is_reported_at_once_each_with_its_place() -> None:
    found = mistakes(
        '[staffroom]\nzone = "Europe/Londn"\nlog = "jsonn"\n[web]\nport = 70000\nprot = 1\n[budgett]\n'
        "[budget]\ndaily_usd = -1\n"
        '[[channels]]\nplatform = "wbe"\nchannel = "a"\nsources = ["sampel"]\n'
        '[[channels]]\nplatform = "web"\nchannel = "b"\nsources = ["sample"]\nzone = "Mars"\nsize = 11\n'
        'days = "mon-fry"\nat = "25:00"\ntopics = ["edchat"]\nsizee = 1',
        {"STAFFROOM_WBE__PORT": "1"},
    )

    places = [line.partition(": ")[0] for line in found]
    assert sorted(places) == sorted(
        [
            "[staffroom] zone",
            "[staffroom] log",
            "[web] port",
            "[web] prot",
            "[budgett]",
            "[budget] daily_usd",
            "[[channels]] 1, platform",
            "[[channels]] 1, sources",
            "[[channels]] 2, zone",
            "[[channels]] 2, size",
            "[[channels]] 2, days",
            "[[channels]] 2, at",
            "[[channels]] 2, topics",
            "[[channels]] 2, sizee",
            "environment STAFFROOM_WBE__PORT",
        ]
    )


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("[web]\nport = 70000", "[web] port: “70000” is too large. It can be 65535 at most."),
        ("[web]\nport = 1.5", "[web] port: “1.5” is not a whole number."),
        ("[web]\nhost = 5", "[web] host: “5” is not text. Put text in quotation marks."),
        (
            "[web]\nprot = 1",
            "[web] prot: there is no such setting. Allowed here: host, port, public_url. Did you mean port?",
        ),
        ("[budget]\ndaily_usd = -1", "[budget] daily_usd: “-1” is too small. It has to be 0 or more."),
        ("[budget]\ndaily_usd = nan", "[budget] daily_usd: “nan” is not a number that can be counted with."),
        ('[budget]\ndaily_usd = "much"', "[budget] daily_usd: “much” is not a number."),
        (
            '[staffroom]\nlog = "jsonn"',
            "[staffroom] log: “jsonn” is not one of auto, console, json. Did you mean json?",
        ),
        (
            '[staffroom]\nadmin = {platform = "web", chanel = "a"}',
            "[staffroom] admin.channel: this is needed and not set.",
        ),
        (
            '[staffroom]\nadmin = "me"',
            '[staffroom] admin: “me” is not a table. Write one such as {key = "value"}.',
        ),
        ("web = 5", "[web]: this has to be a section with settings of its own."),
        ('bearer_token = "t"', "bearer_token: this stands outside any section. It belongs under [x]."),
        ("[channels]", "[channels]: each channel begins with [[channels]], in two brackets."),
        (ROOM + "size = 0", "[[channels]] 1, size: “0” is too small. It has to be 1 or more."),
        (ROOM.replace('"sample"', ""), "[[channels]] 1, sources: this cannot be empty."),
        (ROOM.replace('"staffroom"', '" "'), "[[channels]] 1, channel: this cannot be empty."),
        (
            ROOM.replace('["sample"]', '"sample"'),
            '[[channels]] 1, sources: “sample” is not a list. Write one such as ["this", "that"].',
        ),
    ],
)
def test_a_mistake_says_what_is_allowed(toml: str, line: str) -> None:
    assert line in mistakes(toml)


def test_a_misspelt_zone_gets_the_nearest_one() -> None:
    (line,) = mistakes(ROOM + 'zone = "America/New_Yrok"')

    assert line.startswith("[[channels]] 1, zone: “America/New_Yrok” is not a time zone.")
    assert line.endswith("Did you mean America/New_York?")


def test_a_misspelt_section_gets_the_nearest_one() -> None:
    (line,) = mistakes("[databse]")

    assert line.startswith("[databse]: there is no such section. Allowed: staffroom, school, database, budget,")
    assert line.endswith("Did you mean database?")


def test_a_chat_that_is_not_installed_is_named() -> None:
    (line,) = mistakes(ROOM.replace('"web"', '"wb"'))

    assert line == (
        "[[channels]] 1, platform: “wb” is no chat that is installed. Installed: pager, web. Did you mean web?"
    )


def test_the_chat_of_the_admin_channel_has_to_be_installed_too() -> None:
    (line,) = mistakes('[staffroom]\nadmin = {platform = "wbe", channel = "office"}')

    assert line.startswith("[staffroom] admin.platform: “wbe” is no chat that is installed.")


def test_the_same_channel_twice_is_a_mistake() -> None:
    assert mistakes(ROOM + ROOM) == [
        "[[channels]] 2: this channel stands in the file twice: it is also [[channels]] 1."
    ]


def test_a_channel_whose_source_lacks_a_token_is_named_with_what_to_do() -> None:
    assert mistakes(ROOM.replace('sources = ["sample"]', "")) == [
        '[[channels]] 1, sources: birds need a token from birds.example; sources = ["sample"] needs none.'
    ]


def test_a_plug_in_that_a_channel_uses_says_what_it_needs() -> None:
    (line,) = mistakes(ROOM.replace('"web"', '"pager"'))

    assert line == "[pager] number: this is needed and not set. Ask your telephone company."


def test_two_plug_ins_cannot_have_one_name() -> None:
    with pytest.raises(ConfigMistakes, match="plug-in web: this name is taken"):
        read_config("", "f", {}, str, chats={"web": Web}, sources={"web": Birds})


def test_a_plug_in_cannot_take_the_name_of_a_section_of_ours() -> None:
    with pytest.raises(ConfigMistakes, match="plug-in budget: this name is taken"):
        read_config("", "f", {}, str, chats={"budget": Web}, sources={})


def test_a_plug_in_may_refuse_its_section_with_a_mistake_of_ours() -> None:
    class Fussy(Section):
        @field_validator("*")
        @classmethod
        def _no(cls, value: object) -> object:
            raise Mistake(f"not today, {value}.")

        key: str = ""

    with pytest.raises(ConfigMistakes, match=r"\[fussy\]: not today, a"):
        read_config('[fussy]\nkey = "a"', "f", {}, str, chats={"fussy": Fussy}, sources={})


# ---------------------------------------------------------------------------------------------------------- the syntax


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("[web]\nhost = 127.0.0.1", "line 2"),
        (
            "[staffroom]\nzone = Europe/London",
            'staffroom.toml, line 2, column 8: text stands in quotation marks, such as zone = "Europe/London".',
        ),
        ("[[channels]]\nat = 07:30", "text stands in quotation marks"),
        ("[web]\nport = ", "at its end: a value is missing"),
        ("[web]\n[web]", "this section, or part of it, stands in the file twice."),
        ("[web]\nport = 1\nport = 2", "this key, or part of it, stands in its section twice."),
        ("[web\nport = 1", "A ] "),
        ("[[channels]\n", "A ]] is missing."),
        ('[web]\nhost = "a', "quotation mark is missing"),
        ("[web]\nport 1", "after the name of a setting an = is needed."),
        ('[[channels]]\ntopics = ["#a"', "A ] "),
        ('[sample]\nposts = "C:\\Users"', "a backslash"),
        ("?", "this is not how a setting is written."),
    ],
)
def test_what_is_no_toml_is_explained_with_line_and_column(toml: str, line: str) -> None:
    (found,) = mistakes(toml)

    assert found.startswith("staffroom.toml, ")
    assert line in found


def test_a_file_that_cannot_be_read_does_not_hide_the_mistakes_of_the_environment() -> None:
    assert len(mistakes("[web", {"STAFFROOM_WEB__PRT": "1"})) == 2


# --------------------------------------------------------------------------------------------------------- the secrets


@pytest.mark.parametrize(
    "toml",
    [
        f'[x]\nbearer_token = "{TOKEN} two words"',
        f'[x]\nbearer_token = ["{TOKEN}"]',
        f'[x]\nbearer_tokn = "{TOKEN}"',
        f"[x]\nbearer_token = {TOKEN}",
        f'[x]\nbearer_token = "{TOKEN}',
        f'[x]\nbearer_token = {{inner = "{TOKEN}"}}',
        f'x = "{TOKEN}"',
        f'bearer_token = "{TOKEN}"',
        f'[database]\nurl = "mysql://staff:{TOKEN}@db/staffroom"',
        f'[x]\nshown = "https://me:{TOKEN}@birds.example"',
    ],
)
def test_no_mistake_repeats_a_secret(toml: str) -> None:
    assert TOKEN not in "\n".join(mistakes(toml))


def test_a_wrong_database_address_says_which_are_allowed() -> None:
    (line,) = mistakes('[database]\nurl = "postgres://staff:secret@db/staffroom"')

    assert line == (
        "[database] url: this is no address of a database. "
        "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. Did you mean postgresql?"
    )


def test_a_configuration_shows_no_secret_when_it_is_printed() -> None:
    config = read(f'[x]\nbearer_token = "{TOKEN}"\n[database]\nurl = "postgresql://a:hunter22@localhost/s"')

    assert TOKEN not in repr(config)
    assert "hunter22" not in repr(config)


def test_the_log_is_told_which_values_to_hide() -> None:
    config = read(f'[x]\nbearer_token = "{TOKEN}"\n[database]\nurl = "postgresql://a:hunter22@localhost/s"')

    assert {TOKEN, "hunter22", config.database_url} <= config.secrets()


# ------------------------------------------------------------------------------------------------------- the addresses


def test_addresses_of_this_machine_are_not_outside() -> None:
    config = read(
        '[web]\nhost = "::1"\npublic_url = "http://localhost:8321"\n[x]\nbase_url = "http://127.0.0.2:9/"\n'
        '[database]\nurl = "postgresql+psycopg://postgres@/db?host=/tmp/socket"'
    )

    assert outside_addresses(config) == []


@pytest.mark.parametrize(
    ("toml", "found"),
    [
        ('[x]\nbase_url = "https://api.birds.example"', "[x] base_url: api.birds.example"),
        ('[x]\nbearer_token = "t"', "[x] base_url: api.birds.example"),
        ('[web]\nhost = "0.0.0.0"', "[web] host: 0.0.0.0"),
        ('[web]\npublic_url = "https://staffroom.school.example"', "[web] public_url: staffroom.school.example"),
        ('[web]\npublic_url = "http://localhost.evil.example"', "[web] public_url: localhost.evil.example"),
        ('[web]\npublic_url = "http://[broken"', "[web] public_url: an address that cannot be read"),
        ('[database]\nurl = "postgresql://a:pw@db.example/s"', "[database] url: db.example"),
        ('[database]\nurl = "postgresql://a:pw@localhost:1,db.example:2/s"', "[database] url: db.example"),
        ('[database]\nurl = "postgresql://a@/s?host=localhost,db.example"', "[database] url: db.example"),
    ],
)
def test_addresses_elsewhere_are_named_by_place_and_host(toml: str, found: str) -> None:
    assert outside_addresses(read(toml)) == [found]


def test_the_address_of_a_source_that_nobody_uses_does_not_count() -> None:
    assert outside_addresses(read(ROOM)) == []


# -------------------------------------------------------------------------------------------------------------- school


def test_what_a_school_decides_holds_where_a_channel_says_nothing() -> None:
    config = read('[school]\nlanguages = ["en"]\nterms = ["terms.ics"]\n' + ROOM)

    assert config.school == School(languages=("en",), terms=("terms.ics",))
    assert config.channels[0].languages is None


def test_a_channel_may_decide_otherwise_and_nothing_is_a_decision() -> None:
    config = read(f'{ROOM}languages = []\nclosed = ["closing-days.ics"]\nroundup = "fri 15:00"\n')

    (channel,) = config.channels
    assert (channel.languages, channel.closed) == ((), ("closing-days.ics",))
    assert channel.roundup == WeeklyTime(4, time(15, 0))


def test_every_mistake_of_a_school_is_named_with_its_place() -> None:
    found = mistakes(f'[school]\nlanguages = ["klingonish"]\n{ROOM}roundup = "someday"\n')

    assert any(each.startswith("[school] languages: ") for each in found)
    assert any(each.startswith("[[channels]] 1, roundup: ") and "fri 15:00" in each for each in found)


# -------------------------------------------------------------------------------------------------------- the calendars

SECRET_LINK = "https://calendar.example/private-123/basic.ics"


def test_calendars_are_links_or_files_and_their_links_are_secrets_that_lead_outside() -> None:
    config = read(
        f'[school]\nterms = ["terms.ics"]\nholidays = ["England"]\n'
        '[[channels]]\nplatform = "web"\nchannel = "staff"\nsources = ["sample"]\n'
        f'closed = ["{SECRET_LINK}"]\nholidays = []\n'
    )
    assert config.school.terms == ("terms.ics",)
    assert config.school.holidays == ("GB-ENG",)
    assert config.channels[0].closed == (SECRET_LINK,)
    assert config.channels[0].holidays == ()
    assert outside_addresses(config) == ["[[channels]] 1, closed: calendar.example"]
    assert SECRET_LINK in config.secrets()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('terms = ["school.example/terms"]', "neither a link nor the name of a calendar file"),
        ('closed = ["ftp://school.example/a.ics"]', "neither a link nor the name of a calendar file"),
        ('holidays = ["GB-EN"]', "Did you mean GB-ENG?"),
    ],
)
def test_what_is_no_calendar_or_region_is_refused_with_its_place(line: str, sentence: str) -> None:
    with pytest.raises(ConfigMistakes) as refused:
        read(f"[school]\n{line}\n")
    assert f"[school] {line.partition(' ')[0]}" in str(refused.value)
    assert sentence in str(refused.value)
