"""From the tracker's probabilities to masks at the clip's size, as a cascade (Deep Layer Cascade, Li et al. 2017).

Most pixels are decided where the tracker works. The band that is not goes on to a working size of a few hundred
rows, where local colours are asked and a linear model of the picture is fitted to the edge (guided filter). Only the
tiles of the full-size frame that the band touches are then worked on: the time follows the length of the edge and
not the size of the frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_float
from core.masks.colours import with_colours
from core.masks.edges import linear_model
from core.media import matte as storage
from core.media.info import Frame
from core.media.matte import Labels, Matte

WORK_ROWS = 240
"""Rows of the working size, if the tracker's probabilities have no more."""
DECIDED = 0.005
"""Probabilities nearer than this to 0 or 1 are final."""
WIDTH_TO_RADIUS = 2.5
"""Window of the edge step in widths of the undecided band, so that sure probabilities are moved little."""
WIDEST = 0.02
"""Largest window of the edge step, in frame heights."""
EPSILON = 1e-4
TILE = 64

Area = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Box:
    """A rectangle of the working size, half-open."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """To cut it out of an array (rows, columns, …)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def full_size(frame: Frame, objects: Array32, labels: Sequence[int]) -> tuple[Labels, list[Matte]]:
    """Masks at the frame's size.

    Args:
        frame: uint8 (H, W, 3) RGB.
        objects: float32 (rows, columns, K) probabilities on a grid of any size over the frame.
        labels: the K labels.

    Returns:
        labels (H, W), and K mattes float32 (H, W).
    """
    height, width = frame.shape[:2]
    small = _working_picture(frame, objects.shape[0])
    mattes = [_refined(frame, small, objects[..., k]) for k in range(len(labels))]
    if len(labels) == 1:
        return np.where(mattes[0] > 0.5, np.uint8(labels[0]), np.uint8(0)), mattes
    best = np.full((height, width), 0.5, np.float32)
    result = np.zeros((height, width), np.uint8)
    for label, matte in zip(labels, mattes, strict=True):
        result[matte > best] = label
        np.maximum(best, matte, out=best)
    return result, mattes


def _working_picture(frame: Frame, rows: int) -> Frame:
    height, width = frame.shape[:2]
    reduce = max(1, round(height / max(WORK_ROWS, rows)))
    size = max(1, round(width / reduce)), max(1, round(height / reduce))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _refined(frame: Frame, small: Frame, tokens: Array32) -> Matte:
    """One object's matte."""
    rows, columns = small.shape[:2]
    prior = np.clip(cv2.resize(tokens, (columns, rows), interpolation=cv2.INTER_CUBIC), 0, 1)
    matte = np.zeros(frame.shape[:2], np.float32)
    undecided = (prior > DECIDED) & (prior < 1 - DECIDED)
    inside = prior >= 0.5
    if not undecided.any():
        _fill(matte, inside)
        return matte
    radius = _radius(prior)
    box = _around(undecided, 3 * radius + 1)
    part = box.slices
    near = np.asarray(cv2.dilate(undecided[part].astype(np.uint8), _disc(radius + 8)), bool)
    lab = cv2.cvtColor(small[part], cv2.COLOR_RGB2LAB)
    told = np.where(undecided[part], with_colours(lab, prior[part], near), prior[part])
    slope, offset = linear_model(to_float(small[part]), told.astype(np.float32), radius, EPSILON)
    model = np.zeros((rows, columns, 4), np.float32)
    model[..., 3] = inside
    model[part] = np.where(undecided[part][..., None], np.dstack((slope / 255, offset)), model[part])
    _fill(matte, inside)
    for tile in band_tiles(undecided, frame.shape[:2]):
        _apply(frame, model, matte, tile)
    return matte


def _radius(prior: Array32) -> int:
    """The edge step's window by the mean width of the doubtful band: its area over the length of the contour."""
    inside = prior >= 0.5
    contour = np.count_nonzero(inside[1:] != inside[:-1]) + np.count_nonzero(inside[:, 1:] != inside[:, :-1])
    width = np.count_nonzero((prior > 0.1) & (prior < 0.9)) / max(1, int(contour))
    return int(np.clip(round(WIDTH_TO_RADIUS * width), 1, max(1, round(WIDEST * prior.shape[0]))))


def _around(area: Area, margin: int) -> _Box:
    """The smallest box around an area, with a margin."""
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    return _Box(
        max(0, int(rows[0]) - margin),
        min(area.shape[0], int(rows[-1]) + 1 + margin),
        max(0, int(columns[0]) - margin),
        min(area.shape[1], int(columns[-1]) + 1 + margin),
    )


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8
    )


def _fill(matte: Matte, inside: Area) -> None:
    """The decided pixels at full size; those near an edge are worked on after."""
    height, width = matte.shape
    if inside.any():
        full = cv2.resize(inside.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
        np.copyto(matte, full)


def band_tiles(undecided: Area, shape: tuple[int, int]) -> Iterator[tuple[slice, slice]]:
    """Runs of tiles of a full-size frame (H, W) that pixels of the working size, or their neighbours, touch."""
    height, width = shape
    y, x = undecided.shape[0] / height, undecided.shape[1] / width
    wide = cv2.dilate(undecided.astype(np.uint8), np.ones((3, 3), np.uint8))
    for top in range(0, height, TILE):
        bottom = min(height, top + TILE)
        touched = wide[int(top * y) : int(np.ceil(bottom * y))].any(axis=0)
        hit = [
            touched[int(left * x) : int(np.ceil((left + TILE) * x))].any() for left in range(0, width, TILE)
        ]
        start = None
        for place, is_hit in enumerate([*hit, False]):
            if is_hit and start is None:
                start = place
            elif not is_hit and start is not None:
                yield slice(top, bottom), slice(start * TILE, min(width, place * TILE))
                start = None


def lifted(small: Array32, tile: tuple[slice, slice], shape: tuple[int, int]) -> Array32:
    """One tile of a picture of the working size, float32 (h, w[, C <= 4]), brought up to the full size (H, W)."""
    rows, columns = tile
    y, x = small.shape[0] / shape[0], small.shape[1] / shape[1]
    # Centres of pixels lie on centres: small = (full + 1/2) * scale - 1/2.
    place = np.array([[x, 0, (columns.start + 0.5) * x - 0.5], [0, y, (rows.start + 0.5) * y - 0.5]])
    size = columns.stop - columns.start, rows.stop - rows.start
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(small, place, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _apply(frame: Frame, model: Array32, matte: Matte, tile: tuple[slice, slice]) -> None:
    """The linear model brought up to one tile of the full size and applied to its pixels."""
    terms, guide = lifted(model, tile, matte.shape), frame[tile]
    result = terms[..., 3]
    for channel in range(3):
        result = result + terms[..., channel] * guide[..., channel]
    np.clip(result, 0, 1, out=matte[tile])


def hard_edges(labels: Labels, label: int) -> Matte:
    """The matte of an object drawn in `labels`, uint8 (H, W): its mask with an edge as soft as a pixel."""
    return storage.blur((labels == label).astype(np.float32), 0.7)
