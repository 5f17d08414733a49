"""Addresses of this room, below the language prefix."""

from django.urls import URLPattern

app_name = "search"
urlpatterns: list[URLPattern] = []
