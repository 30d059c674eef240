"""The inspector over the small film of tests.cuts, and its fields."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.inspector.forms import ParameterSection
from app.panels.inspector import InspectorPanel
from app.widgets.fields import NumberField
from core.project.project import KeyMask
from core.timeline.model import Clip
from tests.cuts import media, project, with_object


def shown(qtbot: QtBot, editor: Editor) -> Iterator[InspectorPanel]:
    editor.document.reset(project(), None, None)
    bear = replace(with_object(media("m")), key_masks=(KeyMask(0, "0.png"),))
    editor.document.reset(editor.document.project.with_media(bear), None, None)
    made = InspectorPanel(editor)
    qtbot.addWidget(made)
    made.resize(320, 800)
    made.show()
    yield made


def pick(panel: InspectorPanel, editor: Editor, *ids: str) -> None:
    editor.state.set("selection", frozenset(ids))
    panel.show_now()
    panel.finish()


def part(panel: InspectorPanel, kind: type) -> object:
    return next(one for one in panel.parts if isinstance(one, kind))


def field(panel: InspectorPanel, name: str) -> NumberField:
    for one in panel.parts:
        if isinstance(one, ParameterSection):
            for spot, made in one.fields.items():
                if spot.name == name:
                    return made
    raise AssertionError(name)


def clip(editor: Editor, clip_id: str) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2]
