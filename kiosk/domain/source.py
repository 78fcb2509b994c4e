"""Where a fact was found: what a reader needs to find it again, and nothing about whose fact it is."""

from kiosk.domain.text import Address, Model, Plain


class Source(Model):
    """Where a fact was found."""

    title: Plain
    address: Address | None = None
    note: Plain | None = None
