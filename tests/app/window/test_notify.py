"""The one road to the user's eye."""

from __future__ import annotations

import errno

import pytest

from app.window.notify import Notice, Notifier
from core.errors import Cancelled, EditError


def test_what_the_user_can_mend_becomes_a_notice_and_a_defect_goes_on(qapp: object) -> None:
    notify = Notifier()
    with notify.failures():
        raise EditError("no clip is selected", "Click one")
    assert notify.waiting == [Notice("error", "no clip is selected", "Click one")]
    with pytest.raises(ZeroDivisionError), notify.failures():
        raise ZeroDivisionError
    with notify.failures():
        raise Cancelled("cancelled")
    assert len(notify.waiting) == 1, "nobody is told of what they stopped themselves"


def test_a_disk_that_refuses_is_no_defect(qapp: object) -> None:
    notify = Notifier()
    with notify.failures():
        raise OSError(errno.EROFS, "Read-only file system", "/films/results")
    notify.failure(OSError(errno.ENOSPC, "No space left on device"), "a report")
    told = [(notice.message, notice.report) for notice in notify.waiting]
    assert told == [
        ("the disk refuses: Read-only file system (/films/results)", ""),
        ("the disk refuses: No space left on device", ""),
    ]
    with pytest.raises(FileNotFoundError), notify.failures():
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")


def test_an_error_of_the_system_that_is_not_the_disks_is_a_defect(qapp: object) -> None:
    notify = Notifier()
    notify.failure(OSError(errno.EINVAL, "Invalid argument"), "a report")
    assert [notice.report for notice in notify.waiting] == ["a report"]
