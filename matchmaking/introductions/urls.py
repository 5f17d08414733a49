"""Addresses of this room, below the language prefix."""

from django.urls import path

from matchmaking.introductions import views

app_name = "introductions"
urlpatterns = [
    path("", views.introduction_list, name="list"),
    path("request/<slug:slug>/", views.request_introduction, name="request"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/accept/", views.accept, name="accept"),
    path("<slug:reference>/decline/", views.decline, name="decline"),
    path("<slug:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:reference>/messages/", views.send_message, name="message"),
    path("<slug:reference>/consent/", views.change_consent, name="consent"),
    path("<slug:reference>/advance/", views.advance, name="advance"),
    path("<slug:reference>/close/", views.close, name="close"),
]
