"""What a person reads of a message, and what there is to press."""

from bot.views import Block, Button, Buttons, File, GoneItem, LibraryEntry, Link, Message, PostItem, ShownNote


def plain_text(message: Message) -> str:
    """All that a person would read, a line a part."""
    return "\n".join(part for block in message.blocks for part in _parts(block) if part)


def buttons_of(message: Message) -> list[Button]:
    """Those that are seen at once."""
    return [
        button
        for block in message.blocks
        if isinstance(block, Buttons | PostItem | LibraryEntry)
        for button in block.buttons
    ]


def all_buttons_of(message: Message) -> list[Button]:
    """With those that are in a menu."""
    menus = [button for block in message.blocks if isinstance(block, PostItem | LibraryEntry) for button in block.menu]
    return [*buttons_of(message), *menus]


def check_labels(message: Message) -> None:
    labels = [button.label for button in all_buttons_of(message)]
    assert len(set(labels)) == len(labels), f"two buttons have the same label: {labels}"
    assert all(labels), "a button has no label"


def _parts(block: Block) -> list[str]:
    match block:
        case PostItem():
            return _post_parts(block)
        case GoneItem(number, text):
            return [f"{number}. {text}"]
        case LibraryEntry():
            said = [block.title, block.host, block.text, block.when, block.saved_by, block.view_label]
            return [*said, block.tags, *(each.in_words for each in block.noted)]
        case ShownNote():
            return [block.in_words]
        case File(name=name, about=about):
            return [about, name]
        case Link(label, url):
            return [f"{label} ({url})"]
        case Buttons():
            return [button.label for button in block.buttons]
        case _:
            return [block.text]


def _post_parts(item: PostItem) -> list[str]:
    credit = f"{item.credit.name} @{item.credit.handle}" if item.credit else item.unsigned
    link = f"{item.resource.title} ({item.resource.host})" if item.resource else ""
    number = f"{item.number}." if item.number else ""
    said = [number, credit, item.when, item.label, item.text, link, *item.media, *item.poll]
    return [*said, item.context, item.why, item.saved_by, item.reply_label, item.view_label]
