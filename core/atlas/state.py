"""An atlas fit on disk, so that a killed one goes on: its pages, the steps that are done, its quality over time.

`work/NAME.npz` holds a page with its maps and its texture, `work/state.json` the rest. A step is written when it is
whole: what a kill interrupts is done again from the pages as they were, and ends the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.arrays import Array32, packed_arrays, read_arrays
from core.atlas.canvas import Canvas
from core.atlas.page import PageFit
from core.files import write_atomic
from core.media.atlas_files import GridTrack, pack

WORK, STATE = "work", "state.json"


class State(msgspec.Struct):
    """What an atlas fit writes down to go on from.

    question: what the fit was asked.
    done: names of finished steps.
    seconds: of work before this run.
    psnr: (seconds, dB).
    cuts: frames that begin a shot.
    splits: of each object, its pages' frames.
    """

    question: str
    done: set[str] = set()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    psnr: list[tuple[float, float]] = []
    cuts: tuple[int, ...] = ()
    splits: dict[int, list[tuple[int, ...]]] = {}


class _About(msgspec.Struct, frozen=True):
    label: int
    frames: tuple[int, ...]
    key: int
    step: int
    scale: float
    cuts: tuple[int, ...]
    origin: tuple[int, int]
    growing: tuple[tuple[int, int], float] | None


def load_state(out: Path, question: str) -> tuple[State, dict[str, PageFit], dict[int, Array32]]:
    """What was done of the same question: the state, the pages by name, and the light by frame as
    `Film` has it; anew when there is nothing to go on."""
    folder = out / WORK
    try:
        state = msgspec.json.decode((folder / STATE).read_bytes(), type=State)
        if state.question != question:
            return State(question), {}, {}
        pages = {path.stem: _read_page(path) for path in sorted(folder.glob("page_*.npz"))}
        light = _read_light(folder / "light.npz")
    except (OSError, ValueError, KeyError, EOFError, msgspec.MsgspecError):
        return State(question), {}, {}
    return state, pages, light


def save_state(out: Path, state: State, pages: dict[str, PageFit], light: dict[int, Array32] | None) -> None:
    """Write the pages that changed, then the state that names their step done. Raises OSError."""
    folder = out / WORK
    folder.mkdir(exist_ok=True)
    for name, page in pages.items():
        write_atomic(folder / f"{name}.npz", _page_bytes(page), sync=False)
    if light is not None:
        frames = sorted(light)
        gains = np.stack([light[n] for n in frames]) if frames else np.zeros((0, 1, 1, 3), np.float32)
        write_atomic(
            folder / "light.npz",
            packed_arrays({"frames": np.array(frames, np.int64), "gains": gains}),
            sync=False,
        )
    write_atomic(folder / STATE, msgspec.json.encode(state), sync=False)


def _page_bytes(page: PageFit) -> bytes:
    canvas = page.growing
    growing = None if canvas is None else (canvas.origin, canvas.scale)
    about = _About(
        label=page.label,
        frames=page.frames,
        key=page.key,
        step=page.step,
        scale=page.scale,
        cuts=tuple(sorted(page.cuts)),
        origin=page.origin,
        growing=growing,
    )
    arrays: dict[str, Any] = dict(pack(page.grids, page.first, page.last, page.step))
    arrays |= {"colour": page.colour, "weight": page.weight}
    if canvas is not None:
        arrays["total"] = canvas.total
    arrays["about"] = np.frombuffer(msgspec.json.encode(about), np.uint8)
    return packed_arrays(arrays)


def _read_page(path: Path) -> PageFit:
    """Raises OSError, ValueError, KeyError or MsgspecError when the file is not what `_page_bytes` wrote."""
    arrays = read_arrays(path)
    about = msgspec.json.decode(arrays["about"].tobytes(), type=_About)
    track = GridTrack(arrays)
    page = PageFit(about.label, about.frames, about.key, about.step, about.scale, frozenset(about.cuts))
    page.grids = {n: grid for n in about.frames if (grid := track.grid(n)) is not None}
    page.origin, page.colour, page.weight = about.origin, arrays["colour"], arrays["weight"]
    if about.growing is not None:
        total = arrays["total"]
        page.growing = Canvas(about.growing[0], (2, 2), about.growing[1])
        page.growing.total, page.growing.shape = total, (total.shape[0], total.shape[1])
    return page


def _read_light(path: Path) -> dict[int, Array32]:
    if not path.exists():
        return {}
    arrays = read_arrays(path, "frames", "gains")
    return {int(n): gain for n, gain in zip(arrays["frames"], arrays["gains"], strict=True)}
