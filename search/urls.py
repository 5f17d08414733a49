"""Addresses of this room, below the language prefix and ``find/``."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.find, name="find"),
    path("needs/", views.needs, name="needs"),
    path("matches/", views.matches, name="matches"),
    path("suggest/", views.suggest, name="suggest"),
]
