"""Textured pictures of the sample's street and of what moves in it, drawn from a seed.

A sprite is float32 (H, W, 4) RGBA with premultiplied colour in [0, 1]; the street is float32 (H, W, 3).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]
OVERSAMPLE = 4


def noise(rng: np.random.Generator, width: int, height: int, cell: float, octaves: int = 4) -> Picture:
    """Smooth noise in [0, 1] (H, W); the largest features are `cell` pixels wide."""
    total = np.zeros((height, width), np.float32)
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        shape = (int(height / cell) + 3, int(width / cell) + 3)
        coarse = rng.random(shape, np.float32)
        total += weight * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        sum_of_weights += weight
        weight, cell = weight * 0.55, max(1.5, cell / 2)
    return np.clip(total / sum_of_weights, 0, 1)


def street(rng: np.random.Generator, width: int, height: int, horizon: int) -> Picture:
    """A brick wall with windows and posters over a paved ground that begins at row `horizon`."""
    picture = np.empty((height, width, 3), np.float32)
    _wall(rng, picture[:horizon])
    _ground(rng, picture[horizon:])
    kerb = picture[horizon - 6 : horizon + 4]
    kerb[:] = np.array([0.55, 0.53, 0.50]) * (0.8 + 0.3 * noise(rng, width, 10, 12)[..., None])
    return np.clip(picture, 0, 1)


def _wall(rng: np.random.Generator, wall: Picture) -> None:
    height, width = wall.shape[:2]
    tone = np.array([0.62, 0.36, 0.27], np.float32)
    for row in range(-(-height // 16)):
        for column in range(-1, -(-width // 34) + 1):
            left = column * 34 + (row % 2) * 17
            colour = tone * (0.8 + 0.35 * rng.random()) + rng.normal(0, 0.015, 3)
            wall[row * 16 : row * 16 + 14, max(0, left) : max(0, left + 32)] = colour
            wall[row * 16 + 14 : row * 16 + 16] = 0.52
            wall[row * 16 : row * 16 + 16, max(0, left + 32) : max(0, left + 34)] = 0.52
    wall *= (0.85 + 0.3 * noise(rng, width, height, 60))[..., None]
    for index, left in enumerate(range(60, width - 130, 210)):
        _window(rng, wall[60:190, left : left + 96], lit=index % 2 == 0)
        poster = wall[100:190, left + 124 : left + 184]
        if poster.shape[1] == 60:
            hue = np.array([[[rng.integers(0, 180), 150, 210]]], np.uint8)
            poster[:] = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0] / np.float32(255)
            poster *= (0.5 + 0.7 * (noise(rng, 60, 90, 18) > 0.5))[..., None]


def _window(rng: np.random.Generator, pane: Picture, lit: bool) -> None:
    height, width = pane.shape[:2]
    pane[:] = (0.85, 0.83, 0.78)
    glass = pane[7:-7, 7:-7]
    base = np.array([0.95, 0.80, 0.45] if lit else [0.25, 0.36, 0.45], np.float32)
    glass[:] = base * (0.75 + 0.5 * noise(rng, width - 14, height - 14, 30)[..., None])
    pane[height // 2 - 3 : height // 2 + 3] = (0.85, 0.83, 0.78)
    pane[:, width // 2 - 3 : width // 2 + 3] = (0.85, 0.83, 0.78)


def _ground(rng: np.random.Generator, ground: Picture) -> None:
    height, width = ground.shape[:2]
    grain = noise(rng, width, height, 40, 6)
    ground[:] = np.array([0.60, 0.57, 0.52]) * (0.7 + 0.5 * grain[..., None])
    row, step = 0, 18
    while row < height:
        ground[row : row + 2] *= 0.72
        offset = rng.integers(0, 60)
        for left in range(-offset, width, 60):
            ground[row : row + step, max(0, left) : max(0, left + 2)] *= 0.78
        row, step = row + step, step + 3
    speckle = rng.random((height, width, 1), np.float32)
    ground *= np.where(speckle > 0.985, 0.6, 0.97 + 0.06 * speckle)


class Canvas:
    """Draws one sprite oversampled, so that its edges are soft; coordinates are sprite pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        shape = height * OVERSAMPLE, width * OVERSAMPLE
        self.colour = np.zeros((*shape, 3), np.float32)
        self.alpha = np.zeros(shape, np.float32)

    def polygon(self, points: list[tuple[float, float]], colour: tuple[float, float, float]) -> None:
        corners = (np.array(points) * OVERSAMPLE).round().astype(np.int32)
        cv2.fillPoly(self.colour, [corners], colour)
        cv2.fillPoly(self.alpha, [corners], 1.0)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: tuple[float, float, float],
        start: float = 0, end: float = 360,
    ) -> None:  # fmt: skip
        centre = round(x * OVERSAMPLE), round(y * OVERSAMPLE)
        axes = round(rx * OVERSAMPLE), round(ry * OVERSAMPLE)
        cv2.ellipse(self.colour, centre, axes, 0, start, end, colour, -1)
        cv2.ellipse(self.alpha, centre, axes, 0, start, end, 1.0, -1)

    def finish(self, rng: np.random.Generator, texture: float = 0.35) -> Picture:
        """The sprite with a noise texture of the given strength on its colours."""
        width, height = self.size
        grain = 1 - texture / 2 + texture * noise(rng, width, height, 14, 4)
        alpha = cv2.resize(self.alpha, self.size, interpolation=cv2.INTER_AREA)
        colour = self.colour * self.alpha[..., None]
        colour = cv2.resize(colour, self.size, interpolation=cv2.INTER_AREA) * grain[..., None]
        return np.dstack([np.clip(colour, 0, alpha[..., None]), alpha]).astype(np.float32)


def car(rng: np.random.Generator) -> Picture:
    canvas = Canvas(190, 96)
    red = (0.85, 0.16, 0.14)
    canvas.polygon([(8, 78), (6, 52), (40, 44), (62, 14), (126, 14), (150, 44), (182, 52), (184, 78)], red)
    canvas.polygon([(66, 20), (92, 20), (92, 44), (50, 44)], (0.62, 0.80, 0.90))
    canvas.polygon([(98, 20), (122, 20), (140, 44), (98, 44)], (0.55, 0.74, 0.86))
    canvas.polygon([(8, 58), (184, 58), (184, 64), (8, 64)], (0.95, 0.90, 0.80))
    canvas.ellipse(178, 54, 6, 5, (1.0, 0.95, 0.6))
    for x in (48, 144):
        canvas.ellipse(x, 78, 20, 18, (0.10, 0.10, 0.12))
    return canvas.finish(rng)


def wheel(rng: np.random.Generator) -> Picture:
    canvas = Canvas(34, 34)
    canvas.ellipse(17, 17, 16, 16, (0.14, 0.14, 0.16))
    canvas.ellipse(17, 17, 10, 10, (0.75, 0.75, 0.78))
    canvas.polygon([(15, 6), (19, 6), (19, 28), (15, 28)], (0.30, 0.30, 0.34))
    canvas.polygon([(6, 15), (28, 15), (28, 19), (6, 19)], (0.30, 0.30, 0.34))
    return canvas.finish(rng, 0.15)


def ball(rng: np.random.Generator) -> Picture:
    canvas = Canvas(84, 84)
    colours = [(0.98, 0.85, 0.20), (0.16, 0.45, 0.85), (0.97, 0.97, 0.95)] * 2
    for index, colour in enumerate(colours):
        canvas.ellipse(42, 42, 40, 40, colour, index * 60, index * 60 + 60)
    canvas.ellipse(42, 42, 8, 8, (0.95, 0.30, 0.25))
    return canvas.finish(rng, 0.2)


def robot_body(rng: np.random.Generator) -> Picture:
    canvas = Canvas(86, 150)
    teal, dark = (0.20, 0.62, 0.58), (0.13, 0.30, 0.34)
    canvas.polygon([(41, 2), (45, 2), (45, 18), (41, 18)], dark)
    canvas.ellipse(43, 6, 5, 5, (0.98, 0.55, 0.2))
    canvas.polygon([(16, 16), (70, 16), (74, 62), (12, 62)], teal)
    for x in (32, 54):
        canvas.ellipse(x, 38, 9, 9, (0.98, 0.98, 0.90))
        canvas.ellipse(x + 3, 39, 4, 4, (0.05, 0.05, 0.08))
    canvas.polygon([(34, 62), (52, 62), (52, 70), (34, 70)], dark)
    canvas.polygon([(8, 70), (78, 70), (72, 146), (14, 146)], (0.92, 0.62, 0.22))
    canvas.polygon([(24, 84), (62, 84), (60, 112), (26, 112)], teal)
    for index in range(3):
        canvas.ellipse(33 + index * 10, 98, 3.5, 3.5, (0.95, 0.95, 0.5))
    return canvas.finish(rng)


def robot_limb(rng: np.random.Generator, length: int) -> Picture:
    canvas = Canvas(24, length)
    canvas.polygon([(6, 2), (18, 2), (17, length - 10), (7, length - 10)], (0.13, 0.34, 0.38))
    canvas.ellipse(12, length - 9, 11, 8, (0.80, 0.28, 0.24))
    return canvas.finish(rng, 0.25)


def column(rng: np.random.Generator, width: int, height: int) -> Picture:
    """The advertising column that hides what passes behind it."""
    canvas = Canvas(width, height)
    canvas.polygon([(6, 20), (width - 6, 20), (width - 6, height - 14), (6, height - 14)], (0.28, 0.42, 0.30))
    canvas.ellipse(width / 2, 20, width / 2 - 2, 16, (0.20, 0.30, 0.24))
    canvas.ellipse(width / 2, height - 14, width / 2 - 2, 10, (0.18, 0.24, 0.20))
    for top, colour in ((56, (0.92, 0.78, 0.30)), (180, (0.85, 0.40, 0.35)), (304, (0.55, 0.68, 0.85))):
        canvas.polygon([(14, top), (width - 14, top), (width - 14, top + 100), (14, top + 100)], colour)
        canvas.ellipse(width / 2, top + 50, 28, 28, (0.20, 0.22, 0.30))
    return canvas.finish(rng, 0.4)
