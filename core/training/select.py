"""Train the selecting network (core.nn.selector): a box and strokes to the object that is meant.

    python -m core.training.select DATA --cache CACHE --out assets/weights/selector.safetensors --steps 6000 --seed 0

It starts from the encoder of the matching network, which was trained on the same footage. On some of the steps strokes
are put where its own present answer is wrong, once or more, as somebody at the desk would. What lies in the band around
a real object is not known and counts nothing; composites teach the edge. Every step's data follows from the seed and
the step's number, so a run that was broken off and resumed equals an unbroken one on the same machine.
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
from torch import Tensor, nn  # noqa: E402
from torch.utils.data import Dataset  # noqa: E402

from core.masks.draw import stroke_area  # noqa: E402
from core.masks.hints import SIDE, PromptMaps, hints  # noqa: E402
from core.nn.matcher import Matcher  # noqa: E402
from core.nn.selector import Selector  # noqa: E402
from core.nn.weights import autocast, laid_out, with_shipped  # noqa: E402
from core.training.footage import Footage, load_footage  # noqa: E402
from core.training.going import Run, asked, endless, rate_at  # noqa: E402
from core.training.selections import Example, example  # noqa: E402
from core.training.strokes import corrective  # noqa: E402

AVERAGE = 0.998
MOST_STROKES = 3
"""Rounds of corrective strokes in a step at most."""


@dataclass(frozen=True)
class Plan:
    """How to train.

    steps: in all.
    corrected: the part of the steps with strokes on mistakes.
    side: of the pictures in pixels, a multiple of 16.
    fresh: from random weights instead of the matcher's encoder.
    """

    steps: int = 6000
    seed: int = 0
    batch: int = 8
    workers: int = 1
    rate: float = 1.5e-3
    last_rate: float = 2e-5
    warm_up: int = 150
    decay: float = 1e-3
    corrected: float = 0.3
    side: int = SIDE
    fresh: bool = False


class Examples(Dataset[Example]):
    """Example i of a seeded endless row."""

    def __init__(self, footage: Footage, plan: Plan) -> None:
        self.footage, self.plan = footage, plan

    def __getitem__(self, index: int) -> Example:
        cv2.setNumThreads(1)
        rng = np.random.default_rng((self.plan.seed, index))
        return example(rng, self.footage, side=self.plan.side)


def batches(examples: Examples, first: int) -> Iterator[list[Example]]:
    """The batches from step `first` on."""
    plan = examples.plan
    yield from endless(examples, plan.batch, plan.workers, first, collate=list)


def start(plan: Plan) -> Run[Selector]:
    """A network at the beginning of its training."""
    torch.manual_seed(plan.seed)
    net, average = Selector(), Selector()
    if not plan.fresh:
        _take_over(net, with_shipped(Matcher(), "matcher", "the matching network"))
    average.load_state_dict(net.state_dict())
    average.eval()
    net, average = (laid_out(each) for each in (net, average))
    return Run(
        net, average, torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=plan.decay, fused=True)
    )


def _take_over(net: Selector, matcher: Matcher) -> None:
    """The matcher's encoder; what the first layer makes of the hints begins at zero."""
    own = net.state_dict()
    for name, value in matcher.encoder.state_dict().items():
        if name in own and own[name].shape == value.shape:
            own[name].copy_(value)
    first = own["to2.0.0.weight"]
    first.zero_()
    first[:, :3] = matcher.encoder.state_dict()["to2.0.0.weight"]


def train(run: Run[Selector], examples: Examples, folder: Path) -> dict[str, float]:
    """Go on up to the plan's last step; a line of the log every 50, a checkpoint every 100. The last line's means."""
    plan = examples.plan
    return run.go_on(
        batches(examples, run.step), plan.steps, lambda batch: _step(run, plan, batch), folder, every=50
    )


def _step(run: Run[Selector], plan: Plan, batch: list[Example]) -> dict[str, float]:
    run.learn_at(rate_at(plan, run.step))
    torch.manual_seed(plan.seed * 1_000_003 + run.step)
    rng = np.random.default_rng((plan.seed, 1, run.step))
    if rng.random() < plan.corrected:
        for _ in range(1 + int(rng.integers(MOST_STROKES))):
            batch = corrected(run.average if run.step > 500 else run.net, batch, rng)
    run.net.train()
    loss, scores = losses(run.net, batch)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.0)
    run.optimizer.step()
    run.follow(AVERAGE)
    run.step += 1
    return scores


def answers(net: Selector, batch: list[Example]) -> Tensor:
    """Logits (N, 1, H, W)."""
    pictures = torch.from_numpy(np.stack([each.picture for each in batch])).permute(0, 3, 1, 2).float() / 255
    told = [hints(each.picture, PromptMaps(each.box, each.add, each.subtract)) for each in batch]
    hinted = torch.from_numpy(np.stack(told)).permute(0, 3, 1, 2)
    with autocast(pictures.device):
        logits: Tensor = net(pictures, hinted)
    return logits


def losses(net: Selector, batch: list[Example]) -> tuple[Tensor, dict[str, float]]:
    """Cross entropy on the known pixels and one minus the soft Jaccard index; and what is told of them."""
    logits = answers(net, batch)
    truth = torch.from_numpy(np.stack([each.truth for each in batch]))[:, None].float()
    known = torch.from_numpy(np.stack([each.known for each in batch]))[:, None].float()
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    entropy = (entropy * known).sum() / known.sum().clamp(min=1)
    inside = torch.sigmoid(logits) * known
    truth = truth * known
    shared = (inside * truth).sum((1, 2, 3))
    soft = 1 - (shared + 1) / ((inside + truth).sum((1, 2, 3)) - shared + 1)
    with torch.no_grad():
        hard = (inside > 0.5).float()
        both = (hard * truth).sum((1, 2, 3))
        jaccard = (both + 1) / ((hard + truth).sum((1, 2, 3)) - both + 1)
    told = {
        "entropy": float(entropy.detach()),
        "soft": float(soft.detach().mean()),
        "J": float(jaccard.mean()),
    }
    return entropy + soft.mean(), told


@torch.no_grad()
def corrected(net: Selector, batch: list[Example], rng: np.random.Generator) -> list[Example]:
    """The examples with one more stroke each, where the network's answer is wrong."""
    net.eval()
    found = (answers(net, batch)[:, 0] > 0).numpy()
    out = []
    for each, answer in zip(batch, found, strict=True):
        stroke = corrective(answer, each.truth, each.known, float(rng.uniform(3, 14)))
        if stroke is None:
            out.append(each)
            continue
        area = stroke_area(answer.shape, stroke[0]).astype(np.float32)
        out.append(
            replace(each, add=np.maximum(each.add, area))
            if stroke[1]
            else replace(each, subtract=np.maximum(each.subtract, area))
        )
    return out


@torch.no_grad()
def validate(net: Selector, examples: Examples, count: int) -> dict[str, float]:
    """Mean losses and Jaccards of `count` batches of footage that is not trained on."""
    net.eval()
    rows = [losses(net, batch)[1] for batch in itertools.islice(batches(examples, 0), count)]
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}


def main() -> None:
    plan = Plan()
    parser = asked(__doc__, plan.steps, plan.seed)
    parser.add_argument("--batch", type=int, default=plan.batch)
    parser.add_argument("--workers", type=int, default=plan.workers)
    parser.add_argument("--side", type=int, default=plan.side, help="of the pictures")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    plan = Plan(args.steps, args.seed, args.batch, args.workers, side=args.side)
    run, folder = start(plan), args.cache / "selector"
    run.resume(folder)
    train(run, Examples(load_footage(args.data, args.cache), plan), folder)
    others = load_footage(args.data, args.cache, held_out=True)
    held_out = validate(run.average, Examples(others, replace(plan, seed=plan.seed + 1, workers=0)), 25)
    run.ship(args.out)
    print(json.dumps({"steps": run.step, "held out": held_out}), flush=True)


if __name__ == "__main__":
    main()
