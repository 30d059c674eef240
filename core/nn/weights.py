"""The weights that the house ships, and where the networks run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.assets import asset
from core.errors import LaminarError
from core.nn.matcher import Matcher
from core.nn.pace import PaceNet

LOG = logging.getLogger(__name__)
Net = TypeVar("Net", bound=nn.Module)
Answer = TypeVar("Answer")
torch.backends.cudnn.deterministic = True  # a job that goes on ends with what it would have ended with


def device() -> torch.device:
    """CUDA, MPS or the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def half_type(where: torch.device) -> torch.dtype:
    """The type that convolutions run in: bfloat16 where the machine computes with it, else float32."""
    if where.type == "cuda":
        return torch.bfloat16
    supported: bool = where.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if supported else torch.float32


def autocast(where: torch.device) -> torch.autocast:
    """Run convolutions in the fastest type of this machine."""
    kind = half_type(where)
    return torch.autocast(where.type, dtype=kind, enabled=kind != torch.float32)


def lacks_memory(error: Exception) -> bool:
    """Whether this says that there is no memory left, on a card or beside the processor."""
    told = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return told or (isinstance(error, RuntimeError) and "memory" in str(error).lower())


def where_it_fits(net: nn.Module, ask: Callable[[torch.device], Answer]) -> Answer:
    """What `ask` gives on the device that the network is on; a card without room gives way to the processor for good.

    Raises:
        Exception: what `ask` raises, but for the lack of memory of a card.
    """
    where = next(net.parameters()).device
    try:
        return ask(where)
    except Exception as error:
        if where.type == "cpu" or not lacks_memory(error):
            raise
        LOG.info("out of memory on %s: the processor goes on", where.type)
    with torch.inference_mode(mode=False):  # its weights may be trained later
        net.cpu()
    return ask(torch.device("cpu"))


def with_shipped(net: Net, name: str, title: str) -> Net:
    """A network with the weights that are shipped as assets/weights/NAME.safetensors.

    Raises:
        LaminarError: when they are missing or are not those of this network; it names the file and `title`.
    """
    path = asset("weights", f"{name}.safetensors")
    try:
        net.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise LaminarError(f"{path} does not hold {title}: {error}", "Install Laminar again") from error
    return net


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    """The matching network as it is shipped, ready to look at pictures. Raises LaminarError as `with_shipped`."""
    return laid_out(fused(with_shipped(Matcher(), "matcher", "the matching network")), device())


@lru_cache(maxsize=1)
def pace_net() -> PaceNet:
    """The pace network as it is shipped, ready to judge. Raises LaminarError as `with_shipped`."""
    return laid_out(fused(with_shipped(PaceNet(), "speediness", "the pace network")), device(), volumes=True)


def laid_out(net: Net, where: torch.device | None = None, *, volumes: bool = False) -> Net:
    """The network with its weights as convolutions read them fastest, channels last; moved to `where` if that is given.

    volumes: it convolves over time as well.
    """
    form = torch.channels_last_3d if volumes else torch.channels_last
    return net.to(where, memory_format=form)  # type: ignore[call-overload]  # torch's types leave this out


def fused(net: Net) -> Net:
    """The network in evaluation mode, each normalisation taken into the convolution before it."""
    net.eval()
    for module in list(net.modules()):
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                first, second = module[i], module[i + 1]
                convolves = isinstance(first, nn.Conv2d | nn.Conv3d)
                if convolves and isinstance(second, nn.BatchNorm2d | nn.BatchNorm3d):
                    module[i], module[i + 1] = fuse_conv_bn_eval(first, second), nn.Identity()  # type: ignore[type-var]
    return net
