"""The one road to the user's eye."""

from __future__ import annotations

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
