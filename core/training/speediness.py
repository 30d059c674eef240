"""Train the pace network (core.nn.pace) on a folder of videos, without labels: natural speed against twice that.

    python -m core.training.speediness DATA --cache CACHE --out assets/weights/speediness.safetensors

Each example is a pair: a stretch of a clip with every second frame left out, and a part of the same stretch with all
frames. So that the network looks at what moves and not at traces of the making (SpeedNet, Benaim et al. 2020):

- both speeds of a stretch are always in one batch, cut out alike: the picture says nothing;
- random cut-outs at random sizes: the plain length of the motion says less; random starts: a codec's key frames fall
  anywhere; frames that repeat the one before are taken out first, and everything is seen at a fraction of its size;
- mirrored, transposed, played backwards, brighter or darker.

Clips whose frames are not those of the camera (LEFT_OUT, REPEATED) or in which nothing moves (STILL) are left out. Clips of one source (people signing, the cameras
of one take) are held out together or not at all. After training the held-out clips are judged, and beside it what a
plain threshold on the flow achieves there, its place chosen on the training clips. Every step's data follows from the seed
and the step's number: a run that was broken off and goes on equals an unbroken one on the same machine.
"""

from __future__ import annotations

import argparse
import json
import math
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.nn import machine

machine.prepare()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402, N812
from safetensors.torch import save_file  # noqa: E402
from torch import Tensor  # noqa: E402

from core.errors import MediaError  # noqa: E402
from core.media.reader import open_source  # noqa: E402
from core.nn.pace import STEPS, PaceNet  # noqa: E402
from core.nn.weights import autocast  # noqa: E402
from core.retime.pace_views import GRID, distinct, small, step_of, view  # noqa: E402
from core.training.footage import find_sources  # noqa: E402
from core.training.going import Run  # noqa: E402

Steps = npt.NDArray[np.float16]
"""(N, 7, h, w): the planes of core.retime.pace_views from each frame to a later one."""

LEFT_OUT = ("_32f", "timelapse", "slowmo")
STILL = 0.1
"""Hundredths of the short side: where the flow is shorter in 95 of 100 places nothing moves, at any speed."""
REPEATED = 0.15
"""A clip of which so many frames repeat others was not shot at its rate."""
HELD_OUT_OF = 4
LONGEST = 300
"""Frames of a clip that are looked at."""
_ONE_SOURCE = ("asl-gestures", "pose2sim")
_CACHE_VERSION = 1
JUDGED = 3
"""Windows of a clip and speed that are judged."""
AVERAGE = 0.99


@dataclass(frozen=True)
class Plan:
    """How to train. batch: pairs a step."""

    steps: int = 500
    seed: int = 0
    batch: int = 10
    rate: float = 2e-3
    last_rate: float = 2e-5
    warm_up: int = 30
    decay: float = 5e-2
    certainty: float = 0.92
    """What the right answer is taught with; 1 would be certain."""

    def rate_at(self, step: int) -> float:
        """Warm-up, then a cosine."""
        if step < self.warm_up:
            return self.rate * (step + 1) / self.warm_up
        part = min(1.0, (step - self.warm_up) / max(1, self.steps - self.warm_up))
        return self.last_rate + (self.rate - self.last_rate) * 0.5 * (1 + math.cos(math.pi * part))


@dataclass(frozen=True, eq=False)
class Clip:
    """natural, double: the steps from each frame to the next looked at, and to the one after that. step: every how
    manieth frame natural speed looks at."""

    name: str
    step: int
    natural: Steps
    double: Steps

    @property
    def moves(self) -> bool:
        """Whether there is motion to judge by."""
        return float(np.quantile(np.hypot(self.natural[:, 1], self.natural[:, 2]), 0.95)) > STILL

    @property
    def starts(self) -> int:
        """How many frames a window at double speed can start at."""
        return max(0, len(self.double) - 2 * self.step * (STEPS - 1))

    def window(
        self, start: int, speed: int, late: int = 0, cut: tuple[slice, slice] = (slice(None), slice(None))
    ) -> npt.NDArray[np.float32]:
        """float32 (7, STEPS, h, w). late: frames that a window at natural speed starts later, 0 to STEPS * step.
        cut: rows and columns."""
        first = start + (0 if speed == 2 else late)
        numbers = slice(first, first + speed * self.step * (STEPS - 1) + 1, speed * self.step)
        steps = (self.double if speed == 2 else self.natural)[numbers, :, cut[0], cut[1]]
        return np.array(steps.transpose(1, 0, 2, 3), np.float32)


def source_of(name: str) -> str:
    """The clips of one take or one person have one source."""
    return next((word for word in _ONE_SOURCE if word in name), name)


def is_held_out(name: str) -> bool:
    """Whether a clip is kept from training: one source in four, by a hash of its name."""
    return zlib.crc32(source_of(name).replace("/", "_").encode()) % HELD_OUT_OF == 0


def load_clips(folder: Path, cache: Path) -> tuple[Clip, ...]:
    """Every usable clip of a data folder that is long enough, its steps computed once into `cache`.

    Raises:
        MediaError: when there is none or one cannot be decoded. OSError: when the cache cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    sources = [s for s in find_sources(folder) if not any(word in s.name for word in LEFT_OUT)]
    clips = [_load(source.name, source.path, cache) for source in sources]
    usable = tuple(clip for clip in clips if clip.starts and clip.moves)
    if not usable:
        raise MediaError(f"{folder} holds no clip of {2 * STEPS + 1} frames or more", "Give longer clips")
    return usable


def _load(name: str, path: Path, cache: Path) -> Clip:
    file = cache / f"pace-{_CACHE_VERSION}-{name.replace('/', '_')}.npz"
    if not file.exists():
        with file.with_suffix(".tmp").open("wb") as out:
            np.savez(out, **_computed(path))  # type: ignore[arg-type]
        file.with_suffix(".tmp").replace(file)
    with np.load(file) as stored:
        return Clip(name, int(stored["step"]), stored["natural"], stored["double"])


def _computed(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    source = open_source(path)
    try:
        step = step_of(source.rate.fps)
        greys = [small(source.frame(n)) for n in range(min(source.frame_count, LONGEST))]
    finally:
        source.close()
    kept = distinct(greys)
    greys = [greys[n] for n in kept] if len(kept) >= (1 - REPEATED) * len(greys) else []
    out: dict[str, npt.NDArray[np.generic]] = {"step": np.array(step)}
    for key, far in (("natural", step), ("double", 2 * step)):
        pairs = zip(greys, greys[far:], strict=False)
        planes = [view(a, b).astype(np.float16) for a, b in pairs]
        out[key] = np.stack(planes) if planes else np.zeros((0, 7, GRID, GRID), np.float16)
    return out


def examples(clips: Sequence[Clip], plan: Plan, step: int) -> tuple[Tensor, Tensor]:
    """The batch of a step: views (2 * batch, 7, STEPS, h, w), natural and double in turn, and which is double."""
    rng = np.random.default_rng((plan.seed, step))
    height, width = rng.integers(24, 41, 2)
    chance = np.array([1 / sum(source_of(c.name) == source_of(clip.name) for c in clips) for clip in clips])
    chosen = rng.choice(len(clips), plan.batch, p=chance / chance.sum())
    windows = [window for number in chosen for window in _pair(rng, clips[number], int(height), int(width))]
    return torch.stack(windows), torch.tensor([0.0, 1.0]).repeat(plan.batch)


def _pair(rng: np.random.Generator, clip: Clip, height: int, width: int) -> list[Tensor]:
    """The same stretch at natural and at double speed, cut out and changed alike."""
    start, late = int(rng.integers(clip.starts)), int(rng.integers(STEPS * clip.step + 1))
    sizes = clip.natural.shape[2:]
    part = rng.uniform(0.6, 1.0)
    tall, wide = (max(16, round(size * part)) for size in sizes)
    y, x = rng.integers(sizes[0] - tall + 1), rng.integers(sizes[1] - wide + 1)
    backwards, mirrored, turned = rng.random(3) < (0.5, 0.5, 0.3)
    light = np.float32(rng.uniform(0.7, 1.3))
    pair = []
    for speed in (1, 2):
        planes = clip.window(start, speed, late, (slice(y, y + tall), slice(x, x + wide)))
        planes[1:3] *= np.float32(1 / part)
        planes[[0, 3, 4, 5, 6]] *= light
        if backwards:
            planes = planes[:, ::-1].copy()
            planes[1:3] *= -1
        if mirrored:
            planes = planes[..., ::-1].copy()
            planes[1] *= -1
        if turned:
            planes = planes.transpose(0, 1, 3, 2)[[0, 2, 1, 3, 4, 5, 6]].copy()
        pair.append(F.adaptive_avg_pool2d(torch.from_numpy(planes), (height, width)))
    return pair


def start(plan: Plan) -> Run[PaceNet]:
    torch.manual_seed(plan.seed)
    net, average = PaceNet(), PaceNet()
    average.load_state_dict(net.state_dict())
    average.eval()
    net = net.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]
    return Run(net, average, torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=plan.decay))


def train(
    run: Run[PaceNet], clips: Sequence[Clip], plan: Plan, folder: Path | None = None, stop: int | None = None
) -> list[float]:
    """Go on up to the plan's last step, or up to `stop`; the losses. With a folder: a line of the log every 20, a
    checkpoint every 100."""
    began, losses = time.monotonic(), []
    last = plan.steps if stop is None else stop
    while run.step < last:
        losses.append(_step(run, clips, plan))
        if folder is not None and (run.step % 20 == 0 or run.step == last):
            print(f"{run.step} {time.monotonic() - began:.0f} s loss {np.mean(losses[-20:]):.4f}", flush=True)
            if run.step % 100 == 0 or run.step == last:
                run.save(folder)
    return losses


def _step(run: Run[PaceNet], clips: Sequence[Clip], plan: Plan) -> float:
    for group in run.optimizer.param_groups:
        group["lr"] = plan.rate_at(run.step)
    torch.manual_seed(plan.seed * 1_000_003 + run.step)
    views, double = examples(clips, plan, run.step)
    run.net.train()
    with autocast(torch.device("cpu")):
        answer = run.net(views.contiguous(memory_format=torch.channels_last_3d))
    taught = double * (2 * plan.certainty - 1) + 1 - plan.certainty
    loss = F.binary_cross_entropy_with_logits(answer.float(), taught)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 2.0)
    run.optimizer.step()
    run.step += 1
    _follow(run)
    return float(loss.detach())


def _follow(run: Run[PaceNet]) -> None:
    keep = min(AVERAGE, run.step / (run.step + 9))
    with torch.no_grad():
        for mean, value in zip(run.average.state_dict().values(), run.net.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - keep)
            else:
                mean.copy_(value)


def judged(clip: Clip) -> list[tuple[int, npt.NDArray[np.float32]]]:
    """The windows of a clip that are judged, whole pictures, evenly over it: (speed, planes)."""
    starts = np.unique(np.linspace(0, clip.starts - 1, JUDGED).astype(int))
    return [(s, clip.window(int(at), s, STEPS // 2 * clip.step)) for at in starts for s in (1, 2)]


@torch.no_grad()
def accuracy(net: PaceNet, clips: Sequence[Clip]) -> dict[str, float]:
    """The part of windows judged right, by clip."""
    net.eval()
    out = {}
    for clip in clips:
        rows = [(speed == 2, float(net(torch.from_numpy(w)[None])) > 0) for speed, w in judged(clip)]
        out[clip.name] = float(np.mean([truth == said for truth, said in rows]))
    return out


def flow_length(window: npt.NDArray[np.float32]) -> float:
    """The plain alternative: how long the flow is, mean over the window, hundredths of the short side."""
    return float(np.hypot(window[1], window[2]).mean())


def flow_threshold(clips: Sequence[Clip]) -> float:
    """The flow's length that parts natural from double best on these clips, each clip counting the same."""
    rows = [
        (flow_length(w), speed == 2, 1 / len(found))
        for c in clips
        for found in [judged(c)]
        for speed, w in found
    ]
    rows.sort()
    gain = np.cumsum([-weight if double else weight for _, double, weight in rows])
    return rows[int(np.argmax(gain))][0]


def flow_accuracy(threshold: float, clips: Sequence[Clip]) -> dict[str, float]:
    """As `accuracy`, by the threshold."""
    return {
        c.name: float(np.mean([(speed == 2) == (flow_length(w) > threshold) for speed, w in judged(c)]))
        for c in clips
    }


def main() -> None:
    plan = Plan()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="folder for computed steps and checkpoints")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=plan.steps)
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    plan = Plan(args.steps, args.seed)
    clips = load_clips(args.data, args.cache)
    kept = [clip for clip in clips if is_held_out(clip.name)]
    seen = [clip for clip in clips if not is_held_out(clip.name)]
    run, folder = start(plan), args.cache / "speediness"
    run.resume(folder)
    train(run, seen, plan, folder)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in run.average.state_dict().items()}, args.out)
    threshold = flow_threshold(seen)
    by_clip, plain = accuracy(run.average, kept), flow_accuracy(threshold, kept)
    for name in by_clip:
        print(f"{name}: {by_clip[name]:.3f}, flow {plain[name]:.3f}")
    means = {"held out": float(np.mean(list(by_clip.values()))), "flow": float(np.mean(list(plain.values())))}
    print(json.dumps({"steps": run.step, "clips": len(kept), **means}), flush=True)


if __name__ == "__main__":
    main()
