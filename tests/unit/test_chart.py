"""Charts: columns as high as their numbers, and nothing in the words that a browser would take for markup."""

from xml.etree import ElementTree

from kiosk.exports.chart import TALL, columns


def drawn(rows, title="By hour"):
    return ElementTree.fromstring(columns(rows, title))


def heights(rows) -> list[float]:
    return [float(one.get("height")) for one in drawn(rows).iter("rect")]


def test_columns_are_as_high_as_their_numbers():
    assert heights([("08", 5), ("09", 0), ("10", 20)]) == [TALL / 4, 0, TALL]


def test_a_number_below_nothing_has_no_column():
    assert heights([("08", -3), ("09", 6)]) == [0, TALL]


def test_nothing_counted_is_a_chart_all_the_same():
    assert heights([("08", 0)]) == [0]
    assert heights([]) == []


def test_every_column_tells_its_number_and_what_it_is_of():
    chart = drawn([("08", 5), ("09", 0)])
    assert [one.text for one in chart.iter("text")] == ["5", "08", "09"]
    assert (chart.get("role"), chart.get("aria-label")) == ("img", "By hour")


def test_words_are_words():
    hostile = '"><script>alert(1)</script>&'
    chart = drawn([(hostile, 1)], title=hostile)
    assert [one.text for one in chart.iter("text")] == ["1", hostile]
    assert chart.get("aria-label") == hostile
    assert {one.tag for one in chart.iter()} == {"svg", "rect", "text", "path"}
