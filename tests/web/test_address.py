"""What a visitor chose travels in the address: read strictly, carried everywhere, and gone with the plain start."""

from uuid import uuid4

import pytest

VISIT = "00000000-0000-4000-8000-00000000beef"


def of(page, name: str) -> str | None:
    return page.all("html")[0].get(name)


@pytest.mark.parametrize(
    ("query", "text", "theme"),
    [
        ("", "normal", "light"),
        ("?text=large", "large", "light"),
        ("?contrast=high", "normal", "contrast"),
        ("?text=large&contrast=high", "large", "contrast"),
        ("?text=LARGE&contrast=1", "normal", "light"),
        ("?text=large&text=normal", "large", "light"),
    ],
)
def test_the_page_looks_as_the_address_says(at_kiosk, query, text, theme):
    for path in ("/", "/programme", "/check-in", f"/check-in/{uuid4()}"):
        page = at_kiosk.get(path + query, 404 if len(path) > 20 else 200)
        assert (of(page, "data-text"), of(page, "data-theme")) == (text, theme), path


def test_a_page_kept_for_one_look_is_not_given_for_another(at_kiosk):
    for query in ("", "?text=large", "?contrast=high", "?text=large&contrast=high"):
        for _ in range(2):
            page = at_kiosk.get("/programme" + query)
            assert (of(page, "data-text") == "large") == ("large" in query)
            assert (of(page, "data-theme") == "contrast") == ("high" in query)


@pytest.mark.parametrize(
    "visit", ["", "x", VISIT.upper(), VISIT + "0", "<script>", "%00", "00000000000040008000000000000beef"]
)
def test_a_visit_that_is_no_id_is_not_carried(at_kiosk, visit):
    assert "visit=" not in " ".join(href for _, href in at_kiosk.get(f"/check-in?visit={visit}").links())


def test_a_check_in_keeps_what_was_chosen(at_kiosk, form):
    page = at_kiosk.post(f"/check-in?lang=en&text=large&contrast=high&visit={VISIT}", form())
    assert page.address.endswith(f"?lang=en&text=large&contrast=high&visit={VISIT}")


def test_a_picture_has_one_address_whatever_was_chosen(at_kiosk):
    plain = at_kiosk.get("/scientists").carries("src")
    assert plain and at_kiosk.get(f"/scientists?lang=en&text=large&contrast=high&visit={VISIT}").carries("src") == plain


def test_each_switch_leads_to_the_same_page_the_other_way(at_kiosk):
    address = "/scientists?area=space"
    page = at_kiosk.get(address)
    for name, there in (("text", "text=large"), ("contrast", "contrast=high")):
        found = [href for _, href in page.links() if href == f"{address}&{there}"]
        assert found, name
        other = at_kiosk.get(found[0])
        assert address in [href for _, href in other.links()], f"no way back from {name}"


def test_the_answer_to_a_form_offers_no_switch(at_kiosk, form):
    page = at_kiosk.post("/check-in", form(party_size="0"), 400)
    assert not [href for _, href in page.links() if "text=large" in href or "contrast=high" in href]
