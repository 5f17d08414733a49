"""Social log-ins appear with their keys, and WeChat knows a person across apps."""

import os
import subprocess
import sys
from pathlib import Path

from matchmaking.users.weixin.provider import WeixinProvider

ROOT = Path(__file__).resolve().parents[2]
ASK = (
    "import django; django.setup()\n"
    "from django.urls import reverse\n"
    "from allauth.socialaccount import providers\n"
    "print([p.__module__ for p in providers.registry.get_class_list()])\n"
    "print(reverse('weixin_login'), reverse('google_login'))\n"
)


def test_a_person_is_one_person_across_apps():
    provider = WeixinProvider.__new__(WeixinProvider)
    assert provider.extract_uid({"openid": "app-1", "unionid": "person"}) == "person"
    assert provider.extract_uid({"openid": "app-1"}) == "app-1"


def test_providers_are_there_with_their_keys(tmp_path):
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "matchmaking.settings.dev", "YUXIN_VAR": str(tmp_path),
        "WEIXIN_CLIENT_ID": "wx1", "WEIXIN_SECRET": "s", "GOOGLE_CLIENT_ID": "g1", "GOOGLE_SECRET": "s",
    }
    result = subprocess.run([sys.executable, "-c", ASK], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "matchmaking.users.weixin.provider" in result.stdout
    assert "/account/weixin/login/" in result.stdout
    assert "/account/google/login/" in result.stdout
