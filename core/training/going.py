"""A training under way, kept on disk so that one that is broken off goes on as if it was not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

Net = TypeVar("Net", bound=nn.Module)


@dataclass
class Run(Generic[Net]):
    """net: what is trained. average: running mean of its weights, which is what is shipped. step: steps done."""

    net: Net
    average: Net
    optimizer: torch.optim.AdamW
    step: int = 0

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
