"""Train the pace network (core.nn.pace) on a folder of videos, without labels: natural speed against twice that.

    python -m core.training.speediness DATA --cache CACHE --out assets/weights/speediness.safetensors

Each example is a pair: a stretch of a clip with every second frame left out, and a part of the same stretch with all
frames. So that the network looks at what moves and not at traces of the making (SpeedNet, Benaim et al. 2020):

- both speeds of a stretch are always in one batch, cut out alike: the picture says nothing;
- random cut-outs at random sizes: the plain length of the motion says less; random starts: a codec's key frames fall
  anywhere; frames that repeat the one before are taken out first, and everything is seen at a fraction of its size;
- mirrored, transposed, played backwards, brighter or darker;
- beside each other: half of the pairs get a part of another pair's pictures, of the same two speeds, so that what is
  told of a clip must do without the rest of it;
- windows of LENGTHS steps: short clips, such as those of 60 frames a second, can teach as well.

The network's judges are trained apart, each with pairs of its own; the one measure beside them is
fitted when they are done (core.training.pace_jerk).

Which clips, and which are held out: core.training.pace_clips. After training the held-out clips are judged, and
beside it what a plain threshold on the flow achieves there, its place chosen on the training clips
(core.training.pace_scores); a card beside the weights gets the figures. Every step's data follows from the seed and
the step's number: a run that was broken off and goes on equals an unbroken one on the same machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.nn import machine

machine.prepare()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402, N812
from torch import Tensor  # noqa: E402

from core.nn.pace import PaceNet  # noqa: E402
from core.nn.weights import autocast, laid_out  # noqa: E402
from core.training.going import Run, asked, rate_at  # noqa: E402
from core.training.pace_clips import LENGTHS, Clip, is_held_out, judgeable, load_clips, source_of  # noqa: E402
from core.training.pace_jerk import fit_jerk  # noqa: E402
from core.training.pace_scores import (  # noqa: E402
    accuracy,
    by_flow,
    by_network,
    figures,
    flow_threshold,
    write_card,
)

AVERAGE = 0.99


@dataclass(frozen=True)
class Plan:
    """How to train. batch: pairs a step."""

    steps: int = 300
    seed: int = 0
    batch: int = 10
    rate: float = 2e-3
    last_rate: float = 2e-5
    warm_up: int = 30
    decay: float = 5e-2
    certainty: float = 0.92
    """What the right answer is taught with; 1 would be certain."""
    mixed: float = 0.5
    """The part of the pairs that get a part of another."""


def examples(clips: Sequence[Clip], plan: Plan, step: int) -> tuple[Tensor, Tensor]:
    """The batch of a step: views (2 * batch, 7, STEPS, h, w), natural and double in turn, and which is double."""
    rng = np.random.default_rng((plan.seed, step))
    length = int(rng.choice([one for one in LENGTHS if any(clip.starts(one) for clip in clips)]))
    height, width = (int(side) for side in rng.integers(14, 21, 2))
    clips = [clip for clip in clips if clip.starts(length)]
    chance = np.array([1 / sum(source_of(c.name) == source_of(clip.name) for c in clips) for clip in clips])
    chosen = rng.choice(len(clips), plan.batch, p=chance / chance.sum())
    pairs = [_pair(rng, clips[number], length, height, width) for number in chosen]
    return _mixed(rng, torch.stack(pairs), plan.mixed).flatten(0, 1), torch.tensor([0.0, 1.0]).repeat(
        plan.batch
    )


def _mixed(rng: np.random.Generator, pairs: Tensor, part: float) -> Tensor:
    """Pairs (N, 2, 7, T, h, w), some with their left side from another pair."""
    out, width = pairs.clone(), pairs.shape[-1]
    for i, other in enumerate(rng.permutation(len(pairs))):
        if rng.random() < part:
            edge = int(rng.integers(width // 4, width - width // 4 + 1))
            out[i, ..., :edge] = pairs[other, ..., :edge]
    return out


def _pair(rng: np.random.Generator, clip: Clip, length: int, height: int, width: int) -> Tensor:
    """The same stretch at natural and at double speed, cut out and changed alike: (2, 7, length, height, width)."""
    start, late = int(rng.integers(clip.starts(length))), int(rng.integers(length * clip.step + 1))
    sizes = clip.natural.shape[2:]
    part = rng.uniform(0.6, 1.0)
    tall, wide = (max(16, round(size * part)) for size in sizes)
    y, x = rng.integers(sizes[0] - tall + 1), rng.integers(sizes[1] - wide + 1)
    backwards, mirrored, turned = rng.random(3) < (0.5, 0.5, 0.3)
    light = np.float32(rng.uniform(0.7, 1.3))
    pair = []
    for speed in (1, 2):
        planes = clip.window(start, speed, late, (slice(y, y + tall), slice(x, x + wide)), length)
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
    return torch.stack(pair)


def start(plan: Plan) -> Run[PaceNet]:
    """A run before its first step; all that is random in it follows from the plan's seed."""
    torch.manual_seed(plan.seed)
    net, average = PaceNet(), PaceNet()
    average.load_state_dict(net.state_dict())
    average.eval()
    net = laid_out(net, volumes=True)
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
    run.learn_at(rate_at(plan, run.step))
    torch.manual_seed(plan.seed * 1_000_003 + run.step)
    run.net.train()
    run.optimizer.zero_grad(set_to_none=True)
    losses = [
        _taught(judge, *examples(clips, plan, run.step * len(run.net.judges) + number), plan.certainty)
        for number, judge in enumerate(run.net.judges)
    ]
    run.optimizer.step()
    run.follow(AVERAGE)
    run.step += 1
    return float(np.mean(losses))


def _taught(judge: torch.nn.Module, views: Tensor, double: Tensor, certainty: float) -> float:
    """The loss of one judge, whose gradients are left in it."""
    with autocast(torch.device("cpu")):
        answer = judge(views.contiguous(memory_format=torch.channels_last_3d))
    wanted = double * (2 * certainty - 1) + 1 - certainty
    loss = F.binary_cross_entropy_with_logits(answer.float(), wanted)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(judge.parameters(), 2.0)
    return float(loss.detach())


def main() -> None:
    plan = Plan()
    parser = asked(__doc__, plan.steps, plan.seed)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    plan = Plan(args.steps, args.seed)
    clips = load_clips(args.data, args.cache)
    kept = judgeable(clips, held_out=True)
    seen = [clip.coarser() for clip in clips if not is_held_out(clip.name)]
    run, folder = start(plan), args.cache / "speediness"
    run.resume(folder)
    train(run, seen, plan, folder)
    long = judgeable(clips, held_out=False)
    run.average.sudden.copy_(fit_jerk(long))
    run.ship(args.out)
    threshold = flow_threshold(long)
    found = {"network": by_network(run.average, kept), "length of the flow": by_flow(threshold, kept)}
    for name in found["network"]:
        print(
            name, {way: round(accuracy({name: verdicts[name]})[name], 3) for way, verdicts in found.items()}
        )
    told = {way: figures(verdicts) for way, verdicts in found.items()}
    print(
        json.dumps(
            {"steps": run.step, "clips": len(kept)} | {way: one._asdict() for way, one in told.items()}
        )
    )
    if (card := args.out.with_suffix(".md")).exists():
        write_card(card, told)


if __name__ == "__main__":
    main()
