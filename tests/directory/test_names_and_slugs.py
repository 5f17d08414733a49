"""Names stripped to what tells firms apart, and the addresses made of them."""

import pytest

from directory.models import Company
from directory.names import core_name, name_key
from directory.slugs import MAX_LENGTH, slug_for, slugify_name
from tests.factories import CompanyFactory

FIVE_SPELLINGS = [
    "Ba Shan Food Co.,Ltd",
    "Ba Shan Food Co., Ltd.",
    "BA SHAN FOOD CO LTD",
    "Ba Shan Food Company Limited",
    "Ｂa Shan Food Co.,Ltd．",
]


def test_five_spellings_of_one_legal_form_are_one_name():
    assert {name_key(name) for name in FIVE_SPELLINGS} == {"bashanfood"}


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("重慶啤酒股份有限公司", "重庆啤酒"),
        ("重庆市涪陵榨菜集团股份有限公司", "重庆市涪陵榨菜"),
        ("ABC (Pte) Ltd", "abc"),
        ("ABC Pte. Ltd.", "abc"),
        ("Foo Sdn. Bhd.", "foo"),
        ("PT Indofood CBP Sukses Makmur Tbk", "indofood cbp sukses makmur"),
        ("CP ALL Public Company Limited", "cp all"),
        ("有限公司", "有限公司"),
        ("", ""),
    ],
)
def test_legal_forms_are_left_out(name, core):
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("one", "other"), [("City Developments Limited", "City Hotels Limited"), ("Petra Foods", "Petrafood")]
)
def test_different_firms_keep_different_keys(one, other):
    assert name_key(one) != name_key(other)


def test_hostile_names_cost_little_and_make_no_slug():
    assert slugify_name("co., " * 20_000) is not None
    assert slugify_name("‮！？…") == ""


def test_chinese_names_become_pinyin_by_word():
    assert slugify_name("重庆市涪陵榨菜集团股份有限公司").startswith("chongqing")
    assert slugify_name("Café Amazon PCL") == "cafe-amazon"


@pytest.mark.django_db
def test_slugs_are_unique_short_and_latin():
    first = Company(legal_name_zh="重庆啤酒股份有限公司")
    slug = slug_for(first)
    assert slug == "chongqing-pijiu"
    CompanyFactory(slug=slug)
    assert slug_for(Company(legal_name_zh="重庆啤酒有限公司")) == "chongqing-pijiu-2"
    long = slug_for(Company(legal_name_en="Word " * 39))
    assert len(long) <= MAX_LENGTH
    assert not long.endswith("-")
    assert slug_for(Company(legal_name_en="！")) == "company"
