"""Addresses of this room, below the language prefix and ``find/``."""

from django.urls import path

from search import views
from search.saved import views as saved

app_name = "search"
urlpatterns = [
    path("", views.find, name="find"),
    path("needs/", views.needs, name="needs"),
    path("matches/", views.matches, name="matches"),
    path("suggest/", views.suggest, name="suggest"),
    path("saved/", saved.saved, name="saved"),
    path("saved/new/", saved.save, name="save"),
    path("saved/<int:pk>/", saved.change, name="saved_change"),
    path("saved/stop/<str:token>/", saved.stop, name="stop"),
]
