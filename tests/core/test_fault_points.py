"""Fault points do what a plan says in the test run, and nothing at all anywhere else."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from matchmaking.core import fault_points
from matchmaking.core.checks import faults_are_for_tests
from matchmaking.core.fault_points import InducedFault, arm, plan, reached

ROOT = Path(__file__).resolve().parents[2]
PASS = "import django; django.setup(); from matchmaking.core.fault_points import reached; reached('K3'); print('alive')"


@pytest.fixture(autouse=True)
def disarmed():
    yield
    fault_points._Plan.faults = None
    fault_points._Plan.passed.clear()


def run(settings, tmp_path, **environment):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("YUXIN_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-c", PASS], cwd=ROOT, capture_output=True, text=True,
        env={**inherited, "DJANGO_SETTINGS_MODULE": settings, "YUXIN_VAR": str(tmp_path), "FAULT": "K3:kill", **environment},
    )  # fmt: skip


def test_a_planned_kill_is_a_kill(tmp_path):
    assert run("matchmaking.settings.test", tmp_path).returncode == -signal.SIGKILL


@pytest.mark.parametrize("settings", ["matchmaking.settings.dev", "matchmaking.settings.production"])
def test_elsewhere_the_environment_cannot_kill(tmp_path, settings):
    secrets = {"SECRET_KEY": "k9-Zw4_TqBv7!pLs2@xRd8#mYc3%nGh6^uEj1&aKf5*oWi0-Vt9", "ALLOWED_HOSTS": "yuxin.example"}
    done = run(settings, tmp_path, **secrets)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr


def test_the_deployment_check_refuses_the_setting(settings):
    assert [error.id for error in faults_are_for_tests()] == ["core.E001"]
    del settings.FAULT
    assert faults_are_for_tests() == []


def test_without_the_setting_no_plan_is_taken(settings):
    del settings.FAULT
    arm("K3:raise")
    reached("K3")


def test_a_fault_strikes_at_its_label_and_passage_only():
    arm("K3:raise@2, K4:raise")
    reached("K2")
    reached("K3")
    with pytest.raises(InducedFault, match="K3"):
        reached("K3")
    reached("K3")
    with pytest.raises(ConnectionError, match="K4"):
        reached("K4", ConnectionError)


def test_a_held_process_goes_on_when_it_is_let_go(settings, tmp_path):
    settings.FAULT_DIR = str(tmp_path)
    arm("K2:hold")
    held = threading.Thread(target=reached, args=("K2",))
    held.start()
    while not (tmp_path / "K2.reached").exists():
        assert held.is_alive()
    assert held.is_alive()
    (tmp_path / "K2.go").touch()
    held.join(timeout=10)
    assert not held.is_alive()


@pytest.mark.parametrize("text", ["K3", "K3:", "K3:die", "K3:pause", "K3:kill:4", "K3:pause:soon", "K3:kill@often"])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        plan(text)
