"""Parts of a profile: records that are shown on the page of their company."""

from typing import Any

from django.http import HttpRequest

from directory.models.record import Record


class ProfilePart(Record):
    """A record that has no page of its own. Its preview is the company's page with this version of it."""

    class Meta:
        abstract = True

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "directory/company.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        # The profile is read by a module that itself reads these models.
        from directory.profile import profile_context

        context = profile_context(self.company, request.user, instead=self)
        return {"request": request, **context, "is_preview": True}
