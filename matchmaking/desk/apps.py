from django.apps import AppConfig


class DeskConfig(AppConfig):
    """A secretariat's home, composed from the rooms below; no models."""

    name = "matchmaking.desk"
    label = "desk"

    def ready(self) -> None:
        """Show the desk in the navigation of those who have one."""
        from alliances.permissions import alliances_of
        from matchmaking.core.context import limit_in_navigation

        limit_in_navigation("desk:home", lambda request: bool(alliances_of(request.user)))
