"""Text, solid colours and the picture that stands in for missing media.

Letters are drawn by Pillow. A font is looked up by family in the system, for other scripts than Latin one that has
the letters; where it is missing DejaVu Sans takes its place, and at last the small font that Pillow carries, so a
title always shows.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor, ImageDraw, ImageFont

from core.media.info import Frame
from core.timeline.model import Title

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FALLBACK = "DejaVu Sans"
LATIN_END = 0x24F
PADDING = 0.35
"""Of the background box around the text, in letter heights."""
LINE_HEIGHT = 1.2
ALIGN = {"left": 0.0, "centre": 0.5, "right": 1.0}
OFFLINE_COLOUR = (96, 16, 24)


@dataclass(frozen=True)
class Drawn:
    """pixels: premultiplied RGBA, uint8 (h, w, 4), whose top left corner stands at (left, top) of the raster."""

    pixels: Frame
    left: int
    top: int


@lru_cache(maxsize=64)
def font_file(family: str) -> str:
    """The file of a font family, or empty when the system does not have it."""
    for name in (family, f"{family.replace(' ', '')}.ttf", f"{family.replace(' ', '')}-Regular.ttf"):
        try:
            return str(ImageFont.truetype(name, 12).path)
        except (OSError, ValueError):
            continue
    found, path = _ask_fontconfig(family)
    return path if family.lower() in found.lower() else ""


@lru_cache(maxsize=64)
def covering_file(family: str, letters: str) -> str:
    """The font nearest to a family that has all of some letters, by fontconfig; empty where that is not there."""
    codes = " ".join(f"{ord(letter):x}" for letter in letters)
    return _ask_fontconfig(f"{family}:charset={codes}")[1]


def _ask_fontconfig(pattern: str) -> tuple[str, str]:
    """Family and file of the best match; empty texts without fontconfig."""
    program = shutil.which("fc-match")
    if program is None:
        return "", ""
    command = [program, "-f", "%{family}\t%{file}", pattern]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return "", ""
    found, _, path = answer.stdout.partition("\t")
    return found, path


@lru_cache(maxsize=32)
def load_font(family: str, pixels: int, unusual: str = "") -> Font:
    """A font of that family with letters about `pixels` high (the em square), or the nearest stand-in.

    unusual: letters that not every font has; a font that has them is preferred to the family.
    """
    wanted = [covering_file(family, unusual)] if unusual else []
    for path in (*wanted, font_file(family), font_file(FALLBACK)):
        try:
            if path:
                return ImageFont.truetype(path, max(1, pixels))
        except OSError:
            continue
    return ImageFont.load_default(max(1, pixels))


def unusual_letters(text: str) -> str:
    """The letters beyond Latin, each once: Greek, Cyrillic, Chinese and so on."""
    return "".join(sorted({letter for letter in text if ord(letter) > LATIN_END and not letter.isspace()}))


def rgba(colour: str) -> tuple[int, int, int, int]:
    """ "#rrggbb", "#rrggbbaa" or a name as four bytes; white when it is none of these."""
    try:
        found = ImageColor.getcolor(colour, "RGBA")
    except ValueError:
        return 255, 255, 255, 255
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


@lru_cache(maxsize=16)
def draw_title(title: Title, size: tuple[int, int]) -> Drawn | None:
    """The text on a raster of `size` (width, height), cut to where there is something; None for no text.

    title.outline is the width of the outline in letter heights.
    """
    width, height = size
    if not title.text.strip():
        return None
    letters = min(max(1.0, title.size * height), 4.0 * height)
    font = load_font(title.font, round(letters), unusual_letters(title.text))
    stroke = round(min(max(title.outline, 0.0), 1.0) * letters)
    margin = max(round(PADDING * letters) if title.background else 1, stroke + 1)
    lines = [line.rstrip() for line in title.text.strip("\n").split("\n")]
    step = round(LINE_HEIGHT * letters)
    ends = [font.getbbox(line) for line in lines]
    text_width = int(np.ceil(max(end[2] for end in ends)))
    area = (text_width + 2 * margin, step * len(lines) + 2 * margin)
    spots: list[tuple[float, float]] = [
        (margin + ALIGN[title.align] * (text_width - end[2]), margin + number * step)
        for number, end in enumerate(ends)
    ]
    layers = [(np.full(area[::-1], 255, np.uint8), title.background)] if title.background else []
    if stroke > 0:
        layers.append((_letters(lines, spots, font, area, stroke), title.outline_colour))
    layers.append((_letters(lines, spots, font, area, 0), title.colour))
    left = round(title.x * width - area[0] / 2)
    top = round(title.y * height - area[1] / 2)
    return _inside(_stack(layers, area), left, top, size)


def _letters(
    lines: list[str], spots: list[tuple[float, float]], font: Font, area: tuple[int, int], stroke: int
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


def _inside(picture: Frame, left: int, top: int, size: tuple[int, int]) -> Drawn | None:
    """The part of a placed picture that lies on the raster."""
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(size[0], left + picture.shape[1]), min(size[1], top + picture.shape[0])
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
