from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Alliances, who belongs to them, who works for them, and what they decide about pairs."""

    name = "alliances"
    label = "alliances"
