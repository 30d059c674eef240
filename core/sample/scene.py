"""The drawn street: a pan over a wall and a pavement, a robot, a car and a ball that pass one another.

Every layer moves by an affine map that is known at any time, so masks, layers, shadows, the clean plate and the
flow are exact. A frame is the mean of SHUTTER moments inside half a frame time (motion blur of a 180 degree
shutter). The robot and the car pass behind a column, the robot is hidden for a while; the car leaves the picture and
comes back; the ball crosses in front of all of them.

Labels: 1 robot, 2 car, 3 ball. Colours are float32 in [0, 1] until a frame is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.sample import sprites
from core.sample.sprites import Picture
from core.time import FrameRate

Affine = npt.NDArray[np.float64]
"""2x3, sprite pixels to world pixels."""

OBJECT_NAMES = {1: "Robot", 2: "Car", 3: "Ball"}
BEHIND_COLUMN = (2, 1)
"""Labels of what passes behind the column, back to front; the others pass before it."""
HORIZON = 290
SHUTTER = 5
SHADOW_STRENGTH = 0.45
BOUNCE = 0.9
"""Seconds between two touches of the ball on the ground."""
SHADOW_SLANT, SHADOW_LENGTH, SHADOW_BLUR = 0.55, 0.24, 3.0


@dataclass(frozen=True)
class Part:
    """A sprite and where it stands: `pose(seconds)` maps sprite pixels to world pixels."""

    sprite: Picture
    pose: Callable[[float], Affine]


@dataclass(frozen=True)
class Actor:
    """An object of one or more parts, drawn first to last. ground: world row its shadow starts from."""

    label: int
    parts: tuple[Part, ...]
    ground: float


@dataclass(frozen=True)
class ObjectLayer:
    """One object on a frame, all float32 (H, W[, 4]).

    rgba: premultiplied, unoccluded.
    shadow: the part of light that it takes from the street, 0 to 1.
    visible: the part of each pixel that shows it, after occlusion.
    """

    label: int
    rgba: Picture
    shadow: Picture
    visible: Picture


def placed(
    x: float, y: float, angle: float = 0.0, anchor: tuple[float, float] = (0, 0), scale: float = 1.0
) -> Affine:
    """Sprite to world: turn by `angle` radians (clockwise on screen) around `anchor`, which lands on (x, y)."""
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    ax, ay = anchor
    return np.array([[cos, -sin, x - cos * ax + sin * ay], [sin, cos, y - sin * ax - cos * ay]])


class Scene:
    """Five seconds of 854x480 at 25 frames a second by default; smaller and shorter ones serve the tests.

    Args:
        width, height: raster; the street is drawn for 854x480 and scaled.
        frames: how many.
        seed: of every texture.
    """

    def __init__(self, width: int = 854, height: int = 480, frames: int = 125, seed: int = 7) -> None:
        self.width, self.height, self.frames = width, height, frames
        self.rate = FrameRate(25)
        self._scale = height / 480
        rng = np.random.default_rng(seed)
        self._street = sprites.street(rng, 1180, 480, HORIZON)
        self._column = Part(sprites.column(rng, 168, 446), lambda t: placed(540, 14))
        self._actors = (_car(rng), _robot(rng), _ball(rng))  # back to front

    def camera(self, t: float) -> Affine:
        """World to frame at `t` seconds: a pan that eases in and out."""
        part = min(1.0, max(0.0, t / 5.0))
        x = 12 + 260 * part * part * (3 - 2 * part)
        s = self._scale
        return np.array([[s, 0, -s * x], [0, s, 0]])

    def plate(self, n: int) -> Picture:
        """The clean street of frame n, float32 (H, W, 3), without column, objects and shadows."""
        total = np.zeros((self.height, self.width, 3), np.float32)
        for t in self._moments(n):
            total += self._warp(self._street, self.camera(t))
        return total / np.float32(SHUTTER)

    def layers(self, n: int) -> tuple[ObjectLayer, ...]:
        """The objects of frame n, back to front."""
        column = self._draw((self._column,), n)
        left = np.ones((self.height, self.width), np.float32)
        layers: list[ObjectLayer] = []
        for actor in reversed(self._actors):
            if actor.label == BEHIND_COLUMN[-1]:
                left = left * (1 - column[..., 3])
            rgba = self._draw(actor.parts, n)
            layers.append(ObjectLayer(actor.label, rgba, self._shadow(actor, rgba), rgba[..., 3] * left))
            left = left * (1 - rgba[..., 3])
        return tuple(reversed(layers))

    def frame(self, n: int) -> npt.NDArray[np.uint8]:
        """Frame n, uint8 RGB (H, W, 3)."""
        return self.compose(n, self.layers(n))

    def compose(self, n: int, layers: tuple[ObjectLayer, ...]) -> npt.NDArray[np.uint8]:
        """Frame n with these layers only: leave one out and it was never there, shadow and all."""
        picture = self.plate(n)
        for layer in layers:
            picture *= 1 - layer.shadow[..., None]
        behind = [layer.rgba for layer in layers if layer.label in BEHIND_COLUMN]
        before = [layer.rgba for layer in layers if layer.label not in BEHIND_COLUMN]
        for rgba in (*behind, self._draw((self._column,), n), *before):
            picture = rgba[..., :3] + picture * (1 - rgba[..., 3:])
        return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)

    def labels(self, n: int) -> npt.NDArray[np.uint8]:
        """The object that shows most at each pixel, uint8 (H, W); 0 where it is none of them."""
        return self.labels_of(self.layers(n))

    def labels_of(self, layers: tuple[ObjectLayer, ...]) -> npt.NDArray[np.uint8]:
        """The same from the layers of a frame."""
        shares = np.stack([1 - sum(layer.visible for layer in layers)] + [layer.visible for layer in layers])
        names = np.array([0] + [layer.label for layer in layers], np.uint8)
        return names[np.argmax(shares, 0)]

    def flow(self, n: int) -> Picture:
        """Motion from frame n to n + 1 of what shows at each pixel, float32 (H, W, 2), x first, in pixels.

        Taken at the middle of the exposures. The robot's limbs and the wheels move with the part in front.
        """
        now, then = self.middle(n), self.middle(n + 1)
        grid = np.stack(np.meshgrid(np.arange(self.width), np.arange(self.height)), -1).astype(np.float64)
        flow = _motion(grid, self.camera(now), self.camera(then))
        behind = [part for actor in self._actors if actor.label in BEHIND_COLUMN for part in actor.parts]
        before = [part for actor in self._actors if actor.label not in BEHIND_COLUMN for part in actor.parts]
        for part in (*behind, self._column, *before):
            here, there = _join(self.camera(now), part.pose(now)), _join(self.camera(then), part.pose(then))
            covers = self._warp(part.sprite, here)[..., 3] > 0.5
            flow[covers] = _motion(grid[covers], here, there)
        return flow.astype(np.float32)

    def middle(self, n: int) -> float:
        """The middle of frame n's exposure, in seconds: where its blurred things are seen to be."""
        return float(np.mean(self._moments(n)))

    def _moments(self, n: int) -> list[float]:
        return [(n + 0.5 * k / SHUTTER) / self.rate.fps for k in range(SHUTTER)]

    def _draw(self, parts: tuple[Part, ...], n: int) -> Picture:
        """Parts over one another through the exposure, premultiplied RGBA (H, W, 4)."""
        total = np.zeros((self.height, self.width, 4), np.float32)
        for t in self._moments(n):
            camera = self.camera(t)
            maps = [_join(camera, part.pose(t)) for part in parts]
            x0, y0, x1, y1 = self._box(parts, maps)
            if x0 >= x1 or y0 >= y1:
                continue
            moment = np.zeros((y1 - y0, x1 - x0, 4), np.float32)
            for part, to_frame in zip(parts, maps, strict=True):
                moved = to_frame - np.array([[0, 0, x0], [0, 0, y0]])
                sprite = cv2.warpAffine(part.sprite, moved, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
                moment = sprite + moment * (1 - sprite[..., 3:])
            total[y0:y1, x0:x1] += moment
        return total / np.float32(SHUTTER)

    def _box(self, parts: tuple[Part, ...], maps: list[Affine]) -> tuple[int, int, int, int]:
        """Frame pixels that the parts can touch, clipped to the frame."""
        corners = np.concatenate([
            m[:, :2] @ np.array([[0, w, 0, w], [0, 0, h, h]]) + m[:, 2:]
            for (h, w), m in ((part.sprite.shape[:2], m) for part, m in zip(parts, maps, strict=True))
        ], axis=1)  # fmt: skip
        low, high = np.floor(corners.min(1)).astype(int) - 1, np.ceil(corners.max(1)).astype(int) + 2
        return max(0, low[0]), max(0, low[1]), min(self.width, high[0]), min(self.height, high[1])

    def _shadow(self, actor: Actor, rgba: Picture) -> Picture:
        """The object's outline laid down on the ground, away from the light."""
        ground = actor.ground * self._scale
        lay = np.array([
            [1, -SHADOW_SLANT, SHADOW_SLANT * ground],
            [0, -SHADOW_LENGTH, ground * (1 + SHADOW_LENGTH)],
        ])  # fmt: skip
        alpha = self._warp(np.ascontiguousarray(rgba[..., 3]), lay)
        soft = cv2.GaussianBlur(alpha, (0, 0), SHADOW_BLUR * self._scale)
        soft[: round(HORIZON * self._scale)] = 0
        return SHADOW_STRENGTH * soft

    def _warp(self, picture: Picture, to_frame: Affine) -> Picture:
        return cv2.warpAffine(picture, to_frame, (self.width, self.height), flags=cv2.INTER_LINEAR)


def _join(outer: Affine, inner: Affine) -> Affine:
    """First `inner`, then `outer`."""
    linear = outer[:, :2] @ inner[:, :2]
    return np.column_stack([linear, outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def _motion(points: npt.NDArray[np.float64], here: Affine, there: Affine) -> npt.NDArray[np.float64]:
    """How far points (..., 2) of a layer move when its map changes from `here` to `there`."""
    local = (points - here[:, 2]) @ np.linalg.inv(here[:, :2]).T
    return local @ there[:, :2].T + there[:, 2] - points


def _car(rng: np.random.Generator) -> Actor:
    """Drives out to the right, waits out of sight, comes back in reverse."""

    def x(t: float) -> float:
        if t < 2.1:
            return 60 + 190 * t + 95 * t * t
        if t < 3.2:
            return 1180.0
        return 1180 - 330 * (t - 3.2) + 55 * (t - 3.2) ** 2

    body, wheel = sprites.car(rng), sprites.wheel(rng)
    parts = [Part(body, lambda t: placed(x(t), 308 + 1.2 * math.sin(31 * t)))]
    for offset in (48, 144):
        parts.append(Part(wheel, lambda t, at=offset: placed(x(t) + at, 387, x(t) / 17, (17, 17))))  # type: ignore[misc]
    return Actor(2, tuple(parts), 402)


def _robot(rng: np.random.Generator) -> Actor:
    """Walks through the picture, behind the column in its middle, bobbing, arms and legs swinging."""

    def x(t: float) -> float:
        return 330 + 96 * t

    def y(t: float) -> float:
        return 232 - 5 * abs(math.sin(5.5 * t))

    def limb(sprite: Picture, dx: float, dy: float, swing: float) -> Part:
        return Part(sprite, lambda t: placed(x(t) + dx, y(t) + dy, swing * math.sin(5.5 * t), (12, 6)))

    body, leg, arm = sprites.robot_body(rng), sprites.robot_limb(rng, 62), sprites.robot_limb(rng, 66)
    parts = (
        limb(arm, 76, 80, 0.6),
        limb(leg, 56, 138, -0.5),
        limb(leg, 30, 138, 0.5),
        Part(
            body,
            lambda t: (
                placed(x(t), y(t), 0.04 * math.sin(5.5 * t), (43, 140)) + np.array([[0, 0, 43], [0, 0, 140]])
            ),
        ),
        limb(arm, 12, 80, -0.6),
    )
    return Actor(1, parts, 424)


def _ball(rng: np.random.Generator) -> Actor:
    """Bounces from right to left in front of the others."""

    def pose(t: float) -> Affine:
        phase = (t / BOUNCE) % 1.0
        height = 210 * 4 * phase * (1 - phase)
        return placed(860 - 118 * t, 412 - height, -3.1 * t, (42, 42), 0.95)

    return Actor(3, (Part(sprites.ball(rng), pose),), 452)
