"""Starts a program that dies with its starter: `python -I -S leash.py STARTER_PID PROGRAM ARGUMENT…`.

An engine that is killed with -9 cannot tidy up. On Linux the kernel does it: the program gets SIGKILL when the thread
that started it ends. Elsewhere the pid file is the only guard. This file imports nothing of ours, so it starts at once.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    starter, program, *arguments = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != int(starter):  # it died before the kernel was told
            sys.exit(1)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main()
