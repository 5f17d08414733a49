"""Who may do what with saved searches: the person who saved them, and nobody else."""

from typing import Any

from django.db.models import QuerySet

from directory.permissions import is_person
from search.models import SavedSearch


class SavedSearchPolicy:
    """Rights of one person, from current rows."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @property
    def may_save(self) -> bool:
        """Anybody who is signed in."""
        return is_person(self.user)

    def own(self) -> QuerySet[SavedSearch]:
        """The searches that the person saved."""
        if not is_person(self.user):
            return SavedSearch.objects.none()
        return SavedSearch.objects.filter(user_id=self.user.pk)
