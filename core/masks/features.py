"""What a place in a frame looks like: hand-made features on a grid of tokens, for matching between frames.

Colour (LAB) at three blurs, the colour of eight neighbours, and oriented gradient energies. A token is a square of
`stride` pixels of the reduced frame. Features are scaled so that their squared distance, without further weights,
says how unlike two places are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

_ORIENTATIONS = 6
_BLURS, _POOLED = (0.4, 0.9, 2.0), 0.8
"""Tokens that colours are blurred by, and that edges are gathered over."""
_BESIDE = 2
"""Tokens to the neighbours whose colours are told."""
_WEIGHTS = np.diag((0.7, 1.0, 1.0)).astype(np.float32)
"""Of lightness and the two colours."""


@dataclass(frozen=True)
class Grid:
    """The tokens of a clip. width, height: of the reduced frame in pixels, multiples of `stride`."""

    width: int
    height: int
    stride: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of tokens."""
        return self.height // self.stride, self.width // self.stride


def make_grid(width: int, height: int, rows: int, stride: int, step: int = 1) -> Grid:
    """A grid of about `rows` rows of nearly square tokens for a clip of width x height pixels.

    Args:
        step: rows and columns are multiples of it.
    """
    rows = max(1, round(rows / step)) * step
    columns = max(1, round(rows * width / height / step)) * step
    return Grid(columns * stride, rows * stride, stride)


def at_size_of(grid: Grid, frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A frame, uint8 (H, W, 3), at the grid's size; one that is smaller is enlarged smoothly, one
    that has it is itself."""
    if frame.shape[:2] == (grid.height, grid.width):
        return frame
    how = cv2.INTER_AREA if grid.height <= frame.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(frame, (grid.width, grid.height), interpolation=how), np.uint8)


def token_features(frame: npt.NDArray[np.uint8], grid: Grid) -> Array32:
    """The features of every token, float32 (rows, columns, channels).

    Args:
        frame: uint8 (H, W, 3) RGB of any size.
    """
    small = at_size_of(grid, frame)
    lab = cv2.transform(cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), _WEIGHTS)
    stride = grid.stride
    levels = [_sample(cv2.GaussianBlur(lab, (0, 0), stride * blur), grid) for blur in _BLURS]
    around, edges = _around(levels[1], _BESIDE), _energies(lab[..., 0], grid)
    parts = [1.5 * levels[0], levels[1], levels[2], 0.4 * around, 2.6 * edges]
    return np.ascontiguousarray(np.concatenate(parts, axis=-1), np.float32)


def own_part(covered: Array32) -> Array32:
    """The part of every channel of every token that something which covers tokens shows itself, float32 (rows,
    columns, channels) in [0, 1]: the rest is what is beside it.

    Args:
        covered: (rows, columns), the part of each token that it covers.
    """
    near, wider, far, edges = (
        np.repeat(
            cv2.GaussianBlur(covered, (0, 0), blur, borderType=cv2.BORDER_REPLICATE)[..., None], times, -1
        )
        for blur, times in zip((*_BLURS, _POOLED), (3, 3, 3, _ORIENTATIONS), strict=True)
    )
    return np.concatenate((near, wider, far, _around(wider, _BESIDE), edges), axis=-1)


def _sample(picture: Array32, grid: Grid) -> Array32:
    rows, columns = grid.shape
    return np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _around(tokens: Array32, step: int) -> Array32:
    """The values of the eight neighbours at `step` tokens, (rows, columns, 8 * channels)."""
    padded = np.pad(tokens, ((step, step), (step, step), (0, 0)), mode="edge")
    rows, columns = tokens.shape[:2]
    shifts = [(y, x) for y in (0, step, 2 * step) for x in (0, step, 2 * step) if (y, x) != (step, step)]
    return np.concatenate([padded[y : y + rows, x : x + columns] for y, x in shifts], axis=-1)


def _energies(light: Array32, grid: Grid) -> Array32:
    """How strong the edges of each orientation are around a token, compressed by the square root."""
    smooth = cv2.GaussianBlur(light, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    angles = np.arange(_ORIENTATIONS) * np.pi / _ORIENTATIONS
    return np.stack([_energy(across, down, float(angle), grid) for angle in angles], axis=-1)


def _energy(across: Array32, down: Array32, angle: float, grid: Grid) -> Array32:
    """Of one orientation: planes of one channel are several times quicker than all at once."""
    energy = cv2.addWeighted(across, np.cos(angle), down, np.sin(angle), 0)
    pooled = cv2.GaussianBlur(np.abs(energy, out=energy), (0, 0), grid.stride * _POOLED)
    return np.asarray(np.sqrt(np.maximum(_sample(pooled, grid), 0)), np.float32)
