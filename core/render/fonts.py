"""Fonts for titles, through Pillow: by family and style from the system, for other scripts than Latin one that has the
letters; where a font is missing DejaVu Sans takes its place, and at last the small font that Pillow carries."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FALLBACK = "DejaVu Sans"
LATIN_END = 0x24F


@lru_cache(maxsize=64)
def font_file(family: str, bold: bool = False, italic: bool = False) -> str:
    """The file of a font family, or empty when the system does not have it; a style that the family does not have is
    left out."""
    if bold or italic:
        path = _styled_file(family, bold, italic)
        return path or font_file(family)
    for name in (family, f"{family.replace(' ', '')}.ttf", f"{family.replace(' ', '')}-Regular.ttf"):
        if path := _path(name):
            return path
    found, path = _ask_fontconfig(family)
    return path if family.lower() in found.lower() else ""


def _styled_file(family: str, bold: bool, italic: bool) -> str:
    """The file of a family's bold or slanted letters; empty when it has none."""
    weight = "Bold" if bold else ""
    for slant in ("Italic", "Oblique") if italic else ("",):
        if path := _path(f"{family.replace(' ', '')}-{weight}{slant}.ttf"):
            return path
    asked = f"{family}{':bold' if bold else ''}{':italic' if italic else ''}"
    found, path = _ask_fontconfig(asked)
    return path if family.lower() in found.lower() else ""


def _path(name: str) -> str:
    try:
        return str(ImageFont.truetype(name, 12).path)
    except (OSError, ValueError):
        return ""


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
def load_font(family: str, pixels: int, unusual: str = "", bold: bool = False, italic: bool = False) -> Font:
    """A font of that family with letters about `pixels` high (the em square), or the nearest stand-in.

    unusual: letters that not every font has; a font that has them is preferred to the family.
    """
    wanted = [covering_file(family, unusual)] if unusual else []
    for path in (*wanted, font_file(family, bold, italic), font_file(FALLBACK, bold, italic)):
        try:
            if path:
                return ImageFont.truetype(path, max(1, pixels))
        except OSError:
            continue
    return ImageFont.load_default(max(1, pixels))


def unusual_letters(text: str) -> str:
    """The letters beyond Latin, each once: Greek, Cyrillic, Chinese and so on."""
    return "".join(sorted({letter for letter in text if ord(letter) > LATIN_END and not letter.isspace()}))
