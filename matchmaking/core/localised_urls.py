"""Addresses of the kernel that carry a language prefix."""

from django.urls import URLPattern

app_name = "core_localised"
urlpatterns: list[URLPattern] = []
