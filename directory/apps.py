from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Companies, what they offer, need, sell and can prove."""

    name = "directory"
    label = "directory"

    def ready(self) -> None:
        """Listen to what Wagtail publishes."""
        from directory import receivers

        receivers.connect()
