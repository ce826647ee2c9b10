"""The languages that people read."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from bot.errors import Mistake

_NAMES = dict(
    " ".join(each.split()).split(" ", 1)
    for each in """
    am Amharic, ar Arabic, bg Bulgarian, bn Bengali, bs Bosnian, ca Catalan, ckb Kurdish, cs Czech, cy Welsh, da
    Danish, de German, dv Dhivehi, el Greek, en English, es Spanish, et Estonian, eu Basque, fa Persian, fi Finnish,
    fr French, ga Irish, gd Scottish Gaelic, gl Galician, gu Gujarati, he Hebrew, hi Hindi, hr Croatian, ht Haitian
    Creole, hu Hungarian, hy Armenian, id Indonesian, is Icelandic, it Italian, ja Japanese, ka Georgian, kk Kazakh,
    km Khmer, kn Kannada, ko Korean, lb Luxembourgish, lo Lao, lt Lithuanian, lv Latvian, mi Maori, mk Macedonian,
    ml Malayalam, mn Mongolian, mr Marathi, ms Malay, mt Maltese, my Burmese, ne Nepali, nl Dutch, no Norwegian, or
    Odia, pa Punjabi, pl Polish, ps Pashto, pt Portuguese, ro Romanian, ru Russian, sd Sindhi, si Sinhala, sk
    Slovak, sl Slovenian, so Somali, sq Albanian, sr Serbian, sv Swedish, sw Swahili, ta Tamil, te Telugu, th Thai,
    tl Tagalog, tr Turkish, ug Uyghur, uk Ukrainian, ur Urdu, uz Uzbek, vi Vietnamese, zh Chinese, zu Zulu
    """.split(",")
)
_CODES = {name.casefold(): code for code, name in _NAMES.items()} | {
    "gaelic": "gd", "kiswahili": "sw", "filipino": "tl", "mandarin": "zh", "farsi": "fa", "deutsch": "de",
    "français": "fr", "francais": "fr", "español": "es", "espanol": "es", "cymraeg": "cy", "gaeilge": "ga",
    "italiano": "it", "português": "pt", "portugues": "pt", "nederlands": "nl", "polski": "pl", "te reo": "mi",
}  # fmt: skip
_OTHER_CODES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no", "fil": "tl", "mo": "ro", "sh": "sr"}
_NO_LANGUAGE = frozenset({"", "und", "zxx", "mul", "mis"})


def parse_language(text: str) -> str:
    """A language's code, from the code or its English name: en, en-GB, English. Raises Mistake with the nearest."""
    typed = " ".join(text.casefold().split())
    code = _code(typed)
    if code in _NAMES:
        return code
    if typed in _CODES:
        return _CODES[typed]
    near = get_close_matches(typed[:40], _CODES, n=1)
    meant = f" Did you mean {language_name(_CODES[near[0]])}?" if near else ""
    example = "Write its name or its two letters, such as French or fr."
    raise Mistake(f"“{text.strip()[:40]}” is not a language known here. {example}{meant}")


def known_languages() -> Mapping[str, str]:
    """English names by code."""
    return _NAMES


def language_name(code: str) -> str:
    """Its English name; the code itself where that is not known."""
    return _NAMES.get(_code(code), code)


@lru_cache(maxsize=1_000)
def written_in(lang: str) -> str:
    """The code of the language that a source says a post is in; empty where that is none, or not known."""
    code = _code(lang)
    return code if code in _NAMES else ""


def _code(text: str) -> str:
    main = text.replace("_", "-").partition("-")[0].casefold()
    return _OTHER_CODES.get(main, main)
