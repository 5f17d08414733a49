"""allauth's provider with one change: who the person is.

allauth keys a WeChat account on ``openid``, which differs per app of the same operator, so one person would become
several (django-allauth#1988). ``unionid`` is the same across an operator's apps; it is given once the app is bound to
the operator's open-platform account.
"""

from typing import Any

from allauth.socialaccount.providers.weixin.provider import WeixinProvider as StockProvider


class WeixinProvider(StockProvider):
    """WeChat with ``unionid`` as the identity, ``openid`` only where the operator has no union."""

    package = "matchmaking.users.weixin"

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the identity under which the account is stored."""
        return str(data.get("unionid") or data["openid"])


provider_classes = [WeixinProvider]
