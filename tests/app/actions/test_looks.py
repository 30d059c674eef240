"""A look from a .cube file: into the project, onto the clip, through copies of the project, and not from anywhere
else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.project import looks
from app.threads.background import Background
from core.errors import MediaError
from core.media.pool import SourcePool
from core.project.bounds import Notes
from core.project.checks import checked
from core.project.paths import looks_folder
from core.project.project import Project
from core.project.results import carry, used_looks
from core.render.compositor import render_straight
from core.render.resolver import Resolver
from core.timeline import edits
from core.timeline.effects import LOOK
from core.timeline.model import LookUse, Sequence
from tests.app.film import level, open_film

INVERTED = b"LUT_1D_SIZE 2\n1 1 1\n0 0 0\n"


def film_of(editor: Editor) -> Sequence:
    assert editor.document.sequence is not None
    return editor.document.sequence


def with_look(project: Project, file: str) -> Project:
    assert project.sequence is not None
    return project.with_sequence(edits.add_effect(project.sequence, "clip", LOOK, look=LookUse(file, "Mine")))


def drawn(project: Project, data: Path, *, strict: bool = True) -> int:
    """Level of the first frame's first pixel."""
    assert project.sequence is not None
    pool = SourcePool(2**20)
    resolver = Resolver(project, None, data, pool, strict=strict)
    try:
        return int(render_straight(project.sequence, 0, resolver)[0, 0, 0])
    finally:
        resolver.close()
        pool.close()


def test_a_look_is_put_on_the_clip_kept_in_the_project_and_drawn(
    editor: Editor, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_film(editor, tmp_path)
    editor.background = Background(editor)
    (tmp_path / "Inverted.cube").write_bytes(INVERTED)
    editor.state.set("selection", frozenset({"clip"}))
    chosen = [str(tmp_path / "Inverted.cube"), ""]
    monkeypatch.setattr(looks.QFileDialog, "getOpenFileName", lambda *given: (chosen[0], ""))
    add = find_action("effects.add_look")
    try:
        with qtbot.waitSignal(editor.document.changed):
            add.run(editor)
        (effect,) = film_of(editor).find("clip")[2].effects
        assert effect.look is not None and effect.look.name == "Inverted"
        data = editor.document.data
        assert data is not None and (looks_folder(data) / effect.look.file).read_bytes() == INVERTED
        project = editor.document.project
        assert drawn(project, data) == 255 - level(0)
        half = film_of(editor)
        half = edits.set_effect_param(half, "clip", effect.id, "amount", 0.5)
        assert drawn(project.with_sequence(half), data) == pytest.approx(127, abs=1)
        carry(project, data, tmp_path / "copy")
        assert drawn(project, tmp_path / "copy") == 255 - level(0)
        (tmp_path / "Inverted.cube").write_bytes(b"nothing")
        add.run(editor)
        qtbot.waitUntil(lambda: bool(editor.notify.waiting))
        assert "Inverted.cube" in editor.notify.waiting[0].message
        assert len(film_of(editor).find("clip")[2].effects) == 1
    finally:
        editor.background.close()


def test_a_look_that_is_not_there_is_left_out_of_previews_and_stops_an_export(
    editor: Editor, tmp_path: Path
) -> None:
    project = with_look(open_film(editor, tmp_path), f"{'0' * 32}.cube")
    assert drawn(project, tmp_path / "data", strict=False) == level(0)
    with pytest.raises(MediaError, match="cannot be read"):
        drawn(project, tmp_path / "data")


@pytest.mark.parametrize("file", ["../../secret.cube", "/etc/passwd", "a.cube", f"{'0' * 32}.png", ""])
def test_a_hostile_project_names_no_file_outside_its_folder(
    editor: Editor, tmp_path: Path, file: str
) -> None:
    project = with_look(open_film(editor, tmp_path), file)
    assert used_looks(project) == frozenset()
    notes = Notes()
    mended = checked(project, notes)
    assert mended.sequence is not None and mended.sequence.find("clip")[2].effects == ()
    assert notes.lost
