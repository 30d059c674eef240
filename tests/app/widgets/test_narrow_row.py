"""Rows of fields that are narrow until there is room."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from app.widgets.narrow_row import WIDE, NarrowRow


def test_a_row_asks_for_little_room_before_it_is_shown_and_names_its_fields_when_wide(qtbot: QtBot) -> None:
    row = NarrowRow()
    qtbot.addWidget(row)
    fields = [QSpinBox(row) for _ in range(3)]
    for field, name in zip(fields, ("Size", "Grow by", "Feather"), strict=True):
        field.setRange(0, 1000)
        row.add_field(name, field, "Grow" if name == "Grow by" else "")
    assert row.narrow and [field.prefix() for field in fields] == ["Size ", "Grow ", "Feather "]
    little = row.minimumSizeHint().width()
    row.resize(WIDE, 30)
    row.show()
    labels = [label for label in row.findChildren(QLabel) if not label.isHidden()]
    assert [label.text() for label in labels] == ["Size", "Grow by", "Feather"]
    assert not row.narrow and fields[0].suffix() == " px" and not fields[0].prefix()
    row.resize(WIDE - 1, 30)
    assert row.narrow and row.minimumSizeHint().width() == little
    for field in fields:
        field.setValue(999)
        text = field.fontMetrics().horizontalAdvance(field.text())
        assert field.minimumWidth() >= text, "three places are seen"
