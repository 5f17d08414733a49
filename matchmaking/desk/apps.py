from django.apps import AppConfig


class DeskConfig(AppConfig):
    """A secretariat's home, composed from the rooms below; no models."""

    name = "matchmaking.desk"
    label = "desk"
