from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The fictional demonstration directory: seeded, deletable, never part of production."""

    name = "matchmaking.demo"
    label = "demo"

    @property
    def accounts(self) -> list[tuple[str, str, str]]:
        """Return (e-mail, password, bilingual role) of the people who can log in."""
        from matchmaking.demo.content import people

        book = people()
        return [(person["email"], book["password"], person["role"]) for person in book["person"]]
