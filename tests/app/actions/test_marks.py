"""In and out points of the film and of a media, by keys and by the buttons under the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.viewer.scrub import MaskScrub
from core.project.project import Media
from core.time import TimeRange
from tests.app.film import FRAMES, RATE, open_film

FRAME = RATE.frame_ticks


@pytest.fixture(autouse=True)
def panel(qtbot: QtBot, editor: Editor, tmp_path: Path) -> Iterator[TimelinePanel]:
    open_film(editor, tmp_path)
    made = TimelinePanel(editor)
    editor.add_panel(made)
    qtbot.addWidget(made)
    yield made
    made.view.pictures.close()


def run(editor: Editor, *names: str) -> None:
    for name in names:
        trigger(editor, find_action(name))
    assert editor.notify.waiting == []


def look_at_media(editor: Editor, frame: int) -> None:
    for name, value in (("media", "media"), ("view", "media"), ("media_frame", frame)):
        editor.state.set(name, value)


def part(editor: Editor) -> TimeRange | None:
    return editor.document.project.media[0].part


def test_in_the_film_they_are_the_film_s(editor: Editor) -> None:
    editor.state.set("playhead", 10 * FRAME)
    run(editor, "timeline.mark_in")
    editor.state.set("playhead", 20 * FRAME)
    run(editor, "timeline.mark_out")
    film = editor.document.sequence
    assert film is not None and (film.in_point, film.out_point) == (10 * FRAME, 21 * FRAME)
    run(editor, "playback.go_to_in")
    assert editor.state.playhead == 10 * FRAME
    run(editor, "playback.go_to_out")
    assert editor.state.playhead == 20 * FRAME and part(editor) is None
    editor.state.set("playhead", 5 * FRAME)
    run(editor, "timeline.mark_out")
    film = editor.document.sequence
    assert film is not None and (film.in_point, film.out_point) == (None, 6 * FRAME), "never out before in"
    run(editor, "timeline.clear_marks")
    assert not find_action("timeline.clear_marks").enabled(editor)


def test_in_the_mask_view_they_are_the_media_s_and_what_is_inserted(editor: Editor) -> None:
    look_at_media(editor, 10)
    run(editor, "timeline.mark_in")
    editor.state.set("media_frame", 20)
    run(editor, "timeline.mark_out")
    assert part(editor) == TimeRange(10 * FRAME, 11 * FRAME)
    run(editor, "playback.go_to_in")
    assert editor.state.media_frame == 10
    run(editor, "playback.go_to_out")
    assert editor.state.media_frame == 20
    editor.state.set("playhead", FRAMES * FRAME)
    run(editor, "timeline.overwrite")
    film = editor.document.sequence
    assert film is not None and film.in_point is None
    last = [clip for _, _, clip in film.clips()][-1]
    assert last.source_range == TimeRange(10 * FRAME, 11 * FRAME)
    run(editor, "timeline.clear_marks")
    assert part(editor) is None


class Shown:
    """What the bar asks of the player."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    @property
    def media(self) -> Media:
        return self._editor.document.project.media[0]

    def pause(self) -> None:
        """Nothing plays."""

    def set_proposed(self, folder: str) -> None:
        assert not folder, "no tracking waits here"


def test_the_bar_under_the_picture_shows_them(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "player", Shown(editor), raising=False)
    scrub = MaskScrub(editor)
    qtbot.addWidget(scrub)
    scrub.resize(400, scrub.height())
    look_at_media(editor, 30)
    scrub.set_frames(FRAMES)
    before = scrub.grab().toImage()
    run(editor, "timeline.mark_in")
    assert scrub.grab().toImage() != before


def test_arrows_on_the_bar_stop_at_the_first_and_the_last_frame(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "player", Shown(editor), raising=False)
    scrub = MaskScrub(editor)
    qtbot.addWidget(scrub)
    scrub.set_frames(FRAMES)
    for frame, key, then in (
        (0, Qt.Key.Key_Left, 0),
        (3, Qt.Key.Key_Left, 2),
        (FRAMES - 1, Qt.Key.Key_Right, FRAMES - 1),
    ):
        look_at_media(editor, frame)
        qtbot.keyClick(scrub, key)
        assert editor.state.media_frame == then
