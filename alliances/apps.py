from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Alliances, who belongs to them, who works for them, and what they decide about pairs."""

    name = "alliances"
    label = "alliances"

    def ready(self) -> None:
        """Demand a second factor of alliance staff."""
        from alliances.permissions import is_alliance_staff
        from matchmaking.users.roles import register_trusted_role

        register_trusted_role(is_alliance_staff)
