"""Matches as the recommender leaves them, without training one."""

import factory
from django.utils import timezone

from matchmaking.matches.models import Band, Match, MatchList, ModelVersion
from tests.factories.directory import CompanyFactory


class ModelVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ModelVersion
        django_get_or_create = ("fingerprint",)

    fingerprint = "test"
    directory = "test"


class MatchListFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchList

    company = factory.SubFactory(CompanyFactory)
    model = factory.SubFactory(ModelVersionFactory)
    seeker_version = factory.LazyAttribute(lambda row: row.company.search_version)
    computed_at = factory.LazyFunction(timezone.now)


class MatchFactory(factory.django.DjangoModelFactory):
    """A current match of a Chongqing seeker with a Singapore candidate."""

    class Meta:
        model = Match

    match_list = factory.SubFactory(MatchListFactory)
    seeker = factory.SelfAttribute("match_list.company")
    need = factory.SelfAttribute("match_list.need")
    product = factory.SelfAttribute("match_list.product")
    candidate = factory.SubFactory(CompanyFactory, singapore=True)
    candidate_version = factory.SelfAttribute("candidate.search_version")
    rank = 1
    score = 0.5
    band = Band.GOOD
