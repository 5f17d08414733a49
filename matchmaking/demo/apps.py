from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The fictional demonstration directory: seeded, deletable, never part of production."""

    name = "matchmaking.demo"
    label = "demo"
