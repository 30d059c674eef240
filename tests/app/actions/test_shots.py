"""Split at scene changes from the window, on a real file of two shots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.playing.clock import WallClock
from app.playing.playback import Player
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.media.probe import probe
from core.project.project import Media, new_project
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Solid, Track
from tests.core.media.test_cuts import GREEN, RED, shot
from tests.layer_films import write_clip

RATE = FrameRate(25)


@pytest.fixture
def desk(editor: Editor, tmp_path: Path) -> Iterator[Editor]:
    path = write_clip(tmp_path / "tape.mkv", np.stack([*shot(1, RED, 20), *shot(2, GREEN, 12)]))
    info = probe(path)
    tape = Clip("tape", "Tape", MediaUse("m", info.available), RATE.time_of(32))
    black = Clip("black", "Black", Solid(), RATE.time_of(32))
    tracks = (Track("v1", "video", "V1", (tape,)), Track("v2", "video", "V2", (black,)))
    film = Sequence("film", "Film", 64, 48, RATE, tracks=tracks)
    editor.player = Player(editor, clock=WallClock())
    media = Media("m", "Tape", str(path), info)
    editor.document.reset(new_project().with_media(media).with_sequence(film), None, None)
    yield editor
    editor.player.close()


def test_the_selected_clip_is_split_where_the_second_shot_begins_in_one_step(
    desk: Editor, qtbot: QtBot
) -> None:
    split = find_action("clip.split_shots")
    desk.state.set("selection", frozenset({"black"}))
    with pytest.raises(EditError, match="titles and colours have no scenes"):
        split.run(desk)
    desk.state.set("selection", frozenset({"tape", "black"}))
    split.run(desk)
    qtbot.waitUntil(lambda: not long_work_of(desk).busy)
    film = desk.document.sequence
    assert film is not None
    assert [item.duration for item in film.track("v1").items] == [RATE.time_of(20), RATE.time_of(12)]
    assert len(film.track("v2").items) == 1
    desk.document.undo_stack.undo()
    assert desk.document.sequence is not None and len(desk.document.sequence.track("v1").items) == 1
