"""Every part of a match leads to a form of the seeker's own, and the page says which open field would help most."""

import re
from types import SimpleNamespace

import pytest
from django.urls import resolve
from django.utils.translation import override

from matchmaking.matches.fields import OWN_CHANGES, advised, edit_url, own_change
from matchmaking.matches.models import Match, MatchList
from matchmaking.matches.wording import LABELS
from tests.factories import CompanyMemberFactory, OfferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, computed):
    client.force_login(CompanyMemberFactory(company=computed).user)
    return client


def form_of(client, url):
    """The page behind an address, which must hold the field that the address names."""
    path, _, anchor = url.partition("#")
    html = client.get(path).content.decode()
    assert not anchor or f'id="{anchor}"' in html, url
    return resolve(path).view_name


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("name", sorted(LABELS))
def test_every_part_has_a_field(computed, need, owner, direction, name):
    offer = OfferFactory(company=computed)
    rows = {
        "company": SimpleNamespace(need_id=None, product_id=None),
        "need": SimpleNamespace(need_id=need.pk, product_id=None),
    }
    for match in rows.values():
        for key in (None, f"offer:{offer.pk}"):
            with override("en"):
                url = edit_url(match, {"field": name, "direction": direction, "need": None, "offer": key})
            assert form_of(owner, url)


def test_a_reason_of_the_company_list_leads_to_the_need_it_is_about(computed, need):
    row = {"field": "service", "direction": "forward", "need": f"need:{need.pk}", "offer": None}
    with override("en"):
        url = edit_url(SimpleNamespace(need_id=None, product_id=None), row)
    assert url == f"/en/my/needs/{need.pk}/#id_service_types"


def test_every_row_of_the_page_is_linked_on_the_own_side_only(computed, need, owner):
    html = owner.get(f"/en/needs/{need.pk}/matches/").content.decode()
    own = re.findall(r'<span class="you"[^>]*>(.*?)</span>', html)
    assert own
    assert all(cell.startswith("<a href=") for cell in own)
    assert not [cell for cell in re.findall(r'<span class="them"[^>]*>(.*?)</span>', html) if "<a " in cell]


@pytest.mark.parametrize("name", sorted(OWN_CHANGES))
def test_an_open_field_leads_to_its_form(computed, owner, name):
    with override("en"):
        assert form_of(owner, own_change(name).url)


def test_the_best_advice_is_told_with_its_figures_in_both_languages(computed, owner):
    rows = [{"field": "offer", "change": 0.42, "peers": 6}, {"field": "need", "change": 0.1, "peers": 4}]
    MatchList.objects.filter(company=computed, need=None, product=None).update(advice=rows)
    english = owner.get("/en/my/matches/").content.decode()
    assert "for 6 firms like yours it decides 4 of the first 10" in english
    assert english.index("Describe what you offer") < english.index("State a need")
    assert "在6家与您相似的企业中，它平均决定前10个匹配中的4个" in owner.get("/zh-hans/my/matches/").content.decode()
    assert advised([]) == []


def test_a_change_keeps_what_it_does_not_compute(computed, providers):
    assert all(isinstance(one.advice, list) for one in MatchList.objects.all())
    assert not Match.objects.filter(candidate=computed, changes__icontains="peers").exists()
