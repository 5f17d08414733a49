"""Addresses of the kernel that carry a language prefix."""

from django.urls import path

from matchmaking.core import views

app_name = "core_localised"
urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
