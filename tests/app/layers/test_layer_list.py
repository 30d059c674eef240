"""The list of a media's layers, front first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.layers.layer_list import LayerList
from core.project.project import LayerChoice, LayerSet


@pytest.fixture
def layers(qtbot: QtBot) -> Iterator[LayerList]:
    """Objects 3, 2 and 1, and the plate."""
    parent = QWidget()
    qtbot.addWidget(parent)
    made = LayerList(parent)
    objects = tuple(LayerChoice(label, f"Object {label}") for label in (1, 2, 3))
    made.fill(LayerSet("key", 0, 10, objects), {}, lambda key, label: None, 1)
    yield made  # its parent lives as long as this


@pytest.mark.parametrize(
    ("label", "gap", "nearer"), [(3, 3, -2), (3, 2, -1), (1, 0, 2), (1, 1, 1), (2, 1, None), (2, 2, None)]
)
def test_an_object_that_is_dropped_between_others_goes_there(
    layers: LayerList, label: int, gap: int, nearer: int | None
) -> None:
    assert layers.labels() == [3, 2, 1, 0]
    told: list[tuple[int, int]] = []
    layers.moved.connect(lambda *move: told.append(move))
    layers.drop(label, gap)
    assert told == ([] if nearer is None else [(label, nearer)])


def test_an_object_that_is_clicked_is_taken_in_hand_and_the_plate_is_not(layers: LayerList) -> None:
    told: list[int] = []
    layers.picked.connect(told.append)
    for row in (0, 3, 1):
        layers.setCurrentItem(layers.item(row))
    assert told == [3, 2]
