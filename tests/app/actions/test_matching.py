"""Match colours from the window, on a real file: frame n is grey of level 10 + 4 n."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.playing.clock import WallClock
from app.playing.playback import Player
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.project.paths import looks_folder
from core.timeline import edits
from core.timeline.effects import LOOK
from tests.app.film import RATE, open_film


@pytest.fixture
def desk(editor: Editor, tmp_path: Path) -> Iterator[Editor]:
    editor.player = Player(editor, clock=WallClock())
    open_film(editor, tmp_path)
    editor.document.edit_sequence("Split", edits.split, "clip", RATE.time_of(25))
    yield editor
    editor.player.close()


def test_later_clips_get_a_look_that_makes_them_like_the_first(desk: Editor, qtbot: QtBot) -> None:
    assert desk.document.sequence is not None
    first, second = (clip for _, _, clip in desk.document.sequence.clips())
    match = find_action("effects.match_colours")
    desk.state.set("selection", frozenset({first.id}))
    with pytest.raises(EditError, match="nothing to be matched with"):
        match.run(desk)
    desk.state.set("selection", frozenset({second.id, first.id}))
    match.run(desk)
    qtbot.waitUntil(lambda: not long_work_of(desk).busy)
    (effect,) = desk.document.sequence.find(second.id)[2].effects
    assert effect.kind == LOOK and effect.look is not None and effect.look.name == "As Clip"
    assert desk.document.data is not None and (looks_folder(desk.document.data) / effect.look.file).is_file()
    assert desk.document.sequence.find(first.id)[2].effects == ()


def test_automatic_colour_works_on_each_clip_by_what_it_shows_in_one_step(desk: Editor, qtbot: QtBot) -> None:
    film = desk.document.sequence
    assert film is not None
    first, second = (clip.id for _, _, clip in film.clips())
    desk.state.set("selection", frozenset({first, second}))
    find_action("effects.auto_colour").run(desk)
    qtbot.waitUntil(lambda: not long_work_of(desk).busy)
    assert desk.document.sequence is not None
    black = []
    for clip_id in (first, second):
        (levels,) = desk.document.sequence.find(clip_id)[2].effects  # grey has no cast
        assert levels.kind == "levels"
        black.append(levels.params["black"])
    assert black[0] < black[1], "the second half is lighter"
    desk.document.undo_stack.undo()
    assert desk.document.sequence == film
