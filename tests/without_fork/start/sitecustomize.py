"""Start Python as on a system without fork, alarms and POSIX's modules: much like Windows.

It stands in PYTHONPATH, so that the processes that are started by Python have it too.
"""

import ctypes.util  # noqa: F401
import importlib.abc
import os
import signal
import sys
import sysconfig
import zoneinfo  # noqa: F401
from multiprocessing import context

# these ask the system what it is while they are imported, and must find the real one
import torch  # noqa: F401

MODULES = ("fcntl", "grp", "pwd", "pty", "resource", "termios", "tty")
NAMES = {
    os: ("fork", "forkpty", "getuid", "geteuid", "killpg", "mkfifo", "sched_getaffinity", "setsid"),
    signal: ("SIGALRM", "alarm", "pthread_kill", "pthread_sigmask", "setitimer"),
}


class Missing(importlib.abc.MetaPathFinder):
    """Finds POSIX's modules missing."""

    def find_spec(self, name, path=None, target=None):
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sysconfig.get_config_vars()
for module, names in NAMES.items():
    for name in names:
        delattr(module, name)
for name in MODULES:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
spawn = context.SpawnContext()
context._concrete_contexts = {"spawn": spawn}
context._default_context._default_context = spawn
context._default_context._actual_context = None
sys.platform = "darwin"  # what is imported later knows no "win32" here
