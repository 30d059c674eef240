"""All cameras in the viewer: a click cuts to one of them, in the film and in what is shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from app.playing.cameras import CameraView
from core.timeline.cameras import cameras_at
from core.timeline.model import Sequence, Track
from tests.app.film import HEIGHT, RATE, WIDTH


def film(editor: Editor) -> Sequence:
    assert editor.document.sequence is not None
    return editor.document.sequence


@pytest.fixture
def cameras(viewer: ViewerPanel, editor: Editor) -> ViewerPanel:
    """The clip on V1, and once more on V2."""
    one = film(editor).find("clip")[2]
    second = Track("v2", "video", "V2", (replace(one, id="second", link=""),))
    editor.document.edit_sequence("Second", lambda known: replace(known, tracks=(*known.tracks, second)))
    return viewer


def on(editor: Editor) -> list[bool]:
    return [clip.enabled for clip in cameras_at(film(editor), editor.state.playhead).values()]


def test_a_click_on_a_camera_cuts_to_it(cameras: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    see_all = find_action("cameras.see_all")
    trigger(editor, see_all)
    assert see_all.checked is not None and see_all.checked(editor)
    shown = editor.player.viewing.instead
    assert shown is not None and shown.sequence is not None
    assert all(clip.scale == 0.5 for _, _, clip in shown.sequence.clips())
    editor.state.set("playhead", RATE.time_of(20))
    view = cameras.canvas.view
    x, y = view.to_widget(WIDTH * 0.75, HEIGHT * 0.5)
    qtbot.mouseClick(cameras.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert on(editor) == [False, True]
    x, y = view.to_widget(WIDTH * 0.25, HEIGHT * 0.5)
    editor.state.set("playhead", RATE.time_of(30))
    qtbot.mouseClick(cameras.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert on(editor) == [True, False]
    editor.state.set("playhead", RATE.time_of(25))
    assert on(editor) == [False, True], "between the two cuts"
    trigger(editor, see_all)
    assert not editor.one(CameraView).on and editor.player.viewing.plain


def test_a_camera_that_is_not_there_is_a_notice(cameras: ViewerPanel, editor: Editor) -> None:
    trigger(editor, find_action("cameras.cut_to_5"))
    assert "no camera 5" in editor.notify.waiting[0].message


def test_media_that_changes_is_seen_there_too(cameras: ViewerPanel, editor: Editor) -> None:
    trigger(editor, find_action("cameras.see_all"))
    media = editor.document.project.media[0]
    editor.document.edit("Rename", lambda project: project.with_media(replace(media, name="Other")))
    shown = editor.player.viewing.instead
    assert shown is not None and shown.media == editor.document.project.media
