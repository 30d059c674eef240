"""Painting, drops and menus of the timeline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.timeline import compound_art, painting
from app.timeline.drops import media_mime
from app.timeline.layout import HEADER, RULER
from app.timeline.menus import build
from core.project.project import KeyMask, TrackedRange, new_project
from core.time import TimeRange
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Key, Keys, Marker, MediaUse, Sequence, SequenceUse, Track, new_sequence
from tests.cuts import RATE, SECOND, media, project, starts, with_object


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    editor.document.reset(project(), None, None)
    made = TimelinePanel(editor)
    qtbot.addWidget(made)
    made.resize(1200, 400)
    made.show()
    made.view.zoom_to(SECOND / 50, HEADER)
    made.view.scroll_to(0)
    editor.add_panel(made)
    yield made
    made.view.pictures.close()


def picture(panel: TimelinePanel) -> QImage:
    return panel.view.viewport().grab().toImage()


def colour_at(panel: TimelinePanel, seconds: float, track: str, down: int) -> str:
    row = panel.view.geometry_now.row_of(track)
    assert row is not None
    x = panel.view.geometry_now.x_of(round(seconds * SECOND))
    return picture(panel).pixelColor(round(x), row.top + down).name()


def test_clips_are_drawn_where_they_are(panel: TimelinePanel) -> None:
    clip = theme.colours().video_clip.name()
    assert colour_at(panel, 7.5, "V1", 3) == clip
    assert colour_at(panel, 9, "V1", 3) != clip
    assert colour_at(panel, 2, "V2", 3) != clip


def test_everything_a_clip_can_carry_is_drawn(panel: TimelinePanel, editor: Editor) -> None:
    document = editor.document
    bear = replace(
        with_object(media("m")), key_masks=(KeyMask(60, "x.png"),), track=TrackedRange("key", 50, 124)
    )
    document.edit("objects", lambda known: known.with_media(bear))
    keys = Keys((Key(2 * SECOND, 0.0), Key(4 * SECOND, 1.0)))
    document.edit_sequence(
        "x", lambda film: edits.set_clip(film, "b", opacity=keys, effects=(new_effect("blur"),))
    )
    document.edit_sequence("x", edits.set_transition, "b", SECOND)
    document.edit_sequence("x", edits.set_speed, "c", 2)
    document.edit_sequence("x", edits.add_marker, SECOND, "here")
    document.edit_sequence("x", edits.set_in_out, SECOND, 3 * SECOND)
    document.edit_sequence("x", lambda film: edits.set_track(film, "A1", locked=True, muted=True))
    editor.state.set("selection", frozenset({"a"}))
    assert not picture(panel).isNull()
    # The strip of the bear shows its colour over the tracked range and not before it.
    row = panel.view.geometry_now.row_of("V1")
    assert row is not None
    strip = row.height - 9
    assert colour_at(panel, 6.5, "V1", strip) == "#e6475a"


def test_missing_media_is_marked(panel: TimelinePanel, editor: Editor) -> None:
    before = colour_at(panel, 7.5, "V1", 3)
    editor.document.edit("gone", lambda known: known.with_media(replace(media("m"), missing=True)))
    assert colour_at(panel, 7.5, "V1", 3) != before


def test_both_themes(panel: TimelinePanel) -> None:
    dark = colour_at(panel, 20, "V1", 30)
    theme.apply(theme.application(), "light")
    try:
        assert colour_at(panel, 20, "V1", 30) != dark
    finally:
        theme.apply(theme.application(), "dark")


def test_an_empty_project_can_be_shown(qtbot: QtBot, editor: Editor) -> None:
    panel = TimelinePanel(editor)
    qtbot.addWidget(panel)
    panel.resize(800, 300)
    panel.show()
    assert not picture(panel).isNull()
    panel.view.pictures.close()


def drop(
    panel: TimelinePanel, data: QMimeData, seconds: float, track: str, keys: Qt.KeyboardModifier
) -> None:
    row = panel.view.geometry_now.row_of(track)
    assert row is not None
    at = QPointF(panel.view.geometry_now.x_of(round(seconds * SECOND)), row.top + 20)
    event = QDropEvent(at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    panel.view.drops.move(event)
    assert panel.view.ghosts
    panel.view.drops.drop(event)
    assert not panel.view.ghosts


def test_media_dropped_from_the_bin(panel: TimelinePanel, editor: Editor) -> None:
    drop(panel, media_mime(["m"]), 16, "V2", Qt.KeyboardModifier.NoModifier)
    assert list(starts(editor.document.sequence, "V2").values()) == [16]
    assert list(starts(editor.document.sequence, "A2").values()) == [16]
    assert editor.document.undo_stack.count() == 1
    assert len(editor.state.selection) == 2


def test_media_that_are_dragged_off_the_timeline_leave_no_ghosts(panel: TimelinePanel) -> None:
    row = panel.view.geometry_now.row_of("V2")
    assert row is not None
    at = QPoint(round(panel.view.geometry_now.x_of(16 * SECOND)), row.top + 20)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    data = media_mime(["m"])
    QApplication.sendEvent(
        panel.view.viewport(), QDragEnterEvent(at, Qt.DropAction.CopyAction, data, left, none)
    )
    QApplication.sendEvent(
        panel.view.viewport(), QDragMoveEvent(at, Qt.DropAction.CopyAction, data, left, none)
    )
    assert panel.view.ghosts
    QApplication.sendEvent(panel.view.viewport(), QDragLeaveEvent())
    assert not panel.view.ghosts and panel.view.guide is None


def test_a_drop_with_ctrl_inserts_and_snaps(panel: TimelinePanel, editor: Editor) -> None:
    drop(panel, media_mime(["mute"]), 4.06, "V1", Qt.KeyboardModifier.ControlModifier)
    assert starts(editor.document.sequence, "V1")["b"] == 7


def test_foreign_drops_are_refused(panel: TimelinePanel, editor: Editor) -> None:
    data = QMimeData()
    data.setText("hello")
    event = QDropEvent(
        QPointF(500, 100),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    panel.view.drops.move(event)
    assert not event.isAccepted()


@pytest.mark.parametrize("place", [(2.0, "V1"), (9.0, "V1"), (30.0, "V2")])
def test_menus_can_be_built(panel: TimelinePanel, place: tuple[float, str]) -> None:
    row = panel.view.geometry_now.row_of(place[1])
    assert row is not None
    at = QPointF(panel.view.geometry_now.x_of(round(place[0] * SECOND)), row.top + 30)
    menu = build(panel.view, panel.view.mouse.hit(at))
    assert len(menu.actions()) > 5
    menu.deleteLater()


def test_track_menu_edits_tracks(panel: TimelinePanel, editor: Editor) -> None:
    row = panel.view.geometry_now.row_of("V1")
    assert row is not None
    menu = build(panel.view, panel.view.mouse.hit(QPointF(10, row.top + 10)))
    by_name = {action.text(): action for action in menu.actions()}
    by_name["Add video track"].trigger()
    by_name["Lock"].trigger()
    film = editor.document.sequence
    assert film is not None
    assert [track.name for track in film.tracks] == ["A2", "A1", "V1", "V2", "V3"]
    assert film.track("V1").locked
    menu.deleteLater()


@pytest.mark.parametrize("held", [False, True])
def test_of_all_keys_of_commands_only_del_is_taken_from_them_and_for_a_speed_point(
    panel: TimelinePanel, editor: Editor, held: bool
) -> None:
    editor.state.set("speed_point", ("c", 0) if held else None)
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for key, keys in ((Qt.Key.Key_Delete, none), (Qt.Key.Key_Delete, control), (Qt.Key.Key_K, control)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, keys)
        event.ignore()
        QApplication.sendEvent(panel.view, event)
        assert event.isAccepted() == (held and keys == none)


def test_who_hears_the_screen_is_told_where_the_playhead_is_and_what_is_selected(
    panel: TimelinePanel, editor: Editor
) -> None:
    editor.state.set("playhead", 2 * SECOND)
    assert panel.view.accessibleDescription().startswith("Playhead at 00:00:02:00, 0 of ")
    editor.state.set("selection", frozenset({"a"}))
    assert "1 of 5 clips selected" in panel.view.accessibleDescription()


def test_tool_tip_names_the_clip(panel: TimelinePanel) -> None:
    from app.timeline import tips

    row = panel.view.geometry_now.row_of("V1")
    assert row is not None
    at = QPointF(panel.view.geometry_now.x_of(2 * SECOND), row.top + 30)
    assert tips.text(panel.view, panel.view.mouse.hit(at), at.toPoint()).startswith("A\n00:00:00:00")
    assert "Speed" not in tips.text(panel.view, panel.view.mouse.hit(at), at.toPoint())
    document = panel.view.editor.document
    document.edit_sequence("Faster", edits.set_speed, "a", 2)
    document.edit("Gone", lambda known: known.with_media(replace(media("m"), missing=True)))
    told = tips.text(panel.view, panel.view.mouse.hit(at), at.toPoint())
    assert "Speed 200 %" in told and "is missing: relink it" in told


def test_another_film_can_be_shown(panel: TimelinePanel, editor: Editor) -> None:
    assert not panel.films.isVisible()
    other = new_sequence("Second cut", 640, 360, RATE)
    editor.document.edit("x", lambda known: known.with_sequence(other))
    assert panel.films.isVisible()
    assert panel.films.currentText() == "Second cut"
    panel.pick_film(0)
    assert editor.document.sequence is not None
    assert editor.document.sequence.id == "film"
    editor.document.undo_stack.undo()
    assert panel.films.currentText() == "Second cut"


def test_fit_shows_the_first_tracks_whole(panel: TimelinePanel, editor: Editor) -> None:
    view = panel.view
    for _ in range(3):
        editor.document.edit_sequence("x", edits.add_track, "video")
        editor.document.edit_sequence("x", edits.add_track, "audio")
    panel.resize(900, 280)
    view.fit()
    rows = view.geometry_now.rows
    picture = [row for row in rows if row.track.kind == "video"][-1]
    sound = next(row for row in rows if row.track.kind == "audio")
    assert picture.top >= RULER
    assert sound.bottom <= view.viewport().height()
    panel.resize(900, 250)
    assert view.verticalScrollBar().value() > 0
    panel.resize(900, 900)
    assert view.geometry_now.rows[0].top >= RULER, "with room for all, all are seen"
    panel.resize(900, 280)
    top = view.geometry_now.rows[0]
    view.reveal_track(top.track.id)
    found = view.geometry_now.row_of(top.track.id)
    assert found is not None
    assert found.top >= RULER


def test_hundreds_of_narrow_clips_inside_a_compound_clip_are_drawn_plainly(
    panel: TimelinePanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their waveforms would take longer than a frame of the screen, each time the timeline is scrolled."""
    drawn: list[QRectF] = []
    monkeypatch.setattr(compound_art.media_art, "waveform", lambda *given: drawn.append(given[-1]))
    one, length = media("long"), SECOND // 5
    inner = [Clip(f"c{n}", "c", MediaUse(one.id, one.info.available), length) for n in range(300)]
    film = Sequence("inner", "In", 64, 48, RATE, tracks=(Track("A", "audio", "A1", tuple(inner)),))
    made = Clip("made", "In", SequenceUse("inner", TimeRange(0, film.duration)), film.duration)
    outer = replace(film, id="outer", tracks=(Track("A", "audio", "A1", (made,)),))
    known = new_project().with_media(one).with_sequence(film).with_sequence(outer)
    editor.document.reset(replace(known, active="outer"), None, None)
    panel.view.zoom_to(film.duration / 1000, HEADER)
    picture(panel)
    assert drawn == []
    panel.view.zoom_to(SECOND / 200, HEADER)
    picture(panel)
    assert drawn and all(box.width() >= compound_art.NARROWEST for box in drawn)


def test_markers_too_close_to_be_told_apart_are_drawn_once(
    panel: TimelinePanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats = tuple(Marker(f"b{n}", n * SECOND // 100, colour="#5c9dff") for n in range(1000))
    named = Marker("n", SECOND // 50, "Chorus", "#5c9dff")
    editor.document.edit_sequence(
        "Beats", lambda known: replace(known, markers=(*beats[:3], named, *beats[3:]))
    )
    drawn: list[QPolygonF] = []
    monkeypatch.setattr(painting, "QPolygonF", lambda points: drawn.append(points) or QPolygonF(points))
    panel.view.zoom_to(SECOND / 50, HEADER)  # a marker every half a pixel, over 500 of them
    panel.view.scroll_to(SECOND // 50)
    panel.view.scroll_to(0)
    picture(panel)
    marks = [points for points in drawn if points[1].x() - points[0].x() == 10]
    assert 500 / 3 - 10 <= len(marks) <= 500 / 3 + 2
