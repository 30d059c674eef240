"""Least squares on control grids: per-pixel terms gathered to the nodes, smoothness added, solved together.

Minimises the sum over pixels of d'Hd/2 - g'd, with d the bilinear displacement at the pixel, plus
first * |gradient|^2 + second * |second differences|^2 of the nodes, each times the pixels of a cell, so that the
weights mean the same for every step. A cell's pixels all have the same four nodes in the same proportions: gathering is
one matrix product. The matrix is held as a 3x3 stencil at each node; the solver is the conjugate gradient method.
Nodes are float32 (R, C, 2), pixel maps float32 (h, w) with h = (R-1)*step and w = (C-1)*step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from core.arrays import Array32
from core.motion.control_grid import cell_weights

_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Smooth:
    """How smooth a control grid has to be.

    first, second: weights of first and second differences.
    steady: of first differences of the change from where the solver starts, so that what is not seen goes along
        with what is.
    hold: pull to the start.
    """

    first: float = 0.0005
    second: float = 0.01
    steady: float = 0.0
    hold: float = 1e-4
    iterations: int = 40


@dataclass(frozen=True, eq=False)
class Terms:
    """Per-pixel terms: H = [[xx, xy], [xy, yy]], g = (gx, gy), float32 (h, w) each; xy None is zero."""

    xx: Array32
    yy: Array32
    gx: Array32
    gy: Array32
    xy: Array32 | None = None

    def __add__(self, other: Terms) -> Terms:
        xy = self.xy if other.xy is None else other.xy if self.xy is None else self.xy + other.xy
        return Terms(self.xx + other.xx, self.yy + other.yy, self.gx + other.gx, self.gy + other.gy, xy)


def towards(wanted: Array32, weight: Array32) -> Terms:
    """Pull the displacement to `wanted` (h, w, 2) with `weight` (h, w)."""
    return Terms(weight, weight, weight * wanted[..., 0], weight * wanted[..., 1])


def solve(terms: Terms, start: Array32, step: int, smooth: Smooth) -> Array32:
    """The nodes that minimise the terms, float32 (R, C, 2), from `start`."""
    rows, columns = start.shape[:2]
    xx, yy = _stencil(terms.xx, step, rows, columns), _stencil(terms.yy, step, rows, columns)
    xy = None if terms.xy is None else _stencil(terms.xy, step, rows, columns)
    cell = np.float32(step * step)
    first, second = cell * (smooth.first + smooth.steady), cell * smooth.second
    hold, steady = cell * smooth.hold, cell * smooth.steady
    right = np.stack([_gather(terms.gx, step), _gather(terms.gy, step)], -1)
    right = right + hold * start + steady * _slopes(start)
    diagonal = np.stack([xx[..., 1, 1], yy[..., 1, 1]], -1) + hold + 4 * first + 12 * second
    own = np.stack([xx, yy], 2) + _held(rows, columns, hold, first)[:, :, None]
    around = np.zeros((rows + 2, columns + 2, 2), np.float32)
    windows = sliding_window_view(around, (3, 3), (0, 1))

    def apply(nodes: Array32) -> Array32:
        around[1:-1, 1:-1] = nodes
        out = second * _bends(nodes) + np.einsum("rcdkl,rcdkl->rcd", own, windows)
        if xy is not None:
            out += np.einsum("rckl,rcdkl->rcd", xy, windows)[..., ::-1]
        return np.asarray(out, np.float32)

    scale = np.asarray(1 / diagonal, np.float32)
    return _conjugate(apply, right, start.astype(np.float32), scale, smooth.iterations)


def _conjugate(
    apply: Callable[[Array32], Array32], right: Array32, start: Array32, scale: Array32, iterations: int
) -> Array32:
    nodes = start.copy()
    rest = right - apply(nodes)
    direction = ahead = scale * rest
    power = float((rest * ahead).sum())
    enough = 1e-7 * max(power, 1e-12)
    for _ in range(iterations):
        if power <= enough:
            break
        image = apply(direction)
        length = power / max(float((direction * image).sum()), 1e-20)
        nodes += np.float32(length) * direction
        rest -= np.float32(length) * image
        ahead = scale * rest
        power, before = float((rest * ahead).sum()), power
        direction = ahead + np.float32(power / before) * direction
    return nodes


def _cells(values: Array32, step: int) -> npt.NDArray[np.float32]:
    """Pixel maps by cell: (R-1, C-1, step*step)."""
    height, width = values.shape
    by = values.reshape(height // step, step, width // step, step).transpose(0, 2, 1, 3)
    return by.reshape(height // step, width // step, step * step)


def _gather(values: Array32, step: int) -> Array32:
    """Each node's share of the pixels around it, (R, C)."""
    shares = _cells(values, step) @ cell_weights(step)
    total = np.zeros((shares.shape[0] + 1, shares.shape[1] + 1), np.float32)
    for k, (dy, dx) in enumerate(_CORNERS):
        total[dy : dy + shares.shape[0], dx : dx + shares.shape[1]] += shares[..., k]
    return total


def _stencil(values: Array32, step: int, rows: int, columns: int) -> Array32:
    """The normal matrix of bilinear weights with pixel weights `values`: (R, C, 3, 3), a row a node."""
    weights = cell_weights(step)
    pairs = (weights[:, :, None] * weights[:, None, :]).reshape(-1, 16)
    blocks = (_cells(values, step) @ pairs).reshape(rows - 1, columns - 1, 4, 4)
    stencil = np.zeros((rows, columns, 3, 3), np.float32)
    for a, (ay, ax) in enumerate(_CORNERS):
        for b, (by, bx) in enumerate(_CORNERS):
            stencil[ay : ay + rows - 1, ax : ax + columns - 1, by - ay + 1, bx - ax + 1] += blocks[..., a, b]
    return stencil


def _held(rows: int, columns: int, hold: np.float32, first: np.float32) -> Array32:
    """The stencil of a pull to where one is, and of the squared first differences (half their gradient, `_slopes`)."""
    stencil = np.zeros((rows, columns, 3, 3), np.float32)
    stencil[1:, :, 0, 1] = stencil[:-1, :, 2, 1] = stencil[:, 1:, 1, 0] = stencil[:, :-1, 1, 2] = -first
    stencil[..., 1, 1] = hold - stencil.sum((2, 3))
    return stencil


def _slopes(nodes: Array32) -> Array32:
    """The gradient of the sum of squared first differences (half of it)."""
    out = np.zeros_like(nodes)
    for axis in (0, 1):
        slope = np.diff(nodes, axis=axis)
        out[_cut(axis, 1, None)] += slope
        out[_cut(axis, 0, -1)] -= slope
    return out


def _bends(nodes: Array32) -> Array32:
    """The gradient of the sum of squared second differences: an affine map costs nothing."""
    out = np.zeros_like(nodes)
    for axis in (0, 1):
        if nodes.shape[axis] < 3:
            continue
        bend = np.diff(nodes, 2, axis=axis)
        out[_cut(axis, 0, -2)] += bend
        out[_cut(axis, 1, -1)] -= 2 * bend
        out[_cut(axis, 2, None)] += bend
    twist = np.diff(np.diff(nodes, axis=0), axis=1) * np.float32(2)
    out[1:, 1:] += twist
    out[:-1, :-1] += twist
    out[1:, :-1] -= twist
    out[:-1, 1:] -= twist
    return out


def _cut(axis: int, start: int, stop: int | None) -> tuple[slice, ...]:
    return (slice(None),) * axis + (slice(start, stop),)
