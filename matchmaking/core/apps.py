from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Kernel that every other room may use and that knows none of them."""

    name = "matchmaking.core"
    label = "core"

    def ready(self) -> None:
        """Register the checks of the kernel, and regular jobs with the outbox."""
        from matchmaking.core import checks, outbox, schedule  # noqa: F401

        outbox.register_handler(schedule.TOPIC, schedule.run_jobs, slow=True)
