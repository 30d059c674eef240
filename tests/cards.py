"""A graphics card that is pretended: tensors that lie on another device, though the processor computes with them.

What mixes them with tensors of the processor, or reads them without fetching them, fails as it would with a real card;
so the ways that a card takes through the program are tested where there is none. What differs is the arithmetic: it is
the processor's, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

PRETENDED = torch.device("meta")
"""The one device beside the processor that every build of torch knows; its own tensors have no values."""
_ACROSS = torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default
"""What may see tensors of two devices."""


class _OnCard(Tensor):
    """A tensor that says it is on the card. held: its values."""

    held: Tensor

    @staticmethod
    def __new__(cls, held: Tensor) -> _OnCard:
        made: _OnCard = Tensor._make_wrapper_subclass(
            cls,
            held.shape,
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=PRETENDED,
            requires_grad=held.requires_grad,
        )
        made.held = held
        return made

    @classmethod
    def __torch_dispatch__(
        cls, what: Any, types: Any, args: Sequence[Any] = (), named: Mapping[str, Any] | None = None
    ) -> Any:
        return _computed(what, args, named or {})


class _Card(TorchDispatchMode):
    """Sees what makes tensors on the card or moves them there."""

    def __torch_dispatch__(
        self, what: Any, types: Any, args: Sequence[Any] = (), named: Mapping[str, Any] | None = None
    ) -> Any:
        return _computed(what, args, named or {})


def _computed(what: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What an operation gives: by the processor, on the device where a real one would have left it."""
    tensors = [each for each in tree_flatten((args, named))[0] if isinstance(each, Tensor)]
    there = [each for each in tensors if isinstance(each, _OnCard)]
    if there and what not in _ACROSS:
        elsewhere = [tuple(each.shape) for each in tensors if not isinstance(each, _OnCard) and each.ndim]
        if elsewhere:
            raise RuntimeError(f"{what} mixes tensors of the card with {elsewhere} of the processor")
    wanted = named.get("device")
    if what is torch.ops.aten.copy_.default:
        goes = isinstance(args[0], _OnCard)
    else:
        goes = bool(there) if wanted is None else torch.device(wanted) == PRETENDED
    if wanted is not None:
        named = {**named, "device": torch.device("cpu")}
    result = what(*tree_map(_bare, args), **tree_map(_bare, named))
    changed = {id(each.held): each for each in there}
    return tree_map(lambda each: _landed(each, changed) if goes else each, result)


def _bare(value: Any) -> Any:
    return value.held if isinstance(value, _OnCard) else value


def _landed(value: Any, changed: Mapping[int, _OnCard]) -> Any:
    """A result on the card; what was changed in place stays the same tensor."""
    if not isinstance(value, Tensor):
        return value
    return changed[id(value)] if id(value) in changed else _OnCard(value)


@contextmanager
def pretended_card(patch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    """Everything in the block may use the device that is yielded."""
    real_autocast: Callable[..., Any] = torch.autocast
    real_tensor: Callable[..., Tensor] = torch.tensor

    def autocast(kind: str, *args: Any, **named: Any) -> Any:
        return nullcontext() if kind == PRETENDED.type else real_autocast(kind, *args, **named)

    def tensor(*args: Any, device: torch.device | None = None, **named: Any) -> Tensor:
        return real_tensor(*args, **named).to(device)

    patch.setattr(torch, "autocast", autocast)
    patch.setattr(torch, "tensor", tensor)
    before = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    try:
        with _Card():
            yield PRETENDED
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(before)


@pytest.fixture(params=["pretended", pytest.param("cuda", marks=pytest.mark.gpu)])
def card(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    """A device beside the processor: one that is pretended, and the real one where there is one."""
    if request.param == "pretended":
        with pretended_card(monkeypatch) as where:
            yield where
    elif torch.cuda.is_available():
        yield torch.device("cuda:0")
    else:
        pytest.skip("there is no CUDA device")
