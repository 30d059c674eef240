"""Damaged media files of many kinds, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tests.media_files import number_picture, write_clip

FILMS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"frames": 24, "b_frames": 2, "sound": 0.8, "size": (96, 64)},
    "h264.mkv": {"frames": 24, "b_frames": 2, "sound": 0.8, "size": (96, 64)},
    "h264.ts": {"frames": 24, "sound": 0.8},
    "hevc.mp4": {"frames": 12, "codec": "libx265", "pix_fmt": "yuv420p10le"},
    "vp9.webm": {"frames": 12, "codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"},
                 "sound": 0.5, "audio_codec": "libopus"},
    "alpha.webm": {"frames": 8, "codec": "libvpx-vp9", "pix_fmt": "yuva420p", "alpha": True,
                   "options": {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0"}},
    "prores.mov": {"frames": 4, "codec": "prores_ks", "pix_fmt": "yuva444p10le", "alpha": True},
    "ffv1.mkv": {"frames": 6, "codec": "ffv1", "pix_fmt": "bgra", "alpha": True},
    "mpeg4.avi": {"frames": 20, "codec": "mpeg4", "b_frames": 2},
    "mpeg2.mpg": {"frames": 20, "codec": "mpeg2video", "b_frames": 2},
    "jpeg.mov": {"frames": 6, "codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "anim.gif": {"frames": 6, "codec": "gif", "pix_fmt": "rgb8"},
    "tiny.mp4": {"frames": 5, "size": (2, 2)},
    "one_pixel.mkv": {"frames": 5, "size": (1, 1), "codec": "ffv1", "pix_fmt": "bgra", "alpha": True},
    "one_frame.mp4": {"frames": 1},
    "sound.wav": {"frames": 0, "sound": 0.6, "audio_codec": "pcm_s16le"},
    "sound.mp3": {"frames": 0, "sound": 0.6, "audio_codec": "libmp3lame"},
    "sound.flac": {"frames": 0, "sound": 0.6, "audio_codec": "flac"},
    "sound.m4a": {"frames": 0, "sound": 0.6},
    "sound.opus": {"frames": 0, "sound": 0.6, "audio_codec": "libopus"},
}  # fmt: skip
PICTURES = ("still.png", "still.jpg", "still.webp", "still.tif", "still.bmp")
WRONG_SUFFIXES = (".mp4", ".mov", ".png", ".jpg", ".wav", ".mp3", ".txt", ".gif", ".avi", ".m3u8")


def whole_files(folder: Path) -> list[Path]:
    """One good file of every kind."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [write_clip(folder / name, **spec) for name, spec in FILMS.items()]
    for name in PICTURES:
        Image.fromarray(number_picture(7)).save(folder / name)
        paths.append(folder / name)
    return paths


def _cut(data: bytearray, rng: random.Random) -> bytearray:
    return data[: rng.randrange(1, len(data))]


def _flip_few(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 5, 20, 100))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def _flip_head(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 3, 10))):
        data[rng.randrange(min(len(data), 600))] = rng.randrange(256)
    return data


def _huge_values(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 2, 4))):
        place = rng.randrange(max(1, min(len(data), 2000) - 4)) // 2 * 2
        data[place : place + 4] = rng.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
    return data


def _huge_tail(data: bytearray, rng: random.Random) -> bytearray:
    """Huge numbers near the end, where MP4 keeps its tables."""
    for _ in range(rng.choice((1, 2, 4))):
        place = max(0, len(data) - 1 - rng.randrange(min(len(data), 1500)))
        data[place : place + 4] = rng.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00"))
    return data


def _hole(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.randrange(1, 3000))
    data[start:end] = rng.randbytes(end - start) if rng.random() < 0.5 else bytes(end - start)
    return data


def _missing_piece(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    del data[start : start + rng.randrange(1, 2000)]
    return data or bytearray(b"\0")


def _twice(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    data[start:start] = data[start : start + rng.randrange(1, 4000)]
    return data


def _headless(data: bytearray, rng: random.Random) -> bytearray:
    return data[rng.randrange(1, max(2, len(data) // 2)) :]


def _noise(data: bytearray, rng: random.Random) -> bytearray:
    return bytearray(rng.randbytes(min(len(data), 5000)))


DAMAGE: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (
    _cut, _flip_few, _flip_head, _huge_values, _huge_tail, _hole, _missing_piece, _twice, _headless, _noise,
)  # fmt: skip


def damaged_files(good: list[Path], folder: Path, count: int, seed: int) -> Iterator[Path]:
    """Write `count` damaged files, one at a time: every kind of damage in turn on the good files in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    yield from _plain_cases(folder)
    for number in range(count - 4):
        source = good[(number * 7 + number // len(DAMAGE)) % len(good)]
        damage = DAMAGE[number % len(DAMAGE)]
        data = damage(bytearray(source.read_bytes()), rng)
        suffix = rng.choice(WRONG_SUFFIXES) if rng.random() < 0.15 else source.suffix
        path = folder / f"{number:04}{damage.__name__}_{source.stem}{suffix}"
        path.write_bytes(data)
        yield path


def _plain_cases(folder: Path) -> Iterator[Path]:
    for name, content in {
        "empty.mp4": b"",
        "text.mov": b"not a film\n" * 99,
        "zeros.mkv": bytes(4000),
        "one_byte.png": b"\x89",
    }.items():
        (folder / name).write_bytes(content)
        yield folder / name
