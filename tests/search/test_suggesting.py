"""What is offered while somebody types, and of whom never."""

import pytest

from directory.models import Company
from search.suggesting import MOST, suggested
from tests.factories import CompanyFactory, TermFactory
from tests.search.asking import put

pytestmark = pytest.mark.django_db


def texts(typed):
    return [one.text for one in suggested(typed)]


@pytest.fixture
def places():
    return TermFactory(code="cq", kind="place", label_zh="涪陵区", label_en="Fuling")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("污水", "污水处理设计"), ("waste", "Wastewater design"), ("design", "Wastewater design"), ("wushui", "污水处理设计"),
        ("wsclsj", "污水处理设计"), ("涪", "涪陵区"), ("fuli", "Fuling"), ("merid", "Straits Meridian"), ("yuhuan", "渝环污水处理公司"),
    ],
)  # fmt: skip
def test_names_services_and_places_in_both_languages(water, places, typed, text):
    assert text in texts(typed)


def test_each_says_what_it_is_in_the_reader_s_language(water, places, page):
    assert {one.group for one in suggested("fuli")} == {"所在地"}
    for language, service, company in (("zh-hans", "服务类别", "企业"), ("en", "Service", "Company")):
        assert f">{service}</span>" in page("suggest/", language=language, q="waste")[1]
        assert f">{company}</span>" in page("suggest/", language=language, q="merid")[1]


def test_what_begins_as_typed_comes_first(index):
    for code, label in (("a", "Cold chain design"), ("b", "Design"), ("c", "Design review")):
        TermFactory(code=code, label_en=label, label_zh=f"服务{code}")
    assert texts("desig") == ["Design", "Design review", "Cold chain design"]


def test_nothing_typed_nothing_offered_and_never_a_flood(index):
    put(*(CompanyFactory(legal_name_en=f"Desk {number}") for number in range(12)))
    for number in range(12):
        TermFactory(code=f"d{number}", label_en=f"Desk {number} work", label_zh=f"台{number}")
    assert texts("") == texts(" ") == texts("\x00") == []
    assert len(texts("desk")) == MOST
    assert len(texts("d" * 5000)) == 0


def test_a_name_that_is_no_longer_shown_is_not_offered(water):
    Company.objects.filter(slug="straits").update(visibility="suspended")
    assert texts("merid") == []
