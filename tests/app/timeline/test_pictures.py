"""Thumbnails and waveforms that appear as they are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.timeline import pictures as module
from app.timeline.media_art import waveform_image
from app.timeline.pictures import Pictures, pictures_of
from core.media.probe import probe
from core.project.project import Media, new_project
from tests.app.project.test_media_import import film
from tests.cuts import SECOND, media


@pytest.fixture
def pictures(editor: Editor, tmp_path: Path) -> Iterator[Pictures]:
    editor.document.reset(new_project(), None, tmp_path / "data")
    made = pictures_of(editor)
    yield made
    made.close()


@pytest.fixture
def real(tmp_path: Path) -> Media:
    path = film(tmp_path / "real.mp4", 60)
    return Media("real", "real.mp4", str(path), probe(path))


def test_thumbnails_come_and_stay_on_disk(
    qtbot: QtBot, pictures: Pictures, real: Media, tmp_path: Path
) -> None:
    assert pictures.thumbnail(real, SECOND) is None
    with qtbot.waitSignal(pictures.ready):
        pictures.want("test", [pictures.wish(real, SECOND)])
    image = pictures.thumbnail(real, SECOND)
    assert image is not None
    assert image.height() == module.HEIGHT
    assert pictures.nearest(real, 0) is not None
    kept = tmp_path / "data" / "cache"
    qtbot.waitUntil(lambda: len(list(kept.rglob(f"{SECOND}.jpg"))) == 1)


def test_waveforms_come_and_stay_on_disk(
    qtbot: QtBot, pictures: Pictures, real: Media, tmp_path: Path
) -> None:
    pictures.want("test", [pictures.wish(real, None)])
    qtbot.waitUntil(lambda: pictures.peaks(real) is not None and not np.isnan(pictures.peaks(real)).any())
    peaks = pictures.peaks(real)
    assert peaks is not None
    assert len(peaks) == pytest.approx(200, abs=10)
    assert 0.3 < peaks[100, 1] < 0.7
    kept = tmp_path / "data" / "cache"
    qtbot.waitUntil(lambda: len(list(kept.rglob("*.npy"))) == 1)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"no array"])
def test_a_damaged_waveform_on_disk_is_made_anew(
    qtbot: QtBot, pictures: Pictures, real: Media, content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "cache" / "peaks" / f"{real.info.fingerprint}.npy"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    pictures.want("test", [pictures.wish(real, None)])
    qtbot.waitUntil(lambda: file.read_bytes() != content)
    qtbot.waitUntil(lambda: pictures.peaks(real) is not None)
    peaks = pictures.peaks(real)
    assert peaks is not None and not np.isnan(peaks).any()
    assert np.array_equal(np.load(file), peaks)


def test_what_cannot_be_made_is_asked_for_once(qtbot: QtBot, pictures: Pictures) -> None:
    lost = media("lost")
    with qtbot.waitSignal(pictures.ready):
        pictures.want("test", [pictures.wish(lost, 0)])
    assert pictures.thumbnail(lost, 0) is None
    pictures.want("test", [pictures.wish(lost, 0)])
    assert pictures._wishes["test thumbnails"] == []


def test_media_that_is_back_is_asked_for_again(
    qtbot: QtBot, pictures: Pictures, editor: Editor, real: Media
) -> None:
    editor.document.reset(replace(new_project(), media=(real,)), None, editor.document.data)
    place = Path(real.path)
    place.rename(place.with_suffix(".away"))
    with qtbot.waitSignal(pictures.ready):
        pictures.want("test", [pictures.wish(real, 0)])
    editor.document.edit("gone", lambda known: known.with_media(replace(real, missing=True)))
    place.with_suffix(".away").rename(place)
    editor.document.edit("back", lambda known: known.with_media(real))
    with qtbot.waitSignal(pictures.ready):
        pictures.want("test", [pictures.wish(real, 0)])
    assert pictures.thumbnail(real, 0) is not None


def test_memory_stays_in_its_budget(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 10 * 100 * 100 * 4)
    for number in range(50):
        pictures._store(("print", number), QImage(100, 100, QImage.Format.Format_RGB32))
    assert pictures._bytes <= 10 * 100 * 100 * 4
    assert (
        pictures.thumbnail(replace(media("x"), info=replace(media("x").info, fingerprint="print")), 49)
        is not None
    )


def test_waveform_shows_loud_and_silent() -> None:
    peaks = np.zeros((100, 2), np.float32)
    peaks[50:] = (-0.9, 0.9)
    image = waveform_image(peaks, np.linspace(0, 100, 101), 1.0, 41, QColor("#ffffff"))
    height = [sum(image.pixelColor(x, y).alpha() > 0 for y in range(41)) for x in (10, 80)]
    assert height[0] <= 2
    assert height[1] > 30
    backwards = waveform_image(peaks, np.linspace(100, 0, 101), 1.0, 41, QColor("#ffffff"))
    assert sum(backwards.pixelColor(10, y).alpha() > 0 for y in range(41)) > 30
    outside = waveform_image(peaks, np.linspace(200, 300, 101), 1.0, 41, QColor("#ffffff"))
    assert all(outside.pixelColor(50, y).alpha() == 0 for y in range(41))


def test_what_would_be_cut_off_is_red_in_the_waveform() -> None:
    peaks = np.array([[-0.4, 0.4]] * 50 + [[-0.4, 0.9]] * 50, np.float32)
    plain, louder = (
        waveform_image(peaks, np.linspace(0, 100, 101), gain, 41, QColor("#ffffff")) for gain in (1.0, 1.5)
    )
    red, white = QColor("#e05050").rgb(), QColor("#ffffff").rgb()
    assert [plain.pixelColor(x, 20).rgb() for x in (20, 70)] == [white, white]
    assert [louder.pixelColor(x, 20).rgb() for x in (20, 70)] == [white, red]
