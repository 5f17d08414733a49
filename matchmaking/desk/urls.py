"""Addresses of this room, below the language prefix."""

from django.urls import path

from matchmaking.desk.views import (
    claims,
    gaps,
    home,
    imports,
    members,
    profiles,
    queue,
    review,
    staff,
    verdicts,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("<slug:code>/", queue.queue_page, name="queue"),
    path("<slug:code>/review/<int:pk>/", review.review, name="review"),
    path("<slug:code>/members/", members.member_list, name="members"),
    path("<slug:code>/invitations/", members.invitations, name="invitations"),
    path("<slug:code>/gaps/", gaps.gaps, name="gaps"),
    path("<slug:code>/verdicts/", verdicts.verdicts, name="verdicts"),
    path("<slug:code>/profiles/", profiles.profiles, name="profiles"),
    path("<slug:code>/profiles/<int:pk>/", profiles.profile, name="profile"),
    path("<slug:code>/claims/", claims.claims, name="claims"),
    path("<slug:code>/imports/", imports.imports, name="imports"),
    path("<slug:code>/imports/<str:token>/", imports.preview, name="import_preview"),
    path("<slug:code>/imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("<slug:code>/team/", staff.team, name="staff"),
]
