"""Processes that end with the one that started them, however that one ended."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with(parent):
    """Have the kernel end this process when its parent, whose number is given, is no more; on Linux."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None:
        return
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
