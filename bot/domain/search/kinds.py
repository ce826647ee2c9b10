"""What kind of thing is saved, as far as its address tells."""

from urllib.parse import urlsplit

from bot.domain.links import host_of, is_web_address

KINDS = ("article", "video", "worksheet", "research", "question", "other")

_SITES = {
    "video": ("youtube.com", "youtu.be", "vimeo.com", "ted.com", "loom.com", "dailymotion.com", "twitch.tv"),
    "research": (
        "arxiv.org",
        "doi.org",
        "educationendowmentfoundation.org.uk",
        "eric.ed.gov",
        "frontiersin.org",
        "jstor.org",
        "ncbi.nlm.nih.gov",
        "researchgate.net",
        "sciencedirect.com",
        "ssrn.com",
        "tandfonline.com",
    ),
    "worksheet": (
        "docs.google.com",
        "drive.google.com",
        "teacherspayteachers.com",
        "tes.com",
        "twinkl.co.uk",
        "twinkl.com",
    ),
}
_KINDS_OF_SITES = {site: kind for kind, sites in _SITES.items() for site in sites}
_FILES = (".pdf", ".doc", ".docx", ".odt", ".ppt", ".pptx", ".odp", ".xls", ".xlsx", ".ods")


def kind_of_page(url: str) -> str:
    """Sites that are known by name first, then files to print, else an article; `other` for what is no address."""
    if not is_web_address(url):
        return "other"
    for site in sites_of(url):
        if site in _KINDS_OF_SITES:
            return _KINDS_OF_SITES[site]
    return "worksheet" if urlsplit(url).path.casefold().endswith(_FILES) else "article"


def sites_of(url: str) -> list[str]:
    """The host and what it is part of, longest first: `nrich.maths.org`, `maths.org`."""
    labels = host_of(url).split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]
