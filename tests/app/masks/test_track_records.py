"""What a track says, as painters get it: confidences, gaps, key masks, levels and strips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.masks.track_records import TrackRecord, record_of, records_of
from app.widgets.strip_art import (
    FAIR,
    MISSING,
    POOR,
    SURE,
    UNTRACKED,
    calm,
    columns_of,
    levels_of,
    strip_image,
)
from core.files import write_atomic
from core.media.appearances import Appearances, ObjectHistory, write_appearances
from core.media.info import MediaInfo, VideoInfo
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import KeyMask, Media, TrackedRange, new_project
from core.time import FrameRate

LOST = Appearances({1: ObjectHistory(((14, 15),))}, (12,))


def media(**fields: object) -> Media:
    video = VideoInfo("ffv1", 8, 6, 8, 6, FrameRate(25), frames=30)
    return Media("m", "m", "m.mkv", MediaInfo("video", "mkv", 1000, 10, "print", video), **fields)  # type: ignore[arg-type]


def record() -> TrackRecord:
    sure = {10: {1: 1.0}, 11: {1: 0.6}, 12: {1: 0.2}, 14: {1: 0.0}, 99: {1: 0.1}}
    return record_of(TrackedRange("key", 10, 19), sure, LOST)


def test_a_result_is_read_beside_the_window(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    editor.document.reset(new_project(), None, tmp_path)
    folder = results_folder(tmp_path) / "key"
    folder.mkdir(parents=True)
    write_atomic(folder / "confidence.json", b'{"10":{"1":0.9},"11":{"1":0.2}}')
    write_appearances(folder, LOST)
    records, one = records_of(editor), media(track=TrackedRange("key", 10, 12))
    assert records_of(editor) is records
    with qtbot.waitSignal(records.ready):
        assert records.of(one) is None
    found = records.of(one)
    assert found is not None
    assert found.confidence(1, 11) == pytest.approx(0.2)
    assert found.confidence(1, 12) is None and found.confidence(2, 11) is None
    assert found.appearances == LOST
    assert records.of(media()) is None


def test_key_masks_tell_which_objects_they_show(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    editor.document.reset(new_project(), None, tmp_path)
    both, one = np.zeros((6, 8), np.uint8), np.ones((6, 8), np.uint8)
    both[0], both[1] = 1, 3
    keys = [
        KeyMask(frame, write_key_mask(tmp_path, "m", frame, mask)) for frame, mask in ((0, both), (7, one))
    ]
    records, clip = records_of(editor), media(key_masks=(*keys, KeyMask(9, "gone.png")))
    with qtbot.waitSignal(records.ready):
        assert records.keys(clip) == {}
    assert records.keys(clip) == {1: (0, 7), 3: (0,)}


def test_the_summary_leaves_gaps_out() -> None:
    summary = record().summary(1)
    assert summary is not None
    assert (summary.frame, summary.worst) == (12, pytest.approx(0.2))
    assert summary.mean == pytest.approx(0.6)
    assert record().summary(2) is None
    drawn = record().summary(1, {12})
    assert drawn is not None and (drawn.frame, drawn.mean) == (11, pytest.approx(0.6))
    assert record().summary(1, range(10, 20)) is None
    assert record().worst(1, {12}) == 11 and record().worst(1, range(10, 20)) is None
    assert record().missing(1, 15) and not record().missing(1, 16)


def test_levels_of_frames_and_of_columns() -> None:
    doubted = FAIR + 2  # .6
    levels = levels_of(record(), 1, (10, 19))
    assert levels.tolist() == [SURE, doubted, POOR, SURE, MISSING, MISSING, SURE, SURE, SURE, SURE]
    running = np.full(60, np.nan, np.float32)
    running[[12, 13, 40]] = 0.9, 0.4, 0.0
    live = levels_of(record(), 1, (10, 19), running)
    assert live[:4].tolist() == [SURE, doubted, SURE, POOR]
    assert levels_of(record(), 1, (10, 19), running[:12])[1:3].tolist() == [doubted, POOR]
    assert levels_of(None, 1, (0, 2)).tolist() == [SURE] * 3
    edges = np.array([0, 10, 11, 12, 13, 20, 30])
    assert columns_of(levels, 10, edges).tolist() == [UNTRACKED, SURE, doubted, POOR, MISSING, UNTRACKED]
    assert columns_of(levels, 10, edges[::-1]).tolist() == [
        UNTRACKED,
        MISSING,
        POOR,
        doubted,
        SURE,
        UNTRACKED,
    ]
    still = np.array([11, 11, 11])
    assert columns_of(levels, 10, still).tolist() == [doubted, doubted]


def test_the_worst_of_a_fair_stretch_is_the_palest() -> None:
    values = {10 + i: {1: value} for i, value in enumerate((0.74, 0.66, 0.55, 0.5, 0.49, 0.1, 0.75))}
    levels = levels_of(record_of(TrackedRange("b" * 32, 10, 17), values, Appearances()), 1, (10, 17))
    assert (np.diff(levels[:5].astype(int)) < 0).all() and levels[3] == FAIR
    assert levels[4:].tolist() == [POOR, POOR, SURE, SURE]  # nothing is known of the last
    image = strip_image(levels, 8, QColor("#00ff00"), QColor("#ff0000"), QColor("#808080"))
    alpha = [image.pixelColor(x, 0).alpha() for x in range(5)]
    assert alpha == sorted(alpha, reverse=True) and len(set(alpha)) == 5


def test_short_sure_stretches_between_doubtful_ones_are_calmed() -> None:
    columns = np.full(30, SURE, np.uint8)
    columns[[10, 12, 14]] = POOR
    columns[20] = MISSING
    found = calm(columns)
    assert (found[10:15] == POOR).all()
    assert found[8] == found[16] == SURE and found[20] == MISSING


def test_the_warning_is_never_painted_on_the_objects_colour() -> None:
    columns = np.array([UNTRACKED, SURE, FAIR, POOR, MISSING], np.uint8)
    red, green = QColor("#ff0000"), QColor("#00ff00")
    image = strip_image(columns, 8, green, red, QColor("#808080"))
    alpha = [image.pixelColor(x, 0).alpha() for x in range(4)]
    assert alpha[0] < alpha[3] < alpha[2] < alpha[1] == 255
    assert [image.pixelColor(x, 7).name() for x in range(5) if image.pixelColor(x, 7).alpha()] == ["#ff0000"]
    assert "#808080" in {image.pixelColor(4, y).name() for y in range(8)}
    hidden = strip_image(columns, 8, green, red, QColor("#808080"), visible=False)
    assert hidden.pixelColor(1, 0).alpha() < 100
