"""One process at a time for a file: the system's own locks, which end with the process, however it ends."""

from __future__ import annotations

import errno
import os
import sys
from typing import Final

#: Another process has the lock. Any other error: this place (some network folders) knows no locks.
_TAKEN: Final = frozenset({errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK})
#: Where Windows locks: far behind any journal, since what is locked there nobody else may read.
_BEHIND: Final = 2**31 - 2


def lock(fd: int) -> bool:
    """Takes an open file for its holder alone until it is closed; False when another one has it.

    True also where files cannot be locked at all.
    """
    try:
        _lock(fd)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        at = os.lseek(fd, 0, os.SEEK_CUR)
        os.lseek(fd, _BEHIND, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(fd, at, os.SEEK_SET)
else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
