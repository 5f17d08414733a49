"""Production settings are clean under ``check --deploy`` and refuse what is unsafe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOOD = {"SECRET_KEY": "k9-Zw4_TqBv7!pLs2@xRd8#mYc3%nGh6^uEj1&aKf5*oWi0-Vt9", "ALLOWED_HOSTS": "yuxin.example"}


def check(tmp_path, **environment):
    inherited = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("YUXIN_", "SECRET_KEY", "DJANGO_", "DATABASE_URL", "ELASTICSEARCH_URL"))
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            **inherited, "DJANGO_SETTINGS_MODULE": "matchmaking.settings.production", "YUXIN_VAR": str(tmp_path),
            **environment,
        },
        cwd=ROOT, capture_output=True, text=True,
    )


def test_deployment_check_is_clean(tmp_path):
    result = check(tmp_path, **GOOD)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "unsafe",
    [{"SECRET_KEY": ""}, {"ALLOWED_HOSTS": ""}, {"YUXIN_DEMO": "1"}, {"YUXIN_REQUIRE_STAFF_MFA": "0"}],
    ids=lambda unsafe: next(iter(unsafe)),
)
def test_unsafe_values_are_refused(tmp_path, unsafe):
    result = check(tmp_path, **{**GOOD, **unsafe})
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
