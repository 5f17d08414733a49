"""Addresses of the WeChat log-in."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from matchmaking.users.weixin.provider import WeixinProvider

urlpatterns = default_urlpatterns(WeixinProvider)
