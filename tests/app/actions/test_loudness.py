"""Match loudness on a real file with a tone."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions import loudness
from app.background import Background
from app.editor import Editor
from core.errors import EditError
from core.media.probe import probe
from core.project.project import Media, new_project
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Solid, Track


def test_the_volume_of_selected_sound_is_set(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    samples = 0.1 * np.sin(2 * np.pi * 997 * np.arange(96000) / 48000)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes(np.repeat(np.rint(samples * 32767), 2).astype("<i2").tobytes())
    info = probe(path)
    sound = Clip("tone", "Tone", MediaUse("m", info.available), 2 * TICKS_PER_SECOND)
    black = Clip("black", "Black", Solid(), 2 * TICKS_PER_SECOND)
    tracks = (Track("a", "audio", "A1", (sound,)), Track("v", "video", "V1", (black,)))
    film = Sequence("film", "Film", 64, 48, FrameRate(25), tracks=tracks)
    editor.background = Background(editor)
    try:
        editor.document.reset(
            new_project().with_media(Media("m", "Tone", str(path), info)).with_sequence(film), None, None
        )
        editor.state.set("selection", frozenset({"black"}))
        with pytest.raises(EditError, match="no sound"):
            loudness.match(editor, -16.0)
        editor.state.set("selection", frozenset({"tone"}))
        with qtbot.waitSignal(editor.document.changed, timeout=20_000):
            loudness.match(editor, -16.0)
        assert editor.document.sequence is not None
        assert editor.document.sequence.find("tone")[2].gain == pytest.approx(4.0, abs=0.2)
    finally:
        editor.background.close()
