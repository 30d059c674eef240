"""Train the matching network (core.nn.matcher) from scratch on a folder of videos, some of them with masks.

    python -m core.training.match DATA --cache CACHE --out assets/weights/matcher.safetensors --steps 2500

First some steps of self-supervised correspondence alone: a walker goes through a clip's frames by likeness,
forward and back again, and should end where it began (contrastive random walk, Jabri, Owens, Efros 2020). Then, beside
it, mask propagation as at the desk: the first frame's mask is given, the following frames are predicted one after
the other, each from the predictions before it. Every step's data follows from the seed and the step's number, so a
run that was broken off and resumed equals an unbroken one on the same machine.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.nn import machine

machine.prepare()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.utils.data import Dataset  # noqa: E402

from core.masks.features import Grid, token_features  # noqa: E402
from core.nn.matcher import STRIDE, Matcher  # noqa: E402
from core.nn.propagation import Batch, moves, total_loss, unroll  # noqa: E402
from core.nn.weights import device, laid_out  # noqa: E402
from core.training.composites import sample  # noqa: E402
from core.training.footage import Footage, load_footage  # noqa: E402
from core.training.going import Run, asked, endless, rate_at  # noqa: E402

AVERAGE = 0.998
TEMPERATURE = 40.0


@dataclass(frozen=True)
class Plan:
    """How to train.

    steps: in all, of which walk_steps are self-supervised alone.
    side: of the crops, in pixels, a multiple of 16.
    frames: of an example.
    """

    steps: int = 3000
    seed: int = 0
    side: int = 160
    frames: int = 5
    batch: int = 6
    workers: int = 1
    rate: float = 1.5e-3
    last_rate: float = 3e-5
    warm_up: int = 100
    walk_steps: int = 150
    decay: float = 1e-4


class Examples(Dataset[tuple[Tensor, ...]]):
    """Sample i of a seeded endless row of samples."""

    def __init__(self, footage: Footage, plan: Plan) -> None:
        self.footage, self.plan = footage, plan

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        cv2.setNumThreads(1)
        plan = self.plan
        rng = np.random.default_rng((plan.seed, index))
        got = sample(rng, self.footage, (plan.side, plan.side), plan.frames)
        grid = Grid(plan.side, plan.side, STRIDE)
        hand = np.stack([token_features(frame, grid) for frame in got.frames]) / TEMPERATURE**0.5
        return (
            torch.from_numpy(got.frames).permute(0, 3, 1, 2).float() / 255,
            torch.from_numpy(hand).permute(0, 3, 1, 2),
            torch.from_numpy(moves(got.frames)),
            torch.from_numpy(got.masks)[:, None].float(),
            torch.from_numpy(~got.ignore)[:, None].float(),
        )


def start(plan: Plan) -> Run[Matcher]:
    """A run before its first step; all that is random in it follows from the plan's seed."""
    torch.manual_seed(plan.seed)
    net, average = Matcher(), Matcher()
    average.load_state_dict(net.state_dict())
    average.eval()
    net, average = (laid_out(each, device()) for each in (net, average))
    return Run(
        net, average, torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=plan.decay, fused=True)
    )


def batches(examples: Examples, first: int) -> Iterator[Batch]:
    """The batches from step `first` on, on the device that trains."""
    plan = examples.plan
    for parts in endless(examples, plan.batch, plan.workers, first):
        yield Batch(*parts).to(device())


def train(run: Run[Matcher], examples: Examples, folder: Path) -> dict[str, float]:
    """Go on up to the plan's last step; a line of the log every 20, a checkpoint every 100. The last line's means."""
    plan = examples.plan
    return run.go_on(batches(examples, run.step), plan.steps, lambda batch: _step(run, plan, batch), folder)


def _step(run: Run[Matcher], plan: Plan, batch: Batch) -> dict[str, float]:
    walk_only = run.step < plan.walk_steps
    run.learn_at(rate_at(plan, run.step))
    torch.manual_seed(plan.seed * 1_000_003 + run.step)
    run.net.train()
    losses = unroll(run.net, batch, walk_only, spoil=True)
    run.optimizer.zero_grad(set_to_none=True)
    total_loss(losses, walk_only).backward()
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.0)
    run.optimizer.step()
    run.follow(AVERAGE)
    run.step += 1
    return {name: float(value.detach()) for name, value in losses.items()}


@torch.no_grad()
def validate(net: Matcher, examples: Examples, count: int) -> dict[str, float]:
    """Mean losses and Jaccards of `count` batches of footage that is not trained on."""
    net.eval()
    rows = [unroll(net, batch) for batch in itertools.islice(batches(examples, 0), count)]
    return {name: round(float(np.mean([float(row[name]) for row in rows])), 4) for name in rows[0]}


def main() -> None:
    plan = Plan()
    parser = asked(__doc__, plan.steps, plan.seed)
    parser.add_argument("--frames", type=int, default=plan.frames, help="of an example")
    parser.add_argument("--batch", type=int, default=plan.batch)
    parser.add_argument("--workers", type=int, default=plan.workers)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    plan = Plan(args.steps, args.seed, frames=args.frames, batch=args.batch, workers=args.workers)
    run, folder = start(plan), args.cache / "matcher"
    run.resume(folder)
    train(run, Examples(load_footage(args.data, args.cache), plan), folder)
    others = load_footage(args.data, args.cache, held_out=True)
    held_out = validate(run.average, Examples(others, replace(plan, seed=plan.seed + 1, workers=0)), 10)
    run.ship(args.out)
    print(json.dumps({"steps": run.step, "held out": held_out}), flush=True)


if __name__ == "__main__":
    main()
