"""A training under way, kept on disk so that one that is broken off goes on as if it was not; and what all have alike:
the endless row of examples, the rate of learning, the log, the running mean that is shipped."""

from __future__ import annotations

import argparse
import itertools
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

Net = TypeVar("Net", bound=nn.Module)
Batch = TypeVar("Batch")
KEEP_EVERY = 100
"""Steps between two checkpoints."""


class Rates(Protocol):
    """A plan's rate of learning: highest, and at the last of its steps; warm_up: steps until it is highest."""

    @property
    def steps(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def last_rate(self) -> float: ...
    @property
    def warm_up(self) -> int: ...


def rate_at(plan: Rates, step: int) -> float:
    """Warm-up, then a cosine."""
    if step < plan.warm_up:
        return plan.rate * (step + 1) / plan.warm_up
    part = min(1.0, (step - plan.warm_up) / max(1, plan.steps - plan.warm_up))
    return plan.last_rate + (plan.rate - plan.last_rate) * 0.5 * (1 + math.cos(math.pi * part))


def endless(
    examples: Dataset[Any], batch: int, workers: int, first: int, collate: Callable[..., Any] | None = None
) -> DataLoader[Any]:
    """Batches of a seeded endless row of examples, from step `first` on."""
    return DataLoader(
        examples,
        batch,
        sampler=itertools.count(first * batch),
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        collate_fn=collate,
    )


def asked(description: str | None, steps: int, seed: int) -> argparse.ArgumentParser:
    """The command line that all trainings have, with their own steps and seed where none are given."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--cache",
        type=Path,
        required=True,
        help="folder for what is decoded or computed once, and checkpoints",
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--threads", type=int, default=1)
    return parser


@dataclass
class Run(Generic[Net]):
    """A training under way.

    net: what is trained.
    average: running mean of its weights, which is what is shipped.
    step: steps done.
    """

    net: Net
    average: Net
    optimizer: torch.optim.AdamW
    step: int = 0

    def learn_at(self, rate: float) -> None:
        """Set the rate of learning."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def follow(self, most: float) -> None:
        """Move the running mean on after a step, keeping the part `most` of it, and less at first."""
        keep = min(most, (self.step + 1) / (self.step + 10))
        pairs = zip(self.average.state_dict().values(), self.net.state_dict().values(), strict=True)
        for mean, value in pairs:
            if mean.is_floating_point():
                mean.lerp_(value, 1 - keep)
            else:
                mean.copy_(value)

    def go_on(
        self,
        batches: Iterable[Batch],
        steps: int,
        step: Callable[[Batch], dict[str, float]],
        folder: Path,
        every: int = 20,
    ) -> dict[str, float]:
        """Take steps up to the last; a line of the log every so many, a checkpoint every KEEP_EVERY. The means of the
        last line."""
        began, told, means = time.monotonic(), dict[str, list[float]](), dict[str, float]()
        for batch in itertools.islice(batches, steps - self.step):
            for name, value in step(batch).items():
                told.setdefault(name, []).append(value)
            last = self.step == steps
            if self.step % every == 0 or last:
                means = {name: round(float(np.mean(values)), 5) for name, values in told.items()}
                text = " ".join(f"{name} {value}" for name, value in means.items())
                print(f"{self.step} {time.monotonic() - began:.0f} s {text}", flush=True)
                told = {}
            if self.step % KEEP_EVERY == 0 or last:
                self.save(folder)
        return means

    def ship(self, path: Path) -> None:
        """Write the running mean as the weights that are shipped."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({k: v.contiguous() for k, v in self.average.state_dict().items()}, path)

    def save(self, folder: Path) -> None:
        """Everything that going on needs, as safetensors."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"net.{k}": v.contiguous() for k, v in self.net.state_dict().items()}
        tensors |= {f"average.{k}": v.contiguous() for k, v in self.average.state_dict().items()}
        for i, group in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{i}.{k}": torch.as_tensor(v).contiguous() for k, v in group.items()}
        save_file(tensors, folder / "going.tmp", {"step": str(self.step)})
        (folder / "going.tmp").replace(folder / "going.safetensors")

    def resume(self, folder: Path) -> None:
        """Go on from what `save` left, if it did."""
        path = folder / "going.safetensors"
        if not path.exists():
            return
        tensors = load_file(path)
        with safe_open(path, "pt") as file:
            self.step = int(file.metadata()["step"])
        for prefix, module in (("net.", self.net), ("average.", self.average)):
            module.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        parameters = list(self.net.parameters())
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("adam."):
                _, index, field = name.split(".", 2)
                state.setdefault(int(index), {})[field] = _laid_out_as(parameters[int(index)], value)
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})


def _laid_out_as(parameter: Tensor, value: Tensor) -> Tensor:
    """The fused optimizer walks through memory, so its state must lie as the parameter does."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
