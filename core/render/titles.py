"""Text, solid colours and the picture that stands in for missing media.

Letters are drawn by Pillow, so a title always shows, in whatever font there is (core.render.fonts).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from PIL import Image, ImageColor, ImageDraw

from core.media.info import Frame
from core.render.fonts import Font, load_font, unusual_letters
from core.time import TICKS_PER_SECOND
from core.timeline.model import Title

PADDING = 0.35
"""Of the background box around the text, in letter heights."""
LINE_HEIGHT = 1.2
TYPED = 15
"""Letters a second of a title that is typed."""
SHADOW_AWAY = 0.06
"""In letter heights: how far a shadow lies down and to the right."""
SHADOW_SOFT = 0.04
"""In letter heights: sigma of its edge."""
SHADOW = "#000000{:02x}"
ALIGN = {"left": 0.0, "centre": 0.5, "right": 1.0}
WRAP = 0.9
"""Parts of the frame's width that a line takes at most which is wrapped."""
LARGE = 2**23
"""Pixels of a title from which on only what is in sight of it is drawn."""
CUT = 64
"""Letters by which a line that is too long to be drawn is cut, so that those in sight seldom move among themselves."""
LONGEST_LINE = 20_000
"""Letters; what comes after them in a line is not drawn."""
OFFLINE_COLOUR = (96, 16, 24)


@dataclass(frozen=True)
class Drawn:
    """A text that was drawn.

    pixels: premultiplied RGBA, uint8 (h, w, 4), whose top left corner stands at (left, top) of the raster.
    """

    pixels: Frame
    left: int
    top: int


def rgba(colour: str) -> tuple[int, int, int, int]:
    """ "#rrggbb", "#rrggbbaa" or a name as four bytes; white when it is none of these."""
    try:
        found = ImageColor.getcolor(colour, "RGBA")
    except ValueError:
        return 255, 255, 255, 255
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


def title_at(
    title: Title, size: tuple[int, int], since: int, duration: int, beyond: tuple[int, int] = (0, 0)
) -> Drawn | None:
    """The text as it is `since` ticks after the head of a clip of `duration` ticks; as
    `draw_title` when it stands still.

    What rolls or crawls stands on whole pixels, so that letters stay sharp; only the lines in sight are drawn.
    """
    if title.motion == "type":
        return draw_title(title, size, since * TYPED // TICKS_PER_SECOND, beyond)
    if title.motion == "still" or not title.text.strip():
        return draw_title(title, size, beyond=beyond)
    face = _face(title, size)
    place = _spot(title, face, size, since / duration)
    lines = _lines_in_sight(face, place[1], size[1], beyond[1])
    return _seen(replace(title, x=0.5, y=0.5), size, place, lines, beyond=beyond)


def box_of(
    title: Title, size: tuple[int, int], since: int, duration: int
) -> tuple[int, int, int, int] | None:
    """(left, top, width, height) of all of the text with its margin where `title_at` draws it, also where that is
    beyond the raster; None for no text."""
    if not title.text.strip():
        return None
    face = _face(title, size)
    return *_spot(title, face, size, since / duration), *face.area


def draw_title(
    title: Title, size: tuple[int, int], letters: int | None = None, beyond: tuple[int, int] = (0, 0)
) -> Drawn | None:
    """The text on a raster of `size` (width, height), cut to where there is something; None for no text.

    Args:
        letters: how many of them are shown, the others keep their room; None for all.
        beyond: pixels left and right of the raster, and above and below it, on which letters are drawn, too.
    """
    if not title.text.strip() or letters == 0:
        return None
    if letters is not None and letters >= len(title.text):
        letters = None
    face = _face(title, size)
    left, top = _spot(replace(title, motion="still"), face, size, 0.0)
    large = face.area[0] * face.area[1] > LARGE
    lines = _lines_in_sight(face, top, size[1], beyond[1]) if large else (0, len(face.lines))
    return _seen(title, size, (left, top), lines, letters, beyond)


def _spot(title: Title, face: _Face, size: tuple[int, int], part: float) -> tuple[int, int]:
    """Where the block of a title begins, left and top, after a part of its clip."""
    (wide, high), (width, height) = face.area, size
    begin = ALIGN[title.align] if title.held else 0.5
    left = title.x * width - face.margin - begin * (wide - 2 * face.margin)
    top = title.y * height - high / 2
    if title.motion == "crawl":
        left = width - part * (width + wide)
    elif title.motion == "roll":
        top = height - part * (height + high)
    return round(left), round(top)


def _lines_in_sight(face: _Face, top: int, height: int, beyond: int) -> tuple[int, int]:
    """Which lines of a block that begins at `top` show on a raster of that height and beyond it, half-open."""
    count = len(face.lines)
    first = min(max(0, (-beyond - top - face.margin) // face.step - 1), count)
    return first, min(max(0, (height + beyond - top - face.margin) // face.step + 2), count)


def _seen(
    title: Title,
    size: tuple[int, int],
    place: tuple[int, int],
    lines: tuple[int, int],
    letters: int | None = None,
    beyond: tuple[int, int] = (0, 0),
) -> Drawn | None:
    """Some lines of a title whose block begins at `place`, cut to the raster. Of very long ones only what is in
    sight is drawn: a page of text in one line would be a picture of gigabytes."""
    face, (left, top), (first, last) = _face(title, size), place, lines
    if first >= last:
        return None
    part = (0, face.area[0])
    if face.area[0] * face.step * (last - first) > LARGE:
        part = max(0, -beyond[0] - left), min(face.area[0], size[0] + beyond[0] - left)
        if part[0] >= part[1]:
            return None
    block = _block(title, size, first, last, letters, part)
    return _inside(block, (left + part[0], top + first * face.step), size, beyond)


@dataclass(frozen=True)
class _Face:
    """How a title is set, in pixels.

    spots: where each line begins.
    step: from line to line.
    margin: around the text, for box, outline and shadow.
    area: (width, height) of all of it.
    """

    font: Font
    letters: float
    lines: tuple[str, ...]
    spots: tuple[float, ...]
    step: int
    stroke: int
    margin: int
    area: tuple[int, int]


@lru_cache(maxsize=32)
def _face(title: Title, size: tuple[int, int]) -> _Face:
    letters = min(max(1.0, title.size * size[1]), 4.0 * size[1])
    font = load_font(title.font, round(letters), unusual_letters(title.text), title.bold, title.italic)
    stroke = round(min(max(title.outline, 0.0), 1.0) * letters)
    shadow = round((SHADOW_AWAY + 3 * SHADOW_SOFT) * letters) if title.shadow > 0 else 0
    margin = max(round(PADDING * letters) if title.background else 1, stroke + shadow + 1)
    lines = tuple(line.rstrip()[:LONGEST_LINE] for line in title.text.strip("\n").split("\n"))
    if title.wrap and title.motion != "crawl":
        lines = tuple(part for line in lines for part in _wrapped(line, font, WRAP * size[0]))
    step = round(LINE_HEIGHT * letters)
    ends = [font.getbbox(line)[2] for line in lines]
    wide = int(np.ceil(max(ends)))
    spots = tuple(margin + ALIGN[title.align] * (wide - end) for end in ends)
    area = (wide + 2 * margin, step * len(lines) + 2 * margin)
    return _Face(
        font=font,
        letters=letters,
        lines=lines,
        spots=spots,
        step=step,
        stroke=stroke,
        margin=margin,
        area=area,
    )


def _wrapped(line: str, font: Font, width: float) -> list[str]:
    """A line in parts no wider than that: broken at blanks, and inside of words that are wider alone."""
    parts, used = [""], 0.0
    for word in line.split(" "):
        wide = float(font.getlength(word))
        blank = float(font.getlength(" ")) if parts[-1] else 0.0
        if parts[-1] and used + blank + wide > width:
            parts.append("")
            used = blank = 0.0
        while wide > width and len(word) > 1:
            most = min(len(word), 2 + round(2 * len(word) * width / wide))
            begins = [word[:count] for count in range(1, most)]
            part = begins[max(0, bisect_right(begins, width, key=font.getlength) - 1)]
            parts[-1:] = [part, ""]
            word = word[len(part) :]
            wide = float(font.getlength(word))
        parts[-1] += " " * bool(blank) + word
        used += blank + wide
    return parts


@lru_cache(maxsize=16)
def _block(
    title: Title, size: tuple[int, int], first: int, last: int, letters: int | None, part: tuple[int, int]
) -> Frame:
    """Lines `first` to `last` of a title with its margin around them, premultiplied RGBA; of its width the `part`, from
    and to in pixels."""
    face = _face(title, size)
    area = (part[1] - part[0], face.step * (last - first) + 2 * face.margin)
    shown = _typed(face.lines, letters)[first:last]
    spots = [
        (x - part[0], face.margin + number * face.step) for number, x in enumerate(face.spots[first:last])
    ]
    if area[0] < face.area[0]:
        cut = [_in_sight(face, line, x, area[0]) for line, (x, _) in zip(shown, spots, strict=True)]
        shown = tuple(line for line, _ in cut)
        spots = [(x, y) for (_, x), (_, y) in zip(cut, spots, strict=True)]
    layers = [(np.full(area[::-1], 255, np.uint8), title.background)] if title.background else []
    if title.shadow > 0:
        layers.append(
            (
                _shadow(_letters(shown, spots, face.font, area, face.stroke), face.letters),
                SHADOW.format(round(255 * title.shadow)),
            )
        )
    if face.stroke > 0:
        layers.append((_letters(shown, spots, face.font, area, face.stroke), title.outline_colour))
    layers.append((_letters(shown, spots, face.font, area, 0), title.colour))
    return _stack(layers, area)


def _in_sight(face: _Face, line: str, x: float, width: int) -> tuple[str, float]:
    """The letters of a line from `x` that show between 0 and `width`, with some beside them, and where they begin."""
    ends = range(len(line) + 1)

    def end(count: int) -> float:
        return x + float(face.font.getlength(line[:count]))

    beside = face.letters + face.margin
    first = max(0, bisect_left(ends, -beside, key=end) - 1) // CUT * CUT
    last = bisect_right(ends, width + beside, key=end)
    return line[first:last], end(first)


def _typed(lines: tuple[str, ...], letters: int | None) -> tuple[str, ...]:
    """The lines with their first letters alone, counted over all lines with their ends; None for all."""
    if letters is None:
        return lines
    shown = []
    for line in lines:
        shown.append(line[: max(0, letters)])
        letters -= len(line) + 1
    return tuple(shown)


def _shadow(coverage: Frame, letters: float) -> Frame:
    """Letters further down and to the right, and soft."""
    away = SHADOW_AWAY * letters
    moved = cv2.warpAffine(coverage, np.array([[1, 0, away], [0, 1, away]]), coverage.shape[1::-1])
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), max(0.3, SHADOW_SOFT * letters)), np.uint8)


def _letters(
    lines: tuple[str, ...],
    spots: Sequence[tuple[float, float]],
    font: Font,
    area: tuple[int, int],
    stroke: int,
) -> Frame:
    """How much of each pixel the letters cover, uint8 (h, w)."""
    image = Image.new("L", area)
    drawing = ImageDraw.Draw(image)
    for line, spot in zip(lines, spots, strict=True):
        drawing.text(spot, line, fill=255, font=font, stroke_width=stroke)
    return np.asarray(image)


def _stack(layers: list[tuple[Frame, str]], area: tuple[int, int]) -> Frame:
    """Coverage masks in their colours over one another, premultiplied."""
    out = np.zeros((area[1], area[0], 4), np.float32)
    for coverage, colour in layers:
        red, green, blue, alpha = rgba(colour)
        part = coverage.astype(np.float32) * (alpha / 255 / 255)
        ink = np.array([red, green, blue, 255], np.float32)
        out = out * (1 - part[..., None]) + ink * part[..., None]
    return np.rint(out).astype(np.uint8)


def _inside(
    picture: Frame, place: tuple[int, int], size: tuple[int, int], beyond: tuple[int, int]
) -> Drawn | None:
    """The part of a placed picture that lies on the raster or so far beyond it."""
    left, top = place
    x0, y0 = max(-beyond[0], left), max(-beyond[1], top)
    x1 = min(size[0] + beyond[0], left + picture.shape[1])
    y1 = min(size[1] + beyond[1], top + picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return None
    return Drawn(_frozen(picture[y0 - top : y1 - top, x0 - left : x1 - left]), x0, y0)


@lru_cache(maxsize=8)
def solid(colour: str, size: tuple[int, int]) -> Frame:
    """One colour over a raster: RGB when it is opaque, else premultiplied RGBA."""
    red, green, blue, alpha = rgba(colour)
    tone = np.array([red, green, blue], np.float32)
    pixel = tone if alpha == 255 else np.append(tone * alpha / 255, alpha)
    return _frozen(np.tile(np.rint(pixel).astype(np.uint8), (size[1], size[0], 1)))


@lru_cache(maxsize=8)
def offline(name: str, size: tuple[int, int]) -> Frame:
    """What the preview shows for media that is not there: its name on dark red, RGB (H, W, 3)."""
    width, height = size
    picture = np.tile(np.array(OFFLINE_COLOUR, np.uint8), (height, width, 1))
    rows, columns = np.indices((height, width))
    stripe = max(8, height // 12)
    picture[((rows + columns) // stripe) % 2 == 0] += np.uint8(12)
    short = name if len(name) <= 40 else f"…{name[-39:]}"
    drawn = draw_title(Title(f"Media offline\n{short}", size=0.06, y=0.5), size)
    if drawn is not None:
        high, wide = drawn.pixels.shape[:2]
        region = picture[drawn.top : drawn.top + high, drawn.left : drawn.left + wide]
        alpha = drawn.pixels[..., 3:].astype(np.float32) / 255
        region[:] = np.rint(region * (1 - alpha) + drawn.pixels[..., :3])
    return _frozen(picture)


def _frozen(picture: npt.NDArray[np.uint8]) -> Frame:
    """Cached pictures are shared: nobody writes into them."""
    picture = np.ascontiguousarray(picture)
    picture.flags.writeable = False
    return picture
