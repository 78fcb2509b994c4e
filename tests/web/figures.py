"""Figures as a staff page shows them, read back by their names."""

from xml.etree.ElementTree import Element

from tests.web.page import Page, words


def figure(page: Page, name: str, default: int | None = None) -> int:
    """Return a figure; `default` where the page does not show it, else that is a fault."""
    found = [one for one in page.all("dd") if one.get("data-figure") == name]
    if not found and default is not None:
        return default
    (only,) = found
    return int(words(only))


def table(page: Page, name: str, may_be_missing: bool = False) -> dict[str, int]:
    """Return the last column of a table by the first one; nothing where it is not there and may be missing."""
    return {row: int(said) for row, said in _last_column(page, "data-counts", name, may_be_missing).items()}


def shares(page: Page, name: str) -> dict[str, str]:
    """Return the shares of a table as they are said, by the first column."""
    return _last_column(page, "data-shares", name, may_be_missing=False)


def _last_column(page: Page, attribute: str, name: str, may_be_missing: bool) -> dict[str, str]:
    found: list[Element] = [one for one in page.tree.iter() if one.get(attribute) == name]
    if not found and may_be_missing:
        return {}
    (only,) = found
    rows = [row for row in only.iter("tr") if next(row.iter("th")).get("scope") == "row"]
    read = {words(next(row.iter("th"))): words(list(row.iter("td"))[-1]) for row in rows}
    assert len(read) == len(rows), "two rows of one name"
    return read
