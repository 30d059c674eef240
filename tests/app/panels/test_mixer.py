"""The mixer panel: strips follow the film, and what is moved is one edit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.mixer import AT_ONCE, FINE, SIDE, MixerPanel
from core.media.loudness import Heard
from core.timeline import edits
from core.timeline.model import Sequence, Track
from tests.app.equipment import equip, put_away
from tests.cuts import project


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[MixerPanel]:
    equip(editor)
    editor.document.reset(project(), None, None)
    made = MixerPanel(editor)
    made.resize(400, 300)
    made.show()
    yield made
    put_away(editor, made)


def track(panel: MixerPanel, number: int = 0) -> Track:
    film = panel._editor.document.sequence
    assert film is not None
    return film.track(panel.strips[number].track.id)


def steps(panel: MixerPanel) -> int:
    return panel._editor.document.undo_stack.count()


def test_strips_of_many_tracks_are_made_in_several_turns(panel: MixerPanel, qtbot: QtBot) -> None:
    document = panel._editor.document

    def eleven_more(film: Sequence) -> Sequence:
        for _ in range(11):
            film = edits.add_track(film, "audio")
        return film

    document.edit_sequence("Add", eleven_more)
    assert len(panel.strips) == AT_ONCE
    document.edit_sequence("Mute", edits.set_track, panel._tracks[9].id, muted=True)
    qtbot.wait_until(lambda: len(panel.strips) == 13)
    assert [strip.track.name for strip in panel.strips] == [f"A{number}" for number in range(1, 14)]
    assert panel.strips[9].mute.isChecked()
    assert panel.loudness is not None and panel._row.indexOf(panel.loudness) == panel._row.count() - 1


def test_there_is_a_strip_for_each_audio_track_from_the_first_on(panel: MixerPanel) -> None:
    document = panel._editor.document
    assert [strip.track.name for strip in panel.strips] == ["A1", "A2"]
    document.edit_sequence("Add", edits.add_track, "audio")
    document.edit_sequence("Add", edits.add_track, "video")
    assert [strip.track.name for strip in panel.strips] == ["A1", "A2", "A3"]
    first = panel.strips[0]
    voices = partial(edits.set_track, track_id=first.track.id, name="Voices", gain=-12.0, balance=0.25)
    document.edit_sequence("Rename", voices)
    assert panel.strips[0] is first
    assert (first.name.text(), first.fader.value(), first.balance.value()) == (
        "Voices",
        -12 * FINE,
        SIDE // 4,
    )
    assert first.number.value() == -12.0 and first.fader.accessibleName() == "Voices: Volume"
    document.undo_stack.undo()
    assert (first.name.text(), first.fader.value(), first.balance.value()) == ("A1", 0, 0)


def test_moving_a_fader_is_one_step_and_a_double_click_sets_it_back(panel: MixerPanel) -> None:
    strip, before = panel.strips[0], steps(panel)
    for value in (-10, -25, -60):
        strip.fader.setValue(value)
    strip.balance.setValue(-SIDE)
    assert (track(panel).gain, track(panel).balance) == (-6.0, -1.0)
    assert steps(panel) == before + 2
    assert strip.balance.toolTip().startswith("Balance: 100% left")
    QTest.mouseDClick(strip.balance, Qt.MouseButton.LeftButton, pos=QPoint(5, 8))
    assert track(panel).balance == 0
    panel._editor.document.undo_stack.undo()
    panel._editor.document.undo_stack.undo()
    assert track(panel).gain == 0


def test_numbers_are_typed_and_buttons_switch(panel: MixerPanel) -> None:
    strip = panel.strips[0]
    strip.number.setValue(3.5)
    assert track(panel).gain == 3.5 and strip.fader.value() == 35
    strip.mute.click()
    strip.solo.click()
    assert track(panel).muted and track(panel).solo
    panel._editor.document.undo_stack.undo()
    assert not strip.solo.isChecked() and strip.mute.isChecked()


def test_without_a_film_it_says_so(qtbot: QtBot, editor: Editor) -> None:
    equip(editor)
    made = MixerPanel(editor)
    made.show()
    assert made.strips == [] and "no audio tracks" in made.widget().layout().itemAt(0).widget().text()  # type: ignore[attr-defined]
    put_away(editor, made)


def test_a_mixer_that_is_not_seen_makes_nothing(panel: MixerPanel, editor: Editor) -> None:
    there = list(panel.strips)
    panel.hide()
    editor.document.edit_sequence("x", edits.add_track, "audio", track_id="another")
    assert panel.strips == there
    panel.show()
    assert [strip.track.id for strip in panel.strips].count("another") == 1 and len(panel.strips) == len(
        there
    ) + 1


def test_the_loudness_of_the_film_is_shown_while_it_plays(
    panel: MixerPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    shown = panel.loudness
    assert shown is not None
    assert {label.text() for label in shown.numbers.values()} == {"–"}
    monkeypatch.setattr(editor.player.sound, "loudness", lambda: Heard(-18.04, -23.0, -2.5))
    editor.player.playing_changed.emit(1.0)
    assert [label.text() for label in shown.numbers.values()] == ["-18.0", "-23.0", "-2.5"]
    monkeypatch.setattr(editor.player.sound, "loudness", lambda: Heard(-70.0, -70.0, -math.inf))
    qtbot.waitUntil(lambda: {label.text() for label in shown.numbers.values()} == {"–"})
    editor.player.playing_changed.emit(0.0)
