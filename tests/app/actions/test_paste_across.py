"""Clips copied in one project and pasted into another: what they need comes along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.editing import copy, paste, paste_looks
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.threads.background import Background
from core.project.looks import write_look
from core.project.paths import looks_folder
from core.project.project import Media, Project, new_project
from core.project.trust import Trust
from core.timeline import edits
from core.timeline.effects import LOOK
from core.timeline.model import Clip, LookUse, MediaUse, SequenceUse, new_sequence
from tests.app.film import RATE, open_film

INVERTED = b"LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"


@pytest.fixture
def copied(editor: Editor, tmp_path: Path) -> Iterator[Media]:
    """A clip with a look is on the clipboard; another project, with an empty film, is open."""
    editor.background = Background(editor)
    project = open_film(editor, tmp_path)
    look = LookUse(write_look(tmp_path / "data", INVERTED, "a"), "Mine")
    Trust().add([tmp_path / "clip.mkv"])
    editor.document.edit_sequence("Look", edits.add_effect, "clip", LOOK, look=look)
    editor.state.set("selection", frozenset({"clip"}))
    copy(editor)
    other = new_project().with_sequence(replace(new_sequence("Other", 96, 64, RATE), id="other"))
    (tmp_path / "other").mkdir()
    editor.document.reset(other, None, tmp_path / "other")
    yield project.media[0]
    editor.background.close()


def clips(editor: Editor) -> list[Clip]:
    assert editor.document.sequence is not None
    return [clip for _, _, clip in editor.document.sequence.clips()]


def test_media_and_looks_come_along_as_one_step(
    editor: Editor, copied: Media, tmp_path: Path, qtbot: QtBot
) -> None:
    paste(editor, insert=False)
    qtbot.waitUntil(lambda: bool(clips(editor)))
    (clip,) = clips(editor)
    (media,) = editor.document.project.media
    assert clip.media_id == media.id and media.path == copied.path and not media.missing
    look = clip.effects[0].look
    assert look is not None and (looks_folder(tmp_path / "other") / look.file).read_bytes() == INVERTED
    paste(editor, insert=False)
    assert len(clips(editor)) == 2 and editor.document.project.media == (media,)
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert clips(editor) == [] and editor.document.project.media == ()


def test_media_that_are_in_the_bin_already_are_not_put_there_twice(
    editor: Editor, copied: Media, qtbot: QtBot
) -> None:
    own = replace(copied, id="own")
    editor.document.edit("Import", lambda project: replace(project, media=(own,)))
    paste(editor, insert=False)
    qtbot.waitUntil(lambda: bool(clips(editor)))
    assert editor.document.project.media == (own,) and clips(editor)[0].media_id == "own"


def test_a_file_that_nobody_chose_here_is_missing(
    editor: Editor, copied: Media, qtbot: QtBot, home: Path
) -> None:
    for path in home.rglob("chosen_files.json"):
        path.unlink()
    paste(editor, insert=False)
    qtbot.waitUntil(lambda: bool(clips(editor)))
    assert editor.document.project.media[0].missing


def test_effects_bring_their_look_and_no_media(
    editor: Editor, copied: Media, tmp_path: Path, qtbot: QtBot
) -> None:
    own = replace(copied, id="own", path=str(tmp_path / "else.mkv"))

    def with_clip(project: Project) -> Project:
        film = project.sequence
        assert film is not None and own.available is not None
        clip = Clip("mine", "Mine", MediaUse("own", own.available), RATE.time_of(10))
        lane = next(track.id for track in film.tracks if track.kind == "video")
        return replace(project, media=(own,)).with_sequence(edits.overwrite(film, 0, {lane: clip}))

    editor.document.edit("Clip", with_clip)
    editor.state.set("selection", frozenset({"mine"}))
    paste_looks(editor)
    qtbot.waitUntil(lambda: bool(clips(editor)[0].effects))
    look = clips(editor)[0].effects[0].look
    assert look is not None and (looks_folder(tmp_path / "other") / look.file).is_file()
    assert editor.document.project.media == (own,)


def test_a_compound_clip_stays_in_its_project(editor: Editor, copied: Media) -> None:
    film = editor.document.sequence
    assert film is not None
    lane = next(track.id for track in film.tracks if track.kind == "video")
    use = Clip("compound", "Compound", SequenceUse("elsewhere"), RATE.time_of(10))
    editor.document.edit_sequence("Clip", edits.overwrite, 0, {lane: use})
    editor.state.set("selection", frozenset({"compound"}))
    copy(editor)
    trigger(editor, find_action("clip.paste"))
    assert "compound clip" in editor.notify.waiting[-1].message
