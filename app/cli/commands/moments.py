"""laminar moments: what looks and moves like one moment of a clip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.cli.clips import moving
from app.cli.commands.speed import judged
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
    infos = {path: moving(terminal, path)[0] for path in dict.fromkeys([clip, *among])}
    length = seconds(infos[clip].duration)
    if not 0 <= at <= length:
        raise MediaError(f"{clip} has no moment at {at:g} s", f"It lasts {length:.2f} seconds")
    with _kept(terminal) as root:
        known = {str(path): read_moments(judged(terminal, path, info, root)) for path, info in infos.items()}
    found = similar(moment_at(known[str(clip)], at), known, max(1, count), but=(str(clip), at))
    lines = [f"{one.likeness:.2f}  {one.clip} at {one.seconds:.2f} s (frame {one.frame})" for one in found]
    terminal.say({"moments": msgspec.to_builtins(found)}, "\n".join(lines) or "There is no other moment")


@contextmanager
def _kept(terminal: Terminal) -> Iterator[Path]:
    """The folder of what was seen in clips; one for this time alone where the cache cannot be written."""
    root = folders().cache / "speediness"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            pass
    except OSError as error:
        terminal.note(f"{root} cannot be written ({error.strerror}): what is seen in the clips is not kept")
        with tempfile.TemporaryDirectory(prefix="laminar-") as place:
            yield Path(place)
    else:
        yield root
