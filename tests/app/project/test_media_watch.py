"""A project open while its files go, come back, or are replaced."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.project.media_import import import_paths, importer_of
from app.project.media_watch import MediaWatch, watch_of
from app.window.main_window import MainWindow
from core.project.project import KeyMask, Media
from tests.app.film import write_clip

Look = Callable[[], None]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, frames in (("a", 20), ("longer", 30), ("shorter", 5)):
        write_clip(tmp_path / f"{name}.mp4", frames)
    return tmp_path


@pytest.fixture
def watch(window: MainWindow, qtbot: QtBot, files: Path) -> MediaWatch:
    window.commands.run("file.new")
    import_paths(window.editor, [files / "a.mp4"])
    qtbot.wait_until(lambda: len(window.editor.document.project.media) == 1)
    made = watch_of(window.editor)
    look(made, qtbot)
    return made


def look(watch: MediaWatch, qtbot: QtBot) -> None:
    qtbot.wait_until(lambda: not watch._looking)
    watch.look()
    qtbot.wait_until(lambda: not watch._looking and not importer_of(watch._editor).busy)


def media(window: MainWindow) -> Media:
    return window.editor.document.project.media[0]


def told(window: MainWindow) -> list[str]:
    return [card.notice.message for card in window.notices.cards()]


def test_a_disk_that_goes_and_comes_back(
    watch: MediaWatch, window: MainWindow, qtbot: QtBot, files: Path
) -> None:
    steps = window.editor.document.undo_stack.count()
    (files / "a.mp4").rename(files / "away.mp4")
    look(watch, qtbot)
    assert media(window).missing and "a.mp4 is gone from the disk" in told(window)
    window.editor.document.undo_stack.undo()
    window.editor.document.undo_stack.redo()
    assert media(window).missing, "what the disk did is not undone"
    (files / "away.mp4").rename(files / "a.mp4")
    look(watch, qtbot)
    assert not media(window).missing and "a.mp4 is back" in told(window)
    assert window.editor.document.undo_stack.count() == steps


def test_a_file_that_fits_takes_the_place_of_the_old_one(
    watch: MediaWatch, window: MainWindow, qtbot: QtBot, files: Path
) -> None:
    shutil.copy(files / "longer.mp4", files / "a.mp4")
    look(watch, qtbot)
    assert media(window).missing, "it may not be written to its end yet"
    look(watch, qtbot)
    qtbot.wait_until(lambda: not media(window).missing)
    video = media(window).info.video
    assert video is not None and video.frames == 30
    assert any("that one is shown now" in words for words in told(window))


@pytest.mark.parametrize("case", ["shorter", "broken", "masks"])
def test_a_file_that_does_not_fit_is_told_and_not_shown(
    watch: MediaWatch, window: MainWindow, qtbot: QtBot, files: Path, case: str
) -> None:
    old = (files / "a.mp4").read_bytes()
    if case == "masks":
        drawn = replace(media(window), key_masks=(KeyMask(0, "0.png"),))
        window.editor.document.edit("Paint", lambda project: project.with_media(drawn))
    content = {"shorter": (files / "shorter.mp4").read_bytes(), "broken": b"nothing"}
    (files / "a.mp4").write_bytes(content.get(case, (files / "longer.mp4").read_bytes()))
    look(watch, qtbot)
    look(watch, qtbot)
    qtbot.wait_until(lambda: any("which is not shown" in words for words in told(window)))
    look(watch, qtbot)
    assert media(window).missing and sum("which is not shown" in words for words in told(window)) == 1
    (files / "a.mp4").write_bytes(old)
    look(watch, qtbot)
    assert not media(window).missing
