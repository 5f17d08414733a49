from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Kernel that every other room may use and that knows none of them."""

    name = "matchmaking.core"
    label = "core"
