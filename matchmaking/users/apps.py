from django.apps import AppConfig


class UsersConfig(AppConfig):
    """People who log in; they carry no business data."""

    name = "matchmaking.users"
    label = "users"
