"""What other rooms' pages show of search: own matches for the owner, similar companies for everybody."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from directory.models import Company
from search.indexing import Dirty, bring_into_step
from tests.factories import CompanyFactory, CompanyMemberFactory, OfferFactory, TermFactory, UserFactory
from tests.factories.matches import MatchFactory

pytestmark = pytest.mark.django_db


def render(source, user=None, **context):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return Template("{% load search %}" + source).render(Context({"request": request, **context})).strip()


def test_matches_are_for_the_companys_own_people():
    match = MatchFactory(candidate__slug="candidate")
    source = "{% recommended_matches company as rows %}{% for row in rows %}{{ row.candidate.slug }}{% endfor %}"
    owner = CompanyMemberFactory(company=match.seeker).user
    assert render(source, owner, company=match.seeker) == "candidate"
    assert render(source, UserFactory(), company=match.seeker) == ""
    assert render(source, company=match.seeker) == ""


def test_similar_companies_share_a_service_and_are_visible(embedded):
    term = TermFactory(code="law")
    firms = [OfferFactory(service_type=term, company__slug=slug).company for slug in ("mine", "same", "hidden")]
    OfferFactory(company__slug="other")
    bring_into_step(Dirty(set(Company.objects.values_list("pk", flat=True))))
    Company.objects.filter(slug="hidden").update(visibility="suspended")
    source = "{% similar_companies company as rows %}{% for row in rows %}{{ row.slug }}{% endfor %}"
    assert render(source, company=firms[0]) == "same"
    assert render(source, company=CompanyFactory()) == ""
