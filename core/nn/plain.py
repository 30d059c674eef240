"""The selecting network without torch: what core.nn.selector computes, with numpy and OpenCV on one picture.

A box must be answered while the hand is still on the mouse. Starting torch takes seconds, and the
window may not load it at all; the network is small enough for matrix products alone. Pictures are
float32 (H, W, C). A convolution is one product of the patches (H * W, 9 * C) with its weights;
normalisations are taken into the weights when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file

from core.arrays import Array32, to_float
from core.assets import asset
from core.errors import LaminarError

_EPSILON = 1e-5
_FLOOR = np.float32(1e-4)  # as in core.nn.selector


@dataclass(frozen=True)
class _Layer:
    """A convolution as one product of matrices.

    weight: (size * size * C, O), rows in the order of `_patches`.
    bias: (O).
    """

    weight: Array32
    bias: Array32
    size: int


class PlainSelector:
    """The network of a state dictionary; knows the shapes from the weights."""

    def __init__(self, weights: Mapping[str, Array32]) -> None:
        self._weights = weights
        self._layers: dict[str, _Layer] = {}
        for name, value in weights.items():
            if value.ndim == 4:
                self._layers[name.removesuffix(".weight")] = _layer(weights, name.removesuffix(".weight"))

    def __call__(self, picture: npt.NDArray[np.uint8], hints: Array32) -> Array32:
        """The probability of each pixel, float32 (H, W).

        Args:
            picture: uint8 (H, W, 3) RGB, H and W multiples of 16.
            hints: float32 (H, W, 4), see core.masks.hints.
        """
        shown = (to_float(picture) - np.float32(0.45)) * np.float32(4)
        x = self._relu("to2.0.0", np.dstack((shown, hints * 2 - 1)), 2)
        half = self._relu("to2.1.0", x)
        quarter = self._residual("to4.1", self._relu("to4.0.0", half, 2))
        eighth = self._two_residuals("to8", quarter)
        sixteenth = self._two_residuals("to16", eighth)
        seen2 = _halved(hints)
        seen4 = _halved(seen2)
        seen8 = _halved(seen4)
        told = np.dstack((self._similar(eighth, sixteenth, seen8), seen8[..., :3]))
        x = self._residual("at16.1", self._relu("at16.0.0", np.dstack((sixteenth, _halved(told)))))
        whole = self._weights["whole.weight"] @ sixteenth.mean((0, 1)) + self._weights["whole.bias"]
        x = self._conv("at16.2", x) + whole
        x = self._residual("at8.1", self._relu("at8.0.0", np.dstack((eighth, told, _doubled(x)))))
        x = self._conv("at8.2", x)
        x = self._relu("at4.1.0", self._relu("at4.0.0", np.dstack((quarter, seen4, _doubled(x)))))
        x = self._conv("at4.2", x)
        x = self._conv("at2.1", self._relu("at2.0.0", np.dstack((half, seen2, _doubled(x)))))
        rows, columns = x.shape[:2]
        logits = x.reshape(rows, columns, 2, 2).transpose(0, 2, 1, 3).reshape(2 * rows, 2 * columns)
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)

    def _conv(self, name: str, x: Array32, stride: int = 1) -> Array32:
        layer = self._layers[name]
        rows, columns = x.shape[0] // stride, x.shape[1] // stride
        patches = x.reshape(rows * columns, -1) if layer.size == 1 else _patches(x, stride)
        return np.asarray((patches @ layer.weight + layer.bias).reshape(rows, columns, -1), np.float32)

    def _relu(self, name: str, x: Array32, stride: int = 1) -> Array32:
        return np.maximum(self._conv(name, x, stride), 0)

    def _residual(self, name: str, x: Array32) -> Array32:
        return np.maximum(x + self._conv(f"{name}.second.0", self._relu(f"{name}.first.0", x)), np.float32(0))

    def _two_residuals(self, name: str, x: Array32) -> Array32:
        x = self._relu(f"{name}.0.0", x, 2)
        return self._residual(f"{name}.2", self._residual(f"{name}.1", x))

    def _similar(self, eighth: Array32, sixteenth: Array32, seen: Array32) -> Array32:
        key = self._conv("key", np.dstack((eighth, _doubled(sixteenth))))
        rows, columns = key.shape[:2]
        key = key.reshape(rows * columns, -1)
        key = key / np.maximum(np.linalg.norm(key, axis=1, keepdims=True), np.float32(1e-12))
        gain = np.exp(self._weights["log_gain"])
        likeness = np.exp((key @ key.T - 1) * gain)  # at most 1: no overflow
        box, add, subtract = seen.reshape(-1, seen.shape[2])[:, :3].T
        outside = np.maximum(1 - box, subtract) * (1 - add)
        weights = np.maximum(np.stack((outside, box * (1 - outside), add), 1), _FLOOR)
        evidence = np.log(likeness @ weights) / gain + 1
        return np.asarray(evidence.reshape(rows, columns, -1), np.float32)


@lru_cache(maxsize=1)
def shipped_selector() -> PlainSelector:
    """The network with the weights that are shipped.

    Raises:
        LaminarError: when they are missing or damaged; it names the file.
    """
    return read_selector(asset("weights", "selector.safetensors"))


def read_selector(path: Path) -> PlainSelector:
    """The network with the weights of a file. Raises LaminarError as `shipped_selector`."""
    try:
        net = PlainSelector(load_file(path))
        net(np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16, 4), np.float32))
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise LaminarError(
            f"{path} does not hold the selecting network: {error}", "Install Laminar again"
        ) from error
    return net


def _layer(weights: Mapping[str, Array32], name: str) -> _Layer:
    """A convolution with the normalisation that follows it."""
    weight = weights[f"{name}.weight"]
    count, size = weight.shape[0], weight.shape[2]
    bias = weights.get(f"{name}.bias", np.zeros(count, np.float32))
    stem, _, place = name.rpartition(".")
    norm = f"{stem}.{int(place) + 1}" if place.isdigit() else ""
    if f"{norm}.running_var" in weights:
        gain = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + _EPSILON)
        weight = weight * gain[:, None, None, None]
        bias = bias * gain + weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain
    return _Layer(np.ascontiguousarray(weight.transpose(2, 3, 1, 0).reshape(-1, count)), bias, size)


def _patches(x: Array32, stride: int) -> Array32:
    """The 3 x 3 neighbourhoods, zero beyond the border, (H / stride * W / stride, 9 C)."""
    rows, columns, channels = x.shape
    wide = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    out = np.empty((rows // stride, columns // stride, 9, channels), np.float32)
    for i in range(9):
        y, x0 = divmod(i, 3)
        out[:, :, i] = wide[y : y + rows : stride, x0 : x0 + columns : stride]
    return out.reshape(-1, 9 * channels)


def _halved(x: Array32) -> Array32:
    rows, columns, channels = x.shape
    return np.asarray(x.reshape(rows // 2, 2, columns // 2, 2, channels).mean((1, 3)), np.float32)


def _doubled(x: Array32) -> Array32:
    return np.asarray(
        cv2.resize(x, (2 * x.shape[1], 2 * x.shape[0]), interpolation=cv2.INTER_LINEAR), np.float32
    )
