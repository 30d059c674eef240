"""The editing commands through the one table, as a shortcut runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.registry import all_actions, find_action, trigger
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from core.timeline import edits
from core.timeline.model import Title, Transition
from tests.app.actions.desk import run, timeline_shown
from tests.core.timeline.films import cut_film
from tests.cuts import FRAME, SECOND, lengths, media, sequence, starts


@pytest.fixture(autouse=True)
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    yield from timeline_shown(qtbot, editor)


def v1(editor: Editor) -> dict[str, float]:
    return starts(editor.document.sequence, "V1")


def test_split(editor: Editor) -> None:
    run(editor, "clip.split", at=2)
    assert sorted(v1(editor).values()) == [0, 2, 4, 10]
    assert sorted(starts(editor.document.sequence, "A1").values()) == [0, 2, 10]


def test_split_only_the_selection(editor: Editor) -> None:
    run(editor, "clip.split", "b", at=6)
    assert sorted(v1(editor).values()) == [0, 4, 6, 10]


def test_split_goes_on_where_the_selection_does_not_play(editor: Editor) -> None:
    run(editor, "clip.split", "a", at=6)
    assert sorted(v1(editor).values()) == [0, 4, 6, 10]


def test_trim_to_playhead(editor: Editor) -> None:
    run(editor, "clip.trim_head", at=5)
    assert v1(editor) == {"a": 0, "b": 4, "c": 9}
    assert editor.state.playhead == 4 * SECOND
    run(editor, "clip.trim_tail", at=6)
    assert lengths(editor.document.sequence, "V1")["b"] == 2


def test_lift_and_ripple_delete(editor: Editor) -> None:
    run(editor, "clip.lift", "b")
    assert v1(editor) == {"a": 0, "c": 10}
    assert editor.state.selection == frozenset()
    run(editor, "clip.ripple_delete", "a", "sa")
    assert v1(editor) == {"c": 6}
    assert starts(editor.document.sequence, "A1") == {"sc": 6}


def test_copy_and_paste_keep_links_among_the_copies(editor: Editor) -> None:
    run(editor, "clip.copy", "a", "sa")
    run(editor, "clip.paste", at=20)
    film = editor.document.sequence
    assert film is not None
    new = [film.find(one)[2] for one in editor.state.selection]
    assert len(new) == 2
    assert new[0].link == new[1].link not in ("", "la")
    assert all(film.find(one.id)[1].start == 20 * SECOND for one in new)
    assert editor.state.playhead == 24 * SECOND


def test_paste_insert_makes_room(editor: Editor) -> None:
    run(editor, "clip.copy", "b")
    run(editor, "clip.paste_insert", at=4)
    assert v1(editor)["b"] == 8
    assert v1(editor)["c"] == 14
    assert starts(editor.document.sequence, "A1")["sc"] == 14


def test_cut_takes_away(editor: Editor) -> None:
    run(editor, "clip.cut", "c", "sc")
    assert v1(editor) == {"a": 0, "b": 4}
    run(editor, "clip.paste", at=8)
    assert sorted(v1(editor).values()) == [0, 4, 8]


def test_duplicate(editor: Editor) -> None:
    run(editor, "clip.duplicate", "b")
    assert sorted(v1(editor).values()) == [0, 4, 8, 14]


def test_nudge_and_track(editor: Editor) -> None:
    run(editor, "clip.nudge_right", "c", "sc")
    assert editor.document.sequence is not None
    assert editor.document.sequence.find("sc")[1].start == 10 * SECOND + FRAME
    run(editor, "clip.track_up", "c")
    assert list(starts(editor.document.sequence, "V2")) == ["c"]
    run(editor, "clip.unlink", "c", "sc")
    run(editor, "clip.track_down", "sc")
    assert list(starts(editor.document.sequence, "A2")) == ["sc"]


def test_close_gap(editor: Editor, panel: TimelinePanel) -> None:
    panel.view.current_track = "V1"
    run(editor, "clip.close_gap", at=9)
    assert v1(editor)["c"] == 8


def test_select(editor: Editor) -> None:
    run(editor, "clip.select_all")
    assert editor.state.selection == {"a", "b", "c", "sa", "sc"}
    run(editor, "clip.select_following", at=4)
    assert editor.state.selection == {"b", "c", "sc"}
    editor.document.edit_sequence("Lock", edits.set_track, "A1", locked=True)
    run(editor, "clip.select_following", at=4)
    assert editor.state.selection == {"b", "c"}, "what is locked is not for edits"
    run(editor, "clip.select_none")
    assert editor.state.selection == frozenset()


def test_reverse_freeze_and_speed(editor: Editor) -> None:
    from app.actions.clip import set_speed

    run(editor, "clip.reverse", "a", "sa")
    film = editor.document.sequence
    assert film is not None
    assert film.find("a")[2].time_map.speed == film.find("sa")[2].time_map.speed == -1
    editor.state.set("selection", frozenset({"c", "sc"}))
    set_speed(editor, ["c"], 200, ripple=False)
    assert lengths(editor.document.sequence, "V1")["c"] == lengths(editor.document.sequence, "A1")["sc"] == 2
    run(editor, "clip.freeze", "b", at=5)
    assert any(clip.time_map.speed == 0 for _, _, clip in editor.document.sequence.clips())  # type: ignore[union-attr]


def test_a_picture_that_is_selected_with_its_sound_is_frozen(editor: Editor) -> None:
    run(editor, "clip.freeze", "a", "sa", at=1)
    assert editor.document.sequence is not None
    still = [clip for _, _, clip in editor.document.sequence.clips() if clip.time_map.speed == 0]
    assert [clip.media_id for clip in still] == [editor.document.sequence.find("a")[2].media_id]


def test_link_unlink_and_enable(editor: Editor) -> None:
    film = editor.document.sequence
    run(editor, "clip.unlink", "a")
    assert editor.document.sequence.find("sa")[2].link == ""  # type: ignore[union-attr]
    run(editor, "clip.link", "a", "sa")
    assert editor.document.sequence.find("sa")[2].link != ""  # type: ignore[union-attr]
    run(editor, "clip.enable", "a")
    assert not editor.document.sequence.find("a")[2].enabled  # type: ignore[union-attr]
    assert film == sequence()


def test_a_fade_takes_a_second_at_most_half_of_the_clip_and_goes_again(editor: Editor) -> None:
    run(editor, "clip.trim_tail", "b", at=4.8)
    run(editor, "clip.fade_in", "a", "b")
    assert editor.document.sequence is not None
    fades = {clip_id: editor.document.sequence.find(clip_id)[2].fade_in for clip_id in ("a", "b")}
    assert fades == {"a": SECOND, "b": 10 * FRAME}
    run(editor, "clip.fade_in", "a", "b")
    assert editor.document.sequence.find("a")[2].fade_in == 0


def test_cross_fade_and_back(editor: Editor) -> None:
    run(editor, "clip.transition", "b")
    assert editor.document.sequence.find("b")[2].transition is not None  # type: ignore[union-attr]
    run(editor, "clip.no_transition", "b")
    assert editor.document.sequence.find("b")[2].transition is None  # type: ignore[union-attr]


def test_whole_clips_are_shortened_to_overlap_and_that_is_told(editor: Editor) -> None:
    whole = replace(cut_film(("A", 0, 100), ("B", 0, 100), ("C", 0, 100)), id=editor.document.sequence.id)  # type: ignore[union-attr]
    editor.document.edit("x", lambda project: project.with_sequence(whole))
    editor.state.set("selection", frozenset({"B-V1", "B-A1", "C-V1", "C-A1"}))
    trigger(editor, find_action("clip.transition"))
    film = editor.document.sequence
    assert film is not None and film.duration == whole.duration - 2 * 24 * FRAME
    assert all(film.find(name)[2].transition is not None for name in ("B-V1", "B-A1", "C-V1"))
    assert editor.notify.waiting[-1].message.endswith("overlap: 3")
    editor.document.undo_stack.undo()
    assert editor.document.sequence == whole


def test_another_kind_of_transition_keeps_its_length(editor: Editor) -> None:
    def there() -> Transition:
        found = editor.document.sequence.find("b")[2].transition  # type: ignore[union-attr]
        assert found is not None
        return found

    run(editor, "clip.wipe", "b")
    edge = there()
    assert edge.kind == "wipe" and find_action("clip.wipe").checked(editor)  # type: ignore[misc]
    for name, kind in (("clip.dip", "dip"), ("clip.push", "push"), ("clip.transition", "cross-fade")):
        run(editor, name)
        assert there() == replace(edge, kind=kind)
    assert not find_action("clip.wipe").checked(editor)  # type: ignore[misc]


def test_titles_find_a_free_track(editor: Editor) -> None:
    run(editor, "clip.add_title", at=1)
    run(editor, "clip.add_title", at=2)
    film = editor.document.sequence
    assert film is not None
    video = [track for track in film.tracks if track.kind == "video"]
    assert [len(list(track.clips())) for track in video] == [3, 1, 1]
    assert isinstance(film.find(next(iter(editor.state.selection)))[2].content, Title)


def test_a_lower_third_and_credits_are_titles_of_their_kind(editor: Editor) -> None:
    run(editor, "clip.add_lower_third", at=1)
    run(editor, "clip.add_credits", at=2)
    film = editor.document.sequence
    assert film is not None
    bar, credits = (clip for _, _, clip in film.clips() if isinstance(clip.content, Title))
    assert isinstance(bar.content, Title) and bar.content.background and bar.content.align == "left"
    assert isinstance(credits.content, Title) and credits.content.motion == "roll"
    assert credits.duration == 10 * SECOND


def test_tools_snapping_and_zoom(editor: Editor, panel: TimelinePanel) -> None:
    run(editor, "timeline.tool_razor")
    assert editor.state.tool == "razor"
    run(editor, "timeline.snapping")
    assert not editor.state.snapping
    before = panel.view.scale
    run(editor, "timeline.zoom_in")
    assert panel.view.scale < before


def test_insert_and_overwrite_from_the_bin(editor: Editor, panel: TimelinePanel) -> None:
    panel.view.current_track = "V1"
    editor.state.set("bin_selection", frozenset({"mute"}))
    run(editor, "timeline.insert", at=4)
    assert v1(editor)["b"] == 7
    run(editor, "timeline.overwrite", at=30)
    assert 30 in v1(editor).values()
    assert editor.state.playhead == 33 * SECOND


def test_tracks(editor: Editor, panel: TimelinePanel) -> None:
    run(editor, "timeline.add_video_track")
    assert editor.document.sequence is not None
    assert [track.name for track in editor.document.sequence.tracks][-1] == "V3"
    panel.view.current_track = "V2"
    run(editor, "timeline.track_locked")
    assert editor.document.sequence.track("V2").locked
    run(editor, "timeline.track_locked")
    run(editor, "timeline.remove_track")
    assert all(track.id != "V2" for track in editor.document.sequence.tracks)


def test_refusals_are_notices_with_a_cure(editor: Editor) -> None:
    before = editor.document.sequence
    editor.state.set("playhead", 9 * SECOND)
    trigger(editor, find_action("clip.trim_head"))
    editor.document.edit_sequence("lock", lambda film: edits.set_track(film, "V1", locked=True))
    editor.state.set("selection", frozenset({"a"}))
    trigger(editor, find_action("clip.lift"))
    assert len(editor.notify.waiting) == 2
    assert all(notice.hint for notice in editor.notify.waiting)
    assert starts(editor.document.sequence, "V1") == starts(before, "V1")


def test_every_command_survives_an_empty_project(editor: Editor) -> None:
    from core.project.project import new_project

    editor.document.reset(new_project(), None, None)
    editor.state.set("selection", frozenset())
    asks = {"media.import", "media.relink"}
    for action in all_actions():
        if action.id.split(".")[0] in ("clip", "timeline", "media") and action.id not in asks:
            trigger(editor, action)
    assert all(notice.hint for notice in editor.notify.waiting)
    assert all(not notice.report for notice in editor.notify.waiting)


def test_commands_without_anything_to_do_are_off(editor: Editor) -> None:
    editor.state.set("selection", frozenset({"b"}))
    for name in ("clip.no_transition", "timeline.clear_marks", "timeline.next_marker"):
        assert not find_action(name).enabled(editor), name
    run(editor, "timeline.add_marker", at=3)
    run(editor, "timeline.mark_in", at=2)
    for name in ("timeline.clear_marks", "timeline.next_marker"):
        assert find_action(name).enabled(editor), name


@pytest.mark.parametrize("edit", ["slip", "slide", "roll"])
def test_slip_slide_and_roll_by_a_frame_and_back(edit: str, editor: Editor) -> None:
    before = editor.document.sequence
    run(editor, f"clip.{edit}_left", "b")
    moved = editor.document.sequence
    assert moved != before
    assert (starts(moved, "V1") == starts(before, "V1")) == (edit == "slip")
    run(editor, f"clip.{edit}_right", "b")
    assert editor.document.sequence == before


def test_the_current_track_moves_up_and_down(editor: Editor, panel: TimelinePanel) -> None:
    assert editor.document.sequence is not None
    panel.view.current_track = "V1"
    before = editor.document.sequence.tracks
    run(editor, "timeline.track_up")
    assert [track.id for track in editor.document.sequence.tracks] == ["A2", "A1", "V2", "V1"]
    run(editor, "timeline.track_down")
    assert editor.document.sequence.tracks == before


def test_a_clip_is_replaced_by_the_media_selected_in_the_bin(editor: Editor) -> None:
    replacing = find_action("clip.replace")
    editor.state.set("selection", frozenset({"b"}))
    assert not replacing.enabled(editor)
    editor.state.set("bin_selection", frozenset({"other"}))
    other = media("other", 6, sound=False)
    editor.document.edit("import", lambda known: known.with_media(other))
    film = editor.document.sequence
    assert film is not None and replacing.enabled(editor)
    before = film.find("b")[2]
    run(editor, "clip.replace")
    after = editor.document.sequence.find("b")[2]
    assert (after.media_id, after.name, after.duration) == ("other", "other.mp4", before.duration)
    assert editor.document.undo_stack.undoText() == "Replace media"


@pytest.mark.parametrize(("name", "text"), [("stopwatch", "{time}"), ("countdown", "{left}")])
def test_titles_that_count(editor: Editor, name: str, text: str) -> None:
    run(editor, f"clip.add_{name}", at=2)
    (clip_id,) = editor.state.selection
    assert editor.document.sequence is not None
    content = editor.document.sequence.find(clip_id)[2].content
    assert isinstance(content, Title) and content.text == text
