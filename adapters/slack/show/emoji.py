"""Slack's names of emoji and the Unicode emoji that everything inside speaks of.

A table of what a school is likely to react with. Other names come through as `:name:`, so that they can still be told
apart; variation selectors and skin tones do not count.
"""

import re

_SKIN_TONE = re.compile("::skin-tone-[2-6]|[\U0001f3fb-\U0001f3ff]")
_SELECTORS = re.compile("[\ufe0e\ufe0f]")

_NAMES = """
1️⃣ one | 2️⃣ two | 3️⃣ three | 4️⃣ four | 5️⃣ five | 6️⃣ six | 7️⃣ seven | 8️⃣ eight | 9️⃣ nine | 0️⃣ zero
🔟 keycap_ten | #️⃣ hash | *️⃣ keycap_star | 🔖 bookmark | ⭐ star | 🌟 star2 | ✨ sparkles | 💫 dizzy | 📚 books
📖 book open_book | 📕 closed_book | 📗 green_book | 📘 blue_book | 📙 orange_book | 📓 notebook
📔 notebook_with_decorative_cover | 📒 ledger | 📑 bookmark_tabs | 🏷️ label | 📌 pushpin | 📍 round_pushpin
📎 paperclip | 🖇️ linked_paperclips | 📝 memo pencil | ✏️ pencil2 | 🖊️ lower_left_ballpoint_pen
🖋️ lower_left_fountain_pen | 🖍️ lower_left_crayon | 🖌️ lower_left_paintbrush | 📐 triangular_ruler
📏 straight_ruler | ✂️ scissors | 📁 file_folder | 📂 open_file_folder | 🗂️ card_index_dividers
🗃️ card_file_box | 🗄️ file_cabinet | 🗑️ wastebasket | 📥 inbox_tray | 📤 outbox_tray | 📦 package | 📰 newspaper
🗞️ rolled_up_newspaper | 📄 page_facing_up | 📃 page_with_curl | 📋 clipboard | 📅 date | 📆 calendar
🗓️ spiral_calendar_pad | 📇 card_index | 📈 chart_with_upwards_trend | 📉 chart_with_downwards_trend
📊 bar_chart | 🔗 link | 🔍 mag | 🔎 mag_right | 🔬 microscope | 🔭 telescope | 🧪 test_tube | 🧫 petri_dish | 🧬 dna
⚗️ alembic | 🧲 magnet | 🧮 abacus | 🔢 1234 | ➕ heavy_plus_sign | ➖ heavy_minus_sign | ✖️ heavy_multiplication_x
➗ heavy_division_sign | 🔤 abc | 🎓 mortar_board | 🏫 school | 🎒 school_satchel | 🧑‍🏫 teacher
👩‍🏫 female-teacher | 👨‍🏫 male-teacher | 🧑‍🎓 student | 🧑‍🔬 scientist | 🧑‍💻 technologist | 🌍 earth_africa
🌎 earth_americas | 🌏 earth_asia | 🗺️ world_map | 🌱 seedling | 🌳 deciduous_tree | 🌻 sunflower | 🍎 apple
🍏 green_apple | 🎨 art | 🎭 performing_arts | 🎵 musical_note | 🎶 notes | 🎤 microphone | 🎬 clapper | 📷 camera
📹 video_camera | 🎥 movie_camera | 💻 computer | 🖥️ desktop_computer | 📱 iphone | 🖨️ printer | ⌨️ keyboard
🤖 robot_face | 🎮 video_game | 🧩 jigsaw | 🎲 game_die | ♟️ chess_pawn | ⚽ soccer | 🏀 basketball | 🏆 trophy
🏅 sports_medal | 🥇 first_place_medal | 🎯 dart | 💡 bulb | 🔦 flashlight | 🕯️ candle | 🧠 brain | 👍 +1 thumbsup
👎 -1 thumbsdown | 👏 clap | 🙌 raised_hands | 🙏 pray | 👌 ok_hand | 💪 muscle | 👋 wave | ✋ hand raised_hand
☝️ point_up | 👆 point_up_2 | 👇 point_down | 👉 point_right | 👈 point_left | 🤝 handshake | 👀 eyes | ❤️ heart
🧡 orange_heart | 💛 yellow_heart | 💚 green_heart | 💙 blue_heart | 💜 purple_heart | 🖤 black_heart
🤍 white_heart | 💯 100 | 🔥 fire | 🎉 tada | 🎊 confetti_ball | 🎁 gift | 🚀 rocket | ⚡ zap | ☀️ sunny | 🌈 rainbow
☕ coffee | 🍰 cake | 🔔 bell | 🔕 no_bell | ⏰ alarm_clock | ⏳ hourglass_flowing_sand | 🕐 clock1
✅ white_check_mark | ☑️ ballot_box_with_check | ✔️ heavy_check_mark | ❌ x | ❎ negative_squared_cross_mark
⭕ o | ❓ question | ❗ exclamation heavy_exclamation_mark | ⚠️ warning | 🚫 no_entry_sign | ⛔ no_entry
🚩 triangular_flag_on_post | 🏁 checkered_flag | 🔴 red_circle | 🟠 large_orange_circle | 🟡 large_yellow_circle
🟢 large_green_circle | 🔵 large_blue_circle | 🟣 large_purple_circle | 💬 speech_balloon | 💭 thought_balloon
📣 mega | 📢 loudspeaker | 🔁 repeat | 🔄 arrows_counterclockwise | ➡️ arrow_right | ⬅️ arrow_left | ⬆️ arrow_up
⬇️ arrow_down | 🆕 new | 🆗 ok | 🆒 cool | 🆘 sos | 😀 grinning | 😃 smiley | 😄 smile | 😁 grin | 😂 joy
🙂 slightly_smiling_face | 😊 blush | 😍 heart_eyes | 🤔 thinking_face thinking | 😮 open_mouth | 😢 cry | 😭 sob
😅 sweat_smile | 😎 sunglasses | 🤓 nerd_face | 🤩 star-struck | 🥳 partying_face | 😴 sleeping | 🤯 exploding_head
🙈 see_no_evil | 🦉 owl | 🐛 bug | 🐝 bee honeybee
"""

_TABLE = [each.split() for each in re.split(r" \| |\n", _NAMES.strip())]
_EMOJI = {name: emoji for emoji, *names in _TABLE for name in names}


def _bare(emoji: str) -> str:
    return _SELECTORS.sub("", _SKIN_TONE.sub("", emoji))


_FIRST_NAMES = {_bare(emoji): names[0] for emoji, *names in _TABLE}


def name_of(emoji: str) -> str | None:
    """The name under which Slack adds this reaction, without colons; None where it is not known here."""
    if emoji.startswith(":") and emoji.endswith(":") and len(emoji) > 2:
        return emoji[1:-1]
    return _FIRST_NAMES.get(_bare(emoji))


def emoji_of(name: str) -> str:
    """The emoji of Slack's name, without skin tone; `:name:` where the name is not known here: a school's own emoji."""
    plain = _SKIN_TONE.sub("", name.strip(":"))
    return _EMOJI.get(plain, f":{plain}:")
