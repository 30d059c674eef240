"""What a heavy stack of effects costs: `python tests/bench/effect_stack.py [--root OTHER-CODE] [--seconds 4]`.

Three tracks of one file of 1920x1080 at 25 fps, ten frames apart: the lowest with curves, glow, grain and a vignette, a
half-size picture with a blur, colour and film grain, and one with a key, an outline and a screen blend. Printed: CPU ms
of a preview frame at 960x540 in the order of play, without effects and with them; of a frame at full size; CPU seconds
and wall seconds of an export with one thread. --root: measure another checkout with the same film.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
STACKS = (
    (("curves", {"all_1": 0.35}), ("glow", {"amount": 0.6}), ("grain", {"amount": 0.5}), ("vignette", {"amount": 0.6})),
    (("blur", {"radius": 12.0}), ("colour", {"exposure": 0.4, "saturation": 1.3}), ("grain", {"amount": 0.3})),
    (("key", {}), ("outline", {}), ("levels", {"gamma": 1.3})),
)  # fmt: skip


def film(clip: Path, seconds: int, effects: bool) -> object:
    """The project."""
    from core.media.probe import probe
    from core.project.project import Media, Project
    from core.time import FrameRate
    from core.timeline.effects import new_effect
    from core.timeline.model import Clip, MediaUse, Sequence, Track
    from core.timeline.time_map import Linear

    rate = FrameRate(25)
    media = Media("m", "clip", str(clip), probe(clip))
    use, length = MediaUse("m", media.available), seconds * 25 * rate.frame_ticks
    looks = ({}, {"scale": 0.5, "x": 480.0, "y": -270.0}, {"blend": "screen", "opacity": 0.7})
    tracks = tuple(
        Track(f"v{number}", "video", "", (Clip(
            f"c{number}", "clip", use, length, Linear(number * 10 * rate.frame_ticks),
            effects=tuple(new_effect(kind, **values) for kind, values in stack) if effects else (), **look),))
        for number, (stack, look) in enumerate(zip(STACKS, looks, strict=True))
    )  # fmt: skip
    return Project("p", media=(media,)).with_sequence(Sequence("s", "film", 1920, 1080, rate, tracks=tracks))


def frame_cost(project: object, size: tuple[int, int], frames: int) -> float:
    """CPU ms of a frame made as the preview makes it, all threads together."""
    from app.playing.preview import Engine, Show
    from core.media.pool import SourcePool
    from core.time import FrameRate

    pool = SourcePool(256 * 2**20)
    engine, tick = Engine(pool), FrameRate(25).frame_ticks
    engine.picture(Show(project, None, None, size, time=0))
    start = time.process_time()
    for number in range(1, frames + 1):
        engine.picture(Show(project, None, None, size, time=number * tick))
    cost = (time.process_time() - start) * 1000 / frames
    pool.close()
    return cost


def exported(project: object, folder: Path, frames: int) -> tuple[float, float]:
    """CPU and wall seconds of an export with one thread."""
    import json

    from core.project.snapshot import snapshot

    sys.path.insert(0, str(ROOT / "tests" / "bench"))
    from export import RUN, X264

    order = folder / "order.json"
    target = {"path": str(folder / "out.mp4"), "first": 0, "last": frames - 1, "options": X264, "threads": 1}
    order.write_text(json.dumps({**snapshot(project), "preset": "h264-web", **target}))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", RUN, str(order)], check=True, env={**os.environ, "PYTHONPATH": sys.path[0]}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--seconds", type=int, default=4)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT / "tests" / "bench"))
    from export import draw_clip

    sys.path.insert(0, str(given.root))
    frames = given.seconds * 25
    with tempfile.TemporaryDirectory() as place:
        clip = Path(place) / "clip.mp4"
        draw_clip(clip, given.seconds + 2)
        plain, heavy = film(clip, given.seconds, False), film(clip, given.seconds, True)
        for name, size in (("preview", (960, 540)), ("full size", (1920, 1080))):
            without, with_ = frame_cost(plain, size, 12), frame_cost(heavy, size, 12)
            print(
                f"{name:10} CPU ms a frame: {without:6.1f} without effects, {with_:6.1f} with them",
                flush=True,
            )
        cpu, wall = exported(heavy, Path(place), frames)
        print(f"export     {frames} frames: {cpu:.1f} CPU s, {wall:.1f} s by the clock")


if __name__ == "__main__":
    main()
