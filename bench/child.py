"""Running a program and measuring it: seconds, and the peak of its memory."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

UNIT = 1 if sys.platform == "darwin" else 1024  # of what the system says of memory, in bytes
GNU_TIME = "/usr/bin/time"


class Run:
    """One run of a program: seconds by the clock and of the processor, and how it ended."""

    def __init__(self, command, **more):
        begin = time.monotonic()
        process = subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more})
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.monotonic() - begin
        self.user, self.system, self.memory = usage.ru_utime, usage.ru_stime, usage.ru_maxrss * UNIT
        process.returncode = self.code = os.waitstatus_to_exitcode(status)


def memory(command, **more):
    """The most memory that a program needs, in bytes; nothing if that can't be told.

    On Linux a process begins with the peak of the one that started it, and Python's is larger than that of a small program.
    GNU time is smaller than any.
    """
    if sys.platform != "darwin" and shutil.which(GNU_TIME):
        with tempfile.NamedTemporaryFile() as said:
            Run([GNU_TIME, "-q", "-f", "%M", "-o", said.name, *command], **more)
            words = said.read().split()
            if words and words[-1].isdigit():
                return int(words[-1]) * UNIT
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
    needed = Run(command, **more).memory
    return needed if needed > own or sys.platform == "darwin" else None
