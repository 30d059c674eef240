"""Where a tracking job was, in one safetensors file: a killed job goes on from there and ends with equal masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.arrays import Array32
from core.files import write_atomic

CHECKPOINT = "checkpoint.safetensors"


class Place(msgspec.Struct, frozen=True):
    """How far a tracking job is.

    question: hash of what is asked.
    index: the pass.
    done: frames finished in it.
    numbers: frames of the history.
    ages: of what was seen of them.
    rows: of the grid; 0 for that of the beginning.
    """

    question: str
    index: int
    done: int
    numbers: tuple[int, ...] = ()
    ages: tuple[int, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """What a tracking job writes down to go on from.

    masks: float32 (height, width, K) of the frames `place.numbers`.
    more: arrays by name.
    notes: JSON of whoever else has something to go on from.
    """

    place: Place
    masks: tuple[Array32, ...] = ()
    more: Mapping[str, Array32] = field(default_factory=dict)
    notes: bytes = b"{}"


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Raises OSError."""
    tensors = {f"masks.{i}": np.ascontiguousarray(masks) for i, masks in enumerate(checkpoint.masks)}
    tensors |= {f"more.{name}": np.ascontiguousarray(array) for name, array in checkpoint.more.items()}
    place = msgspec.json.encode(checkpoint.place).decode()
    about = {"place": place, "notes": checkpoint.notes.decode()}
    write_atomic(folder / CHECKPOINT, save(tensors, about))


def load_checkpoint(folder: Path, question: str) -> Checkpoint | None:
    """The last checkpoint of the same question; None when there is none or it cannot be read."""
    try:
        with safe_open(folder / CHECKPOINT, "np") as file:
            about = file.metadata()
            place = msgspec.json.decode(about["place"], type=Place)
            masks = tuple(file.get_tensor(f"masks.{i}") for i in range(len(place.numbers)))
            more = {name[5:]: file.get_tensor(name) for name in file.keys() if name.startswith("more.")}  # noqa: SIM118
            found = Checkpoint(place, masks, more, about["notes"].encode())
    except (OSError, SafetensorError, msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return None
    return found if place.question == question else None
