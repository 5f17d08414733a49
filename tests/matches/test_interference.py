"""A private need of one company, whatever it says, changes no letter of what another company can read."""

import re

import pytest
from django.core.management import call_command

from matchmaking.matches.models import Match, MatchList
from tests.factories import CompanyMemberFactory, NeedFactory
from tests.matches.conftest import provider
from tests.matches.test_refresh import change

pytestmark = pytest.mark.django_db

ROW = ("match_list__need", "candidate", "rank", "score", "band", "pinned", "parts", "reasons", "conflicts", "missing", "changes")
PAGES = (
    "/zh-hans/my/", "/en/my/matches/", "/zh-hans/needs/{need}/matches/?all=1", "/en/compare/?need={need}&c=straits",
    "/zh-hans/companies/straits/", "/en/find/?q=wastewater", "/en/find/needs/?q=canary", "/en/find/suggest/?q=can",
)  # fmt: skip


def letters(html):
    """A page but for what is new at every request."""
    return re.sub(r"[A-Za-z0-9]{64}|nonce=\S*", "", html)


@pytest.fixture
def everything(computed, need, client, capsys):
    """``everything()``: all that the people of ``computed`` can read, and the rows and the command behind it."""
    client.force_login(CompanyMemberFactory(company=computed).user)

    def read():
        computed.refresh_from_db()
        pages = {}
        for address in PAGES:
            answer = client.get(address.format(need=need.pk))
            pages[address] = answer.status_code, letters(answer.content.decode())
        lists = MatchList.objects.filter(company=computed).order_by("pk")
        call_command("recommend", computed.slug, "--json")
        return {
            "pages": pages,
            "rows": list(Match.objects.filter(seeker=computed).order_by("match_list", "rank").values(*ROW)),
            "excluded": list(lists.values_list("excluded", flat=True)),
            "command": capsys.readouterr().out,
        }

    return read


def steps(company, terms):
    """What happens to a private need from its first day to its last, step by step."""
    need = NeedFactory(company=company, private=True, title_en="CANARY wastewater engineering", title_zh="秘密污水工程")
    yield "written"
    need.text_en, need.text_zh = "CANARY pickles, patents and the design of everything", "专利申请，调味品分销"
    need.service_types.set([terms["water"], terms["patents"]])
    need.markets.set([terms["vietnam"]])
    need.budget = 5
    need.save()
    yield "another text, and codes"
    need.required_credentials.set([terms["licence"]])
    need.save()
    yield "a condition that nobody meets"
    need.delete()
    yield "deleted"


def test_nothing_that_others_read_changes_with_a_private_need(everything, providers, terms):
    before = everything()
    assert {status for status, _ in before["pages"].values()} == {200}
    assert len(before["rows"]) > 4
    for step in steps(providers["straits"], terms):
        change(providers["straits"])
        after = everything()
        for part, was in before.items():
            assert after[part] == was, (step, part)


def test_a_public_need_is_read_by_others(everything, providers, terms):
    """The guard of the test above: the same words in a public need do change what others read."""
    before = everything()
    need = NeedFactory(company=providers["straits"], title_en="CANARY wastewater engineering", title_zh="公开污水工程")
    change(providers["straits"])
    after = everything()
    assert after["rows"] != before["rows"]
    assert f"need:{need.pk}" in str(after["rows"])
    changed = {address for address, page in after["pages"].items() if page != before["pages"][address]}
    assert {"/en/my/matches/", "/zh-hans/companies/straits/"} <= changed


@pytest.mark.parametrize("who", ["the owner", "a company that is no candidate"])
def test_the_owner_alone_is_served_by_it(computed, providers, terms, client, who):
    stranger = provider("stranger", terms["patents"])
    need = NeedFactory(company=providers["straits"], private=True, title_en="CANARY wastewater", title_zh="秘密污水工程")
    change(providers["straits"])
    company = providers["straits"] if who == "the owner" else stranger
    client.force_login(CompanyMemberFactory(company=company).user)
    answer = client.get(f"/en/needs/{need.pk}/matches/")
    assert (answer.status_code == 200) is (who == "the owner")
    assert ("CANARY" in answer.content.decode()) is (who == "the owner")
