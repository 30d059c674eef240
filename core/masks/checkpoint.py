"""Where a tracking job was, in one safetensors file: a killed job goes on from there and ends with equal masks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.files import write_atomic
from core.masks.features import Array32

CHECKPOINT = "checkpoint.safetensors"


class Place(msgspec.Struct, frozen=True):
    """question: hash of what is asked. index: the pass. done: frames finished in it. numbers: frames of the history."""

    question: str
    index: int
    done: int
    numbers: tuple[int, ...] = ()


def save_checkpoint(folder: Path, place: Place, history: Sequence[Array32]) -> None:
    """history: token probabilities (rows, columns, K) of the frames `place.numbers`. Raises OSError."""
    tensors = {str(i): np.ascontiguousarray(objects) for i, objects in enumerate(history)}
    write_atomic(folder / CHECKPOINT, save(tensors, {"place": msgspec.json.encode(place).decode()}))


def load_checkpoint(folder: Path, question: str) -> tuple[Place, list[Array32]] | None:
    """The last checkpoint of the same question; None when there is none or it cannot be read."""
    try:
        with safe_open(folder / CHECKPOINT, "np") as file:
            place = msgspec.json.decode(file.metadata()["place"], type=Place)
            history = [file.get_tensor(str(i)) for i in range(len(place.numbers))]
    except (OSError, SafetensorError, msgspec.MsgspecError, KeyError, TypeError):
        return None
    return (place, history) if place.question == question else None
