"""Addresses of this room, below the language prefix."""

from django.urls import path

from alliances import views

app_name = "alliances"
urlpatterns = [
    path("", views.alliance_list, name="list"),
    path("<slug:code>/", views.alliance_detail, name="detail"),
    path("<slug:code>/apply/", views.apply, name="apply"),
]
