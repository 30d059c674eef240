"""Masks on disk: every kind of PNG that a user may bring, and what is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import MediaError
from core.media import matte


def shape_mask(value: int = 1) -> np.ndarray:
    mask = np.zeros((30, 41), np.uint8)
    mask[5:20, 7:33] = value
    return mask


def test_palette_is_that_of_davis() -> None:
    palette = matte.davis_palette()
    assert [tuple(palette[i]) for i in (0, 1, 2, 3, 8, 255)] == [
        (0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (64, 0, 0), (224, 224, 192),
    ]  # fmt: skip
    assert len(np.unique(palette, axis=0)) == 256


def test_labels_come_back_as_written(tmp_path: Path) -> None:
    labels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    matte.write_labels(tmp_path / "a.png", labels)
    np.testing.assert_array_equal(matte.read_labels(tmp_path / "a.png"), labels)
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "P"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    "kind", ["grey255", "grey1", "bool", "rgb", "rgba-alpha", "rgba-opaque", "la", "sixteen", "palette255"]
)
def test_one_object_is_read_from_every_kind_of_png(tmp_path: Path, kind: str) -> None:
    one = shape_mask()
    white = one * np.uint8(255)
    opaque = np.full_like(one, 255)
    images = {
        "grey255": Image.fromarray(white),
        "grey1": Image.fromarray(one),
        "bool": Image.fromarray(white).convert("1"),
        "rgb": Image.fromarray(np.dstack([white] * 3)),
        "rgba-alpha": Image.fromarray(np.dstack([opaque, one, one, white])),
        "rgba-opaque": Image.fromarray(np.dstack([white, white, white, opaque])),
        "la": Image.merge("LA", (Image.fromarray(opaque), Image.fromarray(white))),
        "sixteen": Image.fromarray(one.astype(np.uint16) * np.uint16(65535)),
        "palette255": Image.fromarray(white),
    }
    if kind == "palette255":
        images[kind].putpalette(matte.davis_palette().tobytes())
    images[kind].save(tmp_path / "m.png")
    np.testing.assert_array_equal(matte.read_labels(tmp_path / "m.png"), one)
    np.testing.assert_array_equal(matte.read_soft(tmp_path / "m.png"), one.astype(np.float32))


def test_grey_and_coloured_labels(tmp_path: Path) -> None:
    labels = shape_mask()
    labels[8:12, 8:12] = 2
    Image.fromarray(labels).save(tmp_path / "grey.png")
    Image.fromarray(matte.davis_palette()[labels]).save(tmp_path / "colour.png")
    np.testing.assert_array_equal(matte.read_labels(tmp_path / "grey.png"), labels)
    np.testing.assert_array_equal(matte.read_labels(tmp_path / "colour.png"), labels)


@pytest.mark.parametrize(("bits", "error"), [(8, 1 / 255), (16, 1 / 65535)])
def test_soft_mattes_keep_their_values(tmp_path: Path, bits: int, error: float) -> None:
    soft = np.linspace(0, 1, 40 * 50, dtype=np.float32).reshape(40, 50)
    matte.write_soft(tmp_path / "s.png", soft, bits)
    np.testing.assert_allclose(matte.read_soft(tmp_path / "s.png"), soft, atol=error)
    np.testing.assert_array_equal(
        matte.read_labels(tmp_path / "s.png"), matte.read_soft(tmp_path / "s.png") > 0.5
    )


def test_another_size_is_refused_or_resized(tmp_path: Path) -> None:
    matte.write_labels(tmp_path / "m.png", shape_mask(3))
    with pytest.raises(MediaError, match=r"m\.png is 41x30, the clip is 82x60"):
        matte.read_labels(tmp_path / "m.png", (82, 60))
    resized = matte.read_labels(tmp_path / "m.png", (82, 60), resize=True)
    assert resized.shape == (60, 82)
    assert set(np.unique(resized)) == {0, 3}
    assert resized.sum() == 4 * shape_mask(3).sum()


def test_what_is_no_mask_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (9, 9, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    matte.write_labels(tmp_path / "cut.png", noise[..., 0])
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:-60])
    for name in ("photo", "text", "empty", "cut", "absent"):
        with pytest.raises(MediaError, match=name):
            matte.read_labels(tmp_path / f"{name}.png")
        with pytest.raises(MediaError, match=name):
            matte.read_soft(tmp_path / f"{name}.png")


def test_an_empty_mask_is_a_mask(tmp_path: Path) -> None:
    matte.write_labels(tmp_path / "m.png", np.zeros((4, 5), np.uint8))
    assert not matte.read_labels(tmp_path / "m.png", (5, 4)).any()


def test_writing_where_it_is_impossible_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be written"):
        matte.write_labels(tmp_path / "no" / "m.png", shape_mask())


def test_folder_finds_masks_by_number(tmp_path: Path) -> None:
    folder = matte.MaskFolder(tmp_path)
    assert 3 not in folder
    matte.write_labels(tmp_path / "00003.png", shape_mask())
    matte.write_binary(tmp_path / "shot_7.png", shape_mask(5), 5)
    assert 3 in folder
    assert folder.frames() == [3, 7]
    np.testing.assert_array_equal(folder.labels(7), shape_mask())
    with pytest.raises(MediaError, match="frame 4"):
        folder.labels(4)


def test_folder_of_a_result_gives_soft_mattes_where_stored(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    (tmp_path / "soft" / "2").mkdir(parents=True)
    matte.write_labels(tmp_path / "masks" / "00000.png", shape_mask(2))
    matte.write_labels(tmp_path / "masks" / "00001.png", shape_mask(2))
    soft = np.full((30, 41), 0.5, np.float32)
    matte.write_soft(tmp_path / "soft" / "2" / "00001.png", soft)
    folder = matte.MaskFolder(tmp_path)
    np.testing.assert_array_equal(folder.soft(0, 2), shape_mask() > 0)
    np.testing.assert_allclose(folder.soft(1, 2), soft, atol=1 / 255)
    assert folder.frames() == [0, 1]


@given(st.floats(0.5, 6), st.floats(0, 8))
def test_growing_adds_and_shrinking_takes(grow: float, feather: float) -> None:
    soft = shape_mask().astype(np.float32)
    grown, shrunk = matte.refine(soft, grow), matte.refine(soft, -grow)
    assert np.all(grown >= soft) and grown.sum() > soft.sum()
    assert np.all(shrunk <= soft) and shrunk.sum() < soft.sum()
    feathered = matte.refine(soft, grow, feather)
    assert feathered.dtype == np.float32 and feathered.min() >= 0 and feathered.max() <= 1.0001


def test_grow_moves_the_edge_by_the_asked_pixels() -> None:
    soft = np.zeros((40, 60), np.float32)
    soft[:, :30] = 1
    assert matte.refine(soft, 5).sum(axis=1) == pytest.approx(35, abs=0.3)
    assert matte.refine(soft, -5).sum(axis=1) == pytest.approx(25, abs=0.3)
    assert matte.refine(soft, 0, 0) is soft


def test_wide_blur_keeps_the_mean() -> None:
    soft = shape_mask().astype(np.float32)
    padded = np.pad(soft, 60)
    assert matte.blur(padded, 12).sum() == pytest.approx(padded.sum(), rel=0.02)


def test_a_faint_matte_is_read_as_it_was_written(tmp_path: Path) -> None:
    faint = np.full((6, 8), 40 / 255, np.float32)
    (tmp_path / "masks").mkdir()
    (tmp_path / "soft/1").mkdir(parents=True)
    matte.write_labels(tmp_path / "masks/00000.png", np.zeros((6, 8), np.uint8))
    matte.write_soft(tmp_path / "soft/1/00000.png", faint)
    np.testing.assert_allclose(matte.MaskFolder(tmp_path).soft(0, 1), faint)
