"""Addresses of the kernel without a language prefix."""

from django.urls import path

from matchmaking.core import views

app_name = "core"
urlpatterns = [
    path("settings/display/", views.display_settings, name="display_settings"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
