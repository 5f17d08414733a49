"""Text cleaning and choosing from the vocabulary."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from directory.forms import NamesForm, OfferForm, ProductForm
from directory.forms.terms import TermChoices
from directory.forms.text import clean_line, clean_text
from directory.models import Company
from directory.translation import locked_terms, pair_state, updated_status
from tests.factories import CompanyFactory, TermFactory


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_nothing_invisible_survives_in_a_line(text):
    assert not set(clean_line(text)) & set("\u202e\u200b\ufeff\u2066\n\r\t\x00")


def test_emoji_joiners_stay_in_running_text_and_go_from_names():
    family = "👨\u200d👩\u200d👧"
    assert clean_text(family) == family
    assert "\u200d" not in clean_line(family)


def test_direction_marks_go_everywhere():
    assert clean_text("abc\u202egpj.exe") == "abcgpj.exe"


def test_length_is_measured_after_cleaning():
    form = NamesForm({"legal_name_en": "\u200b" * 500 + "Short"}, instance=Company())
    assert form.is_valid()
    assert form.cleaned_data["legal_name_en"] == "Short"


@pytest.mark.django_db
class TestTerms:
    def test_children_stand_under_their_topmost_parent(self):
        top = TermFactory(sector=True, code="a", label_en="Top")
        middle = TermFactory(sector=True, code="b", parent=top, label_en="Middle")
        TermFactory(sector=True, code="c", parent=middle, label_en="Leaf")
        TermFactory(sector=True, code="d", label_en="Alone")
        with translation.override("en"):
            choices = list(TermChoices("sector").choices)
        assert choices[0][1] == "Alone"
        assert (choices[1][0], [label for _, label in choices[1][1]]) == ("Top", ["Top", "Middle", "Leaf"])

    def test_a_term_of_another_kind_or_retired_is_no_choice(self):
        market = TermFactory(market=True)
        retired = TermFactory(active=False)
        for term in (market, retired):
            assert "service_type" in OfferForm({"service_type": term.pk, "title_en": "T"}).errors

    def test_too_many_are_refused(self):
        terms = [TermFactory(sector=True) for _ in range(3)]
        with pytest.raises(Exception, match="2"):
            TermChoices("sector", limit=2).clean([term.pk for term in terms])

    def test_bands_are_ordinals(self):
        TermFactory(kind="money_band", code="band-0", position=1)
        TermFactory(kind="money_band", code="band-1", position=2)
        data = {"service_type": TermFactory().pk, "title_en": "T", "deal_size": "1"}
        form = OfferForm(data)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["deal_size"] == 1
        assert "deal_size" in OfferForm({**data, "deal_size": "2"}).errors

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [("0805.10", "080510"), ("", "070310"), ("12", None), ("０８０５１０", "080510"), ("080510-1", None)],
    )
    def test_hs_codes(self, typed, stored):
        category = TermFactory(category=True, extra={"hs6": "070310"})
        data = {"category": category.pk, "name_en": "N", "temperature": "ambient", "hs6": typed}
        form = ProductForm(data, company=CompanyFactory())
        assert form.is_valid() == (stored is not None)
        if stored:
            assert form.cleaned_data["hs6"] == stored

    def test_locked_terms_prefer_the_longer_label(self):
        TermFactory(label_zh="运输", label_en="Transport")
        TermFactory(label_zh="冷链运输", label_en="Cold chain transport")
        (found,) = locked_terms([("我们做冷链运输", "We do cold chain transport")])
        assert found == [("冷链运输", "Cold chain transport", True)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("", ""), ("甲", ""), {"f_zh": "confirmed"}),
        (("", ""), ("甲", "A"), {"f_zh": "confirmed", "f_en": "confirmed"}),
        (("甲", "A"), ("乙", "A"), {"f_zh": "confirmed", "f_en": "outdated"}),
        (("甲", "A"), ("甲", "B"), {"f_zh": "outdated", "f_en": "confirmed"}),
        (("甲", "A"), ("乙", "B"), {"f_zh": "confirmed", "f_en": "confirmed"}),
        (("甲", "A"), ("甲", ""), {"f_zh": "confirmed"}),
    ],
)
def test_status_follows_the_change(before, after, expected):
    assert updated_status({"f_zh": "confirmed"} if before[0] else {}, "f", before, after) == expected


def test_machine_text_stays_marked_until_confirmed():
    status = {"f_zh": "confirmed", "f_en": "machine"}
    assert updated_status(status, "f", ("甲", "A"), ("甲", "A"))["f_en"] == "machine"
    assert updated_status(status, "f", ("甲", "A"), ("甲", "A"), confirmed=True)["f_en"] == "confirmed"
    record = Company(summary_zh="甲", summary_en="A", translation_status={"summary_en": "machine"})
    assert pair_state(record, "summary") == "machine"
