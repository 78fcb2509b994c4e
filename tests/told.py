"""A document of values as plain lines, for tests that read it and for people who want to."""

from kiosk.domain.document import Block, Chart, Document, Heading, Paragraph, Picture, Table
from kiosk.domain.numbering import Numbering


def lines(document: Document) -> list[str]:
    """Return everything that a document says, in order."""
    found = [document.title, *([f"{document.recipient}："] if document.recipient else [])]
    numbers = Numbering()
    for block in document.blocks:
        found += _lines(block, numbers)
    found += [f"附件{number}：{one.title}" for number, one in enumerate(document.attachments, 1)]
    found += [document.signed_by, document.day]
    for number, attachment in enumerate(document.attachments, 1):
        found += [f"附件{number}", attachment.title]
        numbers = Numbering()
        for block in attachment.blocks:
            found += _lines(block, numbers)
    return [line for line in found if line]


def _lines(block: Block, numbers: Numbering) -> list[str]:
    if isinstance(block, Heading):
        return [numbers.next(block.level) + block.text]
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Picture):
        return [f"[照片 {block.digest[:8]}] {block.caption}"]
    if isinstance(block, Chart):
        return [
            f"[{block.kind}] {block.caption}："
            + " ".join(f"{words}={value}{block.unit}" for words, value in block.rows)
        ]
    assert isinstance(block, Table)
    rows = [" | ".join(map(str, row)) for row in (block.head, *block.rows)]
    return [*([block.caption] if block.caption else []), *rows, *([block.note] if block.note else [])]
