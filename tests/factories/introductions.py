"""Introductions in their states."""

import datetime

import factory

from matchmaking.introductions.models import Introduction, IntroductionState
from tests.factories.directory import CompanyFactory


class IntroductionFactory(factory.django.DjangoModelFactory):
    """A Chongqing firm's request that waits for a Singapore provider."""

    class Meta:
        model = Introduction

    class Params:
        accepted = factory.Trait(state=IntroductionState.ACCEPTED)

    requester = factory.SubFactory(CompanyFactory)
    receiver = factory.SubFactory(CompanyFactory, singapore=True)
    reason = "We need a wastewater process designer by January."
    due_date = factory.LazyFunction(lambda: datetime.date.today() + datetime.timedelta(days=9))
