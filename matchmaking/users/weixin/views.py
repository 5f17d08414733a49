"""allauth's views of WeChat under the package where allauth looks for them."""

from allauth.socialaccount.providers.weixin.views import oauth2_callback, oauth2_login

__all__ = ["oauth2_callback", "oauth2_login"]
