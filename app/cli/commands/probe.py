"""laminar probe: what is in a clip."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.cli.terminal import Terminal, counted, existing
from core.media.guard import safe_probe
from core.media.info import MediaInfo, VideoInfo
from core.time import seconds


def run(clip: Path, *, json: bool) -> None:
    terminal = Terminal(json)
    info = safe_probe(existing(clip))
    result = msgspec.to_builtins(info)
    result["path"] = str(clip)
    result["duration_seconds"] = seconds(info.duration)
    result["frames"] = info.video.frames if info.video else 0
    terminal.say(result, describe(clip, info))


def _pixels(video: VideoInfo) -> list[str]:
    """What is to be said of a film's pixels, and of how and when they are shown where that is not the usual way."""
    said = [video.pixel_format] if video.pixel_format else []  # pictures do not tell it
    said += [f"{video.bit_depth} bit", video.colour_space or "no colour space given"]
    said += ["full range" if video.full_range else "limited range"] + (["alpha"] if video.alpha else [])
    if video.rotation:
        said.append(f"turned by {video.rotation} degrees")
    if video.start:
        said.append(f"starts at {seconds(video.start):.3f} s")
    return said


def describe(clip: Path, info: MediaInfo) -> str:
    """The answer in plain lines."""
    lines = [
        f"{clip}",
        f"  {info.kind}, {info.container}, {seconds(info.duration):.3f} s, {info.size_bytes:,} bytes",
    ]
    if info.video is not None:
        video = info.video
        pace = "variable, about " if video.variable_rate else ""
        lines.append(
            f"  video   {video.codec} {video.width}x{video.height}, {pace}{video.rate} fps, "
            f"{counted(video.frames, 'frame')}"
        )
        lines.append(f"  picture {', '.join(_pixels(video))}")
    for audio in info.sounds or filter(None, (info.audio,)):
        lines.append(
            f"  audio   {audio.codec} {audio.sample_rate} Hz, {counted(audio.channels, 'channel')}, starts at "
            f"{seconds(audio.start):.3f} s"
        )
    lines += [f"  note    {note}" for note in info.notes]
    return "\n".join(lines)
