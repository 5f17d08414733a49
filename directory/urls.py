"""Addresses of this room, below the language prefix."""

from django.urls import path

from directory import views

app_name = "directory"
urlpatterns = [
    path("companies/", views.companies, name="companies"),
    path("companies/<slug:slug>/", views.company, name="company"),
    path("needs/<int:pk>/", views.need, name="need"),
]
