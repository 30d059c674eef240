"""Films and compound clips through the commands, as menus and keys run them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.actions import films
from app.actions.registry import find_action, trigger
from app.dialogs.unused_films import UnusedFilmsDialog
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.timeline.clip_art import badges
from app.timeline.clipboard import pasted, pieces
from app.timeline.compound_art import STEP, runs
from app.timeline.pictures import Pictures
from app.timeline.tips import text as tip
from app.viewer.handles import placement
from core.errors import EditError
from core.timeline.model import Clip, Sequence
from core.timeline.nesting import shown_in
from tests.app.actions.desk import run, timeline_shown
from tests.app.timeline.test_mouse import Hand
from tests.cuts import SECOND, project, starts


@pytest.fixture(autouse=True)
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    yield from timeline_shown(qtbot, editor)


def film(editor: Editor) -> Sequence:
    assert editor.document.sequence is not None
    return editor.document.sequence


def compound(editor: Editor) -> Clip:
    """The picture of the one compound clip."""
    run(editor, "clip.compound", "b", "c")
    (found,) = [clip for track, _, clip in film(editor).clips() if clip.sequence_id and track.kind == "video"]
    return found


def test_clips_become_one_that_is_selected_and_undo_brings_them_back(editor: Editor) -> None:
    made = compound(editor)
    assert made.id in editor.state.selection and len(editor.state.selection) == 2
    assert starts(film(editor), "V1") == {"a": 0, made.id: 4}
    assert made.duration == 10 * SECOND and len(editor.document.project.sequences) == 2
    trigger(editor, find_action("edit.undo"))
    assert editor.document.project.sequences == project().sequences


def test_it_is_opened_where_the_playhead_is_and_left_again(editor: Editor, panel: TimelinePanel) -> None:
    made = compound(editor)
    assert not find_action("films.outwards").enabled(editor)
    run(editor, "clip.open_compound", at=5)
    assert film(editor).id == made.sequence_id and editor.state.playhead == SECOND
    assert set(starts(film(editor), film(editor).tracks[-1].id)) == {"b", "c"}
    assert panel.view.sequence is film(editor)
    run(editor, "films.outwards")
    assert (
        film(editor).id == "film"
        and made.id in editor.state.selection
        and editor.state.playhead == 4 * SECOND
    )


def test_taken_apart_its_clips_are_selected(editor: Editor) -> None:
    compound(editor)
    run(editor, "clip.take_apart")
    assert sorted(starts(film(editor), "V1").values()) == [0, 4, 10]
    assert len(editor.state.selection) == 3 and len(editor.document.project.sequences) == 1


def test_new_copied_deleted(editor: Editor) -> None:
    assert not find_action("films.remove").enabled(editor)
    run(editor, "films.copy")
    assert film(editor).name == "Film copy" and film(editor).duration == project().sequences[0].duration
    run(editor, "films.new")
    assert film(editor).name == "Film 2" and film(editor).duration == 0
    run(editor, "films.remove")
    run(editor, "films.remove")
    assert len(editor.document.project.sequences) == 1


def test_another_film_is_put_in(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    run(editor, "films.new")
    offered: list[str] = []

    def pick(
        parent: object, title: str, label: str, names: list[str], *rest: object, **more: object
    ) -> tuple[str, bool]:
        offered.extend(names)
        return names[0], True

    monkeypatch.setattr(QInputDialog, "getItem", pick)
    run(editor, "films.insert", at=2)
    assert offered == ["1. Film"] and shown_in(film(editor)) == {"film"}
    assert [where.start for _, where, _ in film(editor).clips()] == [2 * SECOND] * 2
    assert all(clip.duration == 14 * SECOND for _, _, clip in film(editor).clips())
    films.show(editor, "film")
    with pytest.raises(EditError, match="no other film"):  # the one that is left shows this one
        films.insert(editor)


def test_a_compound_clip_is_not_pasted_into_its_own_film(editor: Editor) -> None:
    made = compound(editor)
    copied = pieces(film(editor), frozenset({made.id}))
    run(editor, "clip.open_compound")
    with pytest.raises(EditError, match="show itself"):
        editor.document.edit_sequence("Paste", pasted, copied, 0, insert=False)


def test_a_double_click_opens_it(editor: Editor, panel: TimelinePanel, qtbot: QtBot) -> None:
    made = compound(editor)
    hand = Hand(qtbot, editor, panel)
    at = hand.point(5, "V1")
    assert "double click opens it" in tip(panel.view, panel.view.mouse.hit(QPointF(at)), at)
    qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert film(editor).id == made.sequence_id


def test_it_has_a_badge_handles_and_rows_of_what_is_inside(editor: Editor, panel: TimelinePanel) -> None:
    made = compound(editor)
    assert ("compound", "dim_text") in badges(made, None, lost=False, proxies=False)
    where = placement(editor.document.project, film(editor), made, 0)
    assert where is not None and (where.width, where.height) == (640, 360)
    before = panel.view.viewport().grab().toImage()
    inner = next(one for one in editor.document.project.sequences if one.id == made.sequence_id)
    empty = replace(inner, tracks=tuple(replace(track, items=()) for track in inner.tracks))
    editor.document.edit("Empty it", lambda known: known.with_sequence(empty))
    assert panel.view.viewport().grab().toImage() != before


def test_rows_show_each_clip_where_it_shows() -> None:
    track = project().sequences[0].tracks[2]  # a to 4 s, b to 8, nothing to 10, c to 14
    edges = np.arange(0.0, 160.0, STEP)
    there = runs(track, edges / 10 * SECOND, edges)
    assert [(run.left, run.right, run.start, run.clip.id) for run in there] == [
        (0, 40, 0, "a"),
        (40, 80, 4 * SECOND, "b"),
        (100, 140, 10 * SECOND, "c"),
    ]
    back = runs(track, (15 - edges / 10) * SECOND, edges)
    assert [run.clip.id for run in back] == ["c", "b", "a"]


def test_another_film_is_seen_whole(editor: Editor, panel: TimelinePanel, qtbot: QtBot) -> None:
    view = panel.view
    panel.show()
    qtbot.waitUntil(lambda: view.width() > 500)
    made = compound(editor)
    qtbot.wait(50)  # the first change of all shows the whole film too
    view.zoom_by(30)
    close = view.scale
    run(editor, "clip.open_compound", made.id)
    qtbot.waitUntil(lambda: view.scale != close)
    end = view.geometry_now.x_of(film(editor).duration)
    assert view.width() / 2 < end <= view.width() and view.left == 0


def test_films_that_deleted_compound_clips_leave_are_cleared_in_one_step(editor: Editor) -> None:
    assert not find_action("films.remove_unused").enabled(editor)
    made = compound(editor)
    assert not find_action("films.remove_unused").enabled(editor)
    first = editor.document.project.active
    trigger(editor, find_action("films.copy"))
    films.show(editor, first)
    run(editor, "clip.ripple_delete", made.id)
    trigger(editor, find_action("films.new"))
    films.show(editor, first)
    before = editor.document.project
    dialog = UnusedFilmsDialog(editor)
    assert [dialog.list.item(row).text().split("    ")[0] for row in range(dialog.list.count())] == [
        "Film copy",
        "Film 2",
    ]  # the copy shows the compound's film
    assert dialog.marked == () and not dialog.delete.isEnabled()
    films.show(editor, next(one.id for one in before.sequences if one.name == "Film copy"))
    trigger(editor, find_action("films.remove"))
    films.show(editor, first)
    dialog = UnusedFilmsDialog(editor)
    (left,) = dialog.marked
    assert next(one for one in editor.document.project.sequences if one.id == left).name == "Compound"
    dialog.accept()
    assert left not in {one.id for one in editor.document.project.sequences}
    trigger(editor, find_action("edit.undo"))
    assert left in {one.id for one in editor.document.project.sequences}


def test_a_compound_clip_wishes_for_pictures_and_sound_of_what_is_inside(
    editor: Editor, panel: TimelinePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its own speed; slowed down it shows plain rows."""
    wished: set[tuple[str, bool]] = set()
    monkeypatch.setattr(
        editor.one(Pictures),
        "want",
        lambda asker, wishes: wished.update((one.media.id, one.time is None) for one in wishes),
    )
    run(editor, "clip.compound", *(clip.id for _, _, clip in film(editor).clips()))
    panel.view.grab()
    assert wished >= {("m", False), ("m", True)}
    run(editor, "clip.reverse")
    wished.clear()
    panel.view.grab()
    assert not wished
