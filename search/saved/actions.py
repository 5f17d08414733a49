"""Saving a search, changing how often it is told, stopping and removing it."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from matchmaking.core.actions import Action, InvalidTransition
from search.forms import Question
from search.models import Rhythm, SavedSearch, SavedSearchHit
from search.saved.permissions import SavedSearchPolicy
from search.saved.questions import found_now, kept_form

MOST_SAVED = 30


class SaveSearch(Action):
    """Keep a question; what it finds now is no news. Saved once more, a stopped one goes on.

    ``run`` returns the :class:`SavedSearch`. The constructor reads the index, outside the transaction, and raises what
    :func:`kept_form` and :func:`found_now` raise.
    """

    name = "search.saved"

    def __init__(self, actor: Any, question: Question, rhythm: Rhythm) -> None:
        super().__init__(actor)
        self.question, self.rhythm = question, rhythm
        self.kept, self.known = kept_form(question), found_now(question)

    def allowed(self) -> bool:
        return SavedSearchPolicy(self.actor).may_save

    def check(self) -> None:
        own = SavedSearch.objects.filter(user=self.actor)
        if not own.filter(kind=self.question.kind, query=self.kept).exists() and own.count() >= MOST_SAVED:
            raise InvalidTransition(
                gettext("You have saved %(count)s searches already. Remove one first.") % {"count": MOST_SAVED}
            )

    def perform(self) -> SavedSearch:
        self.saved, _ = SavedSearch.objects.update_or_create(
            user=self.actor, kind=self.question.kind, query=self.kept,
            defaults={"rhythm": self.rhythm, "known": self.known, "stopped_at": None, "stop_reason": ""},
        )  # fmt: skip
        return self.saved

    def target(self) -> models.Model:
        return self.saved


class _OfSaved(Action):
    """An action on one saved search of the actor."""

    def __init__(self, actor: Any, saved: SavedSearch) -> None:
        super().__init__(actor)
        self.saved = saved

    def lock(self) -> None:
        self.saved = SavedSearch.objects.select_for_update().get(pk=self.saved.pk)

    def allowed(self) -> bool:
        return SavedSearchPolicy(self.actor).own().filter(pk=self.saved.pk).exists()

    def target(self) -> models.Model:
        return self.saved


class ChangeRhythm(_OfSaved):
    """Tell more or less often; a stopped search goes on."""

    name = "search.rhythm"

    def __init__(self, actor: Any, saved: SavedSearch, rhythm: Rhythm) -> None:
        super().__init__(actor, saved)
        self.rhythm = rhythm

    def perform(self) -> None:
        self.saved.rhythm, self.saved.stopped_at, self.saved.stop_reason = self.rhythm, None, ""
        self.saved.save(update_fields=["rhythm", "stopped_at", "stop_reason"])


class RemoveSearch(_OfSaved):
    """Forget a saved search and what it found."""

    name = "search.removed"

    def perform(self) -> None:
        self.number = self.saved.pk
        self.saved.delete()

    def target(self) -> models.Model:
        return SavedSearch(pk=self.number)


def stop(saved_ids: Collection[int], user_id: int, reason: str) -> int:
    """Send no more mail about these searches of a person; returns how many were going on.

    The right to do so is the signed link of a mail. What was found and not told is forgotten.
    """
    own = SavedSearch.objects.filter(pk__in=list(saved_ids), user_id=user_id)
    stopped = own.filter(stopped_at=None).update(stopped_at=timezone.now(), stop_reason=reason)
    SavedSearchHit.objects.filter(saved_search__in=own, sent_at=None).delete()
    return stopped
