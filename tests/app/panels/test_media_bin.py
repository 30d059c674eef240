"""The media bin: what it shows, what its commands do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from app.actions import media as commands
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.media_bin.delegate import CARD_WIDTH, card_size, shown_part
from app.media_bin.model import MEDIA_ROLE, badges, facts
from app.panels.media_bin import MediaBinPanel
from app.panels.timeline import TimelinePanel
from app.timeline.drops import dropped_media
from app.timeline.pictures import pictures_of, to_image
from core.errors import EditError, MediaError
from core.media.info import VideoInfo
from core.project.media_folders import used_media
from core.project.watching import check_fits, with_file
from core.time import FrameRate
from tests.cuts import RATE, SECOND, media, project, starts


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[MediaBinPanel]:
    editor.document.reset(project(), None, None)
    made = MediaBinPanel(editor)
    timeline = TimelinePanel(editor)
    editor.add_panel(made)
    editor.add_panel(timeline)
    qtbot.addWidget(timeline)
    qtbot.addWidget(made)
    made.resize(360, 500)
    made.show()
    yield made
    pictures_of(editor).close()


def names(panel: MediaBinPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def test_shows_what_is_in_the_project(panel: MediaBinPanel, editor: Editor) -> None:
    assert names(panel) == ["m.mp4", "song.mp4", "mute.mp4"]
    editor.document.edit("one less", lambda known: replace(known, media=known.media[1:]))
    assert names(panel) == ["song.mp4", "mute.mp4"]
    assert not panel.grab().toImage().isNull()


def test_search(panel: MediaBinPanel) -> None:
    panel.search.setText("SON")
    assert names(panel) == ["song.mp4"]


def test_facts_and_badges() -> None:
    one = media("m")
    assert facts(one) == "640×360  25 fps  0:20.0"
    assert one.info.video is not None
    varies = replace(one.info.video, rate=FrameRate(21461, 1000), variable_rate=True)
    assert facts(replace(one, info=replace(one.info, video=varies))) == "640×360  ≈21.5 fps  0:20.0"
    video = VideoInfo("h264", 640, 360, 640, 360, RATE, variable_rate=True)
    odd = replace(one, proxy="key", missing=True, info=replace(one.info, video=video))
    assert [word for word, _ in badges(odd)] == ["offline", "proxy", "VFR"]
    assert badges(one) == []


def test_rows_are_named_for_screen_readers(panel: MediaBinPanel) -> None:
    text = panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "m.mp4" in text
    assert "640×360" in text


def test_selection_goes_both_ways(panel: MediaBinPanel, editor: Editor) -> None:
    panel.list.setCurrentIndex(panel.model.index(1))
    assert editor.state.bin_selection == {"song"}
    editor.state.set("bin_selection", frozenset({"mute"}))
    chosen = [index.data(MEDIA_ROLE).id for index in panel.list.selectionModel().selectedIndexes()]
    assert chosen == ["mute"]


def test_a_drag_carries_the_media(panel: MediaBinPanel) -> None:
    data = panel.model.mimeData([panel.model.index(0), panel.model.index(2)])
    assert dropped_media(data) == ["m", "mute"]


def test_double_click_puts_it_on_the_timeline(panel: MediaBinPanel, editor: Editor) -> None:
    editor.state.set("playhead", 30 * SECOND)
    panel.list.setCurrentIndex(panel.model.index(2))
    panel.list.doubleClicked.emit(panel.model.index(2))
    assert 30 in starts(editor.document.sequence, "V1").values()
    assert editor.state.playhead == 33 * SECOND


def test_rename_and_remove_by_key(panel: MediaBinPanel, editor: Editor, qtbot: QtBot) -> None:
    panel.model.setData(panel.model.index(0), "Bear")
    assert editor.document.project.media[0].name == "Bear"
    panel.list.setCurrentIndex(panel.model.index(0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert names(panel) == ["song.mp4", "mute.mp4"]
    assert list(editor.document.sequence.clips()) == []  # type: ignore[union-attr]
    assert "5 clips" in editor.notify.waiting[0].message
    editor.document.undo_stack.undo()
    assert starts(editor.document.sequence, "V1") == {"a": 0, "b": 4, "c": 10}


def test_draw_masks_opens_the_mask_view(panel: MediaBinPanel, editor: Editor) -> None:
    editor.state.set("bin_selection", frozenset({"m"}))
    trigger(editor, find_action("media.draw_masks"))
    assert (editor.state.view, editor.state.media) == ("media", "m")


@pytest.mark.parametrize("kind", ["image", "sequence"])
def test_pictures_and_series_of_them_can_have_masks(
    kind: Literal["image", "sequence"], panel: MediaBinPanel, editor: Editor
) -> None:
    one = editor.document.project.find_media("m")
    changed = replace(one, info=replace(one.info, kind=kind))
    editor.document.edit("Pictures", lambda project: project.with_media(changed))
    editor.state.set("bin_selection", frozenset({"m"}))
    trigger(editor, find_action("media.draw_masks"))
    assert (editor.state.view, editor.state.media) == ("media", "m")


def test_menu_lists_commands(panel: MediaBinPanel, editor: Editor) -> None:
    editor.state.set("bin_selection", frozenset({"m"}))
    menu = panel.build_menu()
    assert len([action for action in menu.actions() if not action.isSeparator()]) >= 7
    menu.deleteLater()


def test_relinking_keeps_what_still_fits(editor: Editor) -> None:
    editor.document.reset(project(), None, None)
    old = editor.document.project.media[0]
    same = with_file(editor.document.project, "m", Path("/new/m.mp4"), old.info)
    assert (same.media[0].path, same.media[0].missing) == ("/new/m.mp4", False)
    made = replace(old, proxy="p", atlas="a", camera="c", speediness="s")
    other = with_file(
        editor.document.project.with_media(made), "m", Path("/new/m.mp4"), replace(old.info, fingerprint="x")
    ).media[0]
    assert (other.proxy, other.track, other.atlas, other.camera, other.speediness) == ("", None, "", "", "")
    shorter = replace(old.info, duration=SECOND)
    with pytest.raises(MediaError, match="shorter"):
        check_fits(old, shorter, Path("/new/m.mp4"))


def test_a_media_that_is_gone_when_its_new_file_was_looked_into_is_told(editor: Editor) -> None:
    editor.document.reset(project(), None, None)
    info = editor.document.project.media[0].info
    with pytest.raises(EditError, match="not in the bin any more"):
        with_file(editor.document.project, "gone", Path("/new/m.mp4"), info)


def test_the_poster_of_a_layer_shows_the_object_and_not_the_emptiness_around_it() -> None:
    frame = np.zeros((90, 161, 4), np.uint8)
    assert shown_part(to_image(frame)) == QRect(0, 0, 161, 90)
    frame[..., 3] = 4  # the noise of a soft matte
    frame[40:50, 100:140, 3] = 200
    assert shown_part(to_image(frame)) == QRect(94, 34, 52, 22)
    frame[0, 160, 3] = 255
    assert shown_part(to_image(frame)).topRight() == QRect(0, 0, 161, 90).topRight()


def choose(panel: MediaBinPanel, text: str) -> None:
    choice = panel.view_bar.choice
    place = next(n for n in range(choice.count()) if choice.itemText(n).split("  ")[0] == text)
    choice.setCurrentIndex(place)
    choice.activated.emit(place)


def test_one_kind_or_one_folder_is_shown_alone(panel: MediaBinPanel, editor: Editor) -> None:
    choose(panel, "Sound")
    assert names(panel) == ["song.mp4"]
    editor.state.set("bin_selection", frozenset({"song"}))
    commands.to_folder(editor, "Music")
    choose(panel, "Music")
    assert names(panel) == ["song.mp4"] and panel.view_bar.choice.currentText() == "Music  (1)"
    commands.to_folder(editor, "")
    assert names(panel) == ["m.mp4", "song.mp4", "mute.mp4"], "the folder is gone, so everything is shown"
    assert panel.view_bar.choice.currentText() == "All media"
    editor.document.undo_stack.undo()
    choose(panel, "Music")
    editor.state.set("bin_selection", frozenset({"mute"}))
    assert "mute.mp4" in names(panel), "what is asked for comes in sight"


def test_what_no_film_uses_follows_the_film(panel: MediaBinPanel, editor: Editor) -> None:
    used = used_media(editor.document.project)
    choose(panel, "Not used yet")
    assert names(panel) == [f"{one.id}.mp4" for one in editor.document.project.media if one.id not in used]
    editor.document.edit("no films", lambda known: replace(known, sequences=(), active=""))
    assert names(panel) == ["m.mp4", "song.mp4", "mute.mp4"]


def test_orders(panel: MediaBinPanel, editor: Editor) -> None:
    editor.document.edit(
        "long", lambda known: known.with_media(media("clip10", 5)).with_media(media("clip2", 90))
    )
    menu = panel.view_bar.sort.menu()
    found = {}
    for action in menu.actions():
        action.trigger()
        found[action.data()] = [name.removesuffix(".mp4") for name in names(panel)]
    assert found["bin"] == ["m", "song", "mute", "clip10", "clip2"]
    assert found["name"] == ["clip2", "clip10", "m", "mute", "song"]
    lengths = {one.id: one.info.duration for one in editor.document.project.media}
    assert found["length"] == sorted(found["bin"], key=lengths.__getitem__) and found["length"][-1] == "clip2"
    assert found["kind"][0] == "song"


@pytest.mark.parametrize("room", [100, 250, 371, 800])
def test_cards_fill_the_width_of_the_bin(room: int) -> None:
    width = card_size(room).width()
    beside = max(1, room // width)
    assert width >= CARD_WIDTH
    assert room < CARD_WIDTH or room - beside * width < beside, "less than a pixel a card is left"


def test_the_cards_follow_the_panel(panel: MediaBinPanel) -> None:
    panel.resize(2 * CARD_WIDTH + 40, 500)
    narrow = panel.list.gridSize().width()
    panel.resize(3 * CARD_WIDTH + 40, 500)
    assert narrow >= CARD_WIDTH
    row = [panel.list.visualRect(panel.model.index(number)).top() for number in range(3)]
    assert row[0] == row[1] == row[2], "three stand beside each other"
