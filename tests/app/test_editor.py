"""The editor's own parts: settings are kept beside the window."""

from __future__ import annotations

import threading

import pytest

from app.editor import Editor
from core.settings import Settings


def test_settings_are_written_on_another_thread_and_are_there_at_the_end(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = []
    write = editor.settings.write

    def noted() -> None:
        writers.append(threading.current_thread())
        write()

    monkeypatch.setattr(editor.settings, "write", noted)
    editor.keep_setting("theme", "light")
    assert editor.settings.text("theme") == "light", "it holds at once"
    editor.keep_setting("snap_pixels", 12)
    editor.close()
    assert writers and threading.main_thread() not in writers
    assert (Settings()["theme"], Settings()["snap_pixels"]) == ("light", 12)
    editor.keep_setting("theme", "dark")
    assert Settings()["theme"] == "light", "nothing is written after the end"
