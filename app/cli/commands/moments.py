"""laminar moments: what looks and moves like one moment of a clip."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.cli.commands.speed import judged, moving
from app.cli.terminal import Terminal
from core.errors import MediaError
from core.retime.pace_files import read_moments
from core.search.moments import moment_at, similar
from core.settings import folders
from core.time import seconds


def run(clip: Path, at: float, among: list[Path], count: int, *, json: bool) -> None:
    """What was computed for a clip is kept in the cache and found again by its content.

    Raises:
        MediaError: when a clip cannot be read or has no such moment.
    """
    terminal = Terminal(json)
    infos = {path: moving(path) for path in dict.fromkeys([clip, *among])}
    length = seconds(infos[clip].duration)
    if not 0 <= at <= length:
        raise MediaError(f"{clip} has no moment at {at:g} s", f"It lasts {length:.2f} seconds")
    root = folders().cache / "speediness"
    known = {str(path): read_moments(judged(terminal, path, info, root)) for path, info in infos.items()}
    found = similar(moment_at(known[str(clip)], at), known, max(1, count), but=(str(clip), at))
    lines = [f"{one.likeness:.2f}  {one.clip} at {one.seconds:.2f} s (frame {one.frame})" for one in found]
    terminal.say({"moments": msgspec.to_builtins(found)}, "\n".join(lines) or "There is no other moment")
