"""Corrections to the Django admin of people."""

from allauth.usersessions.admin import UserSessionAdmin

# allauth looks for a user name; our people have none, and the search of this list was an error.
UserSessionAdmin.search_fields = ["user__email", "ip"]
