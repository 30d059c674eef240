"""The panels of the window, each once: where it stands, what it is called, and its class.

A class is named "module:Class" and imported when the panel is made, so that the window paints before.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.editor import Editor


@dataclass(frozen=True)
class PanelRow:
    """A panel in a dock, or in a tab of the inspector.

    panel: "module:Class" of a widget that is made with the editor.
    hint: tool tip of its tab.
    hidden: its dock waits to be asked for.
    """

    title: str
    panel: str
    hint: str = ""
    hidden: bool = False


LEFT: dict[str, PanelRow] = {
    "media": PanelRow("Media", "app.panels.media_bin:MediaBinPanel"),
    "moments": PanelRow("Moments", "app.panels.moments:MomentsPanel"),
    "scopes": PanelRow("Scopes", "app.panels.scopes:ScopesPanel", hidden=True),
    "mixer": PanelRow("Mixer", "app.panels.mixer:MixerPanel", hidden=True),
    "history": PanelRow("History", "app.panels.history:HistoryPanel"),
    "jobs": PanelRow("Jobs", "app.panels.jobs:JobsPanel"),
}
"""Docks on the left by name, in the order of their tabs."""

INSPECTOR = (
    PanelRow("Clip", "app.panels.inspector:InspectorPanel"),
    PanelRow("Objects", "app.panels.objects:ObjectsPanel"),
    PanelRow(
        "Found",
        "app.panels.lost_found:LostFoundPanel",
        "Lost and found: where objects are missing, and seen again",
    ),
    PanelRow("Layers", "app.panels.layers:LayersPanel"),
    PanelRow("Atlas", "app.panels.atlas:AtlasPanel"),
    PanelRow("Speed", "app.panels.speed:SpeedPanel"),
)
"""Tabs of the inspector, which is the dock on the right."""


def make(row: PanelRow, editor: Editor) -> QWidget:
    """The panel, known to the editor. Raises ImportError when the table names something that is not there."""
    module, _, name = row.panel.partition(":")
    panel = getattr(import_module(module), name)(editor)
    assert isinstance(panel, QWidget)
    editor.add_panel(panel)
    return panel


AREAS = {
    **dict.fromkeys(LEFT, Qt.DockWidgetArea.LeftDockWidgetArea),
    "inspector": Qt.DockWidgetArea.RightDockWidgetArea,
    "timeline": Qt.DockWidgetArea.BottomDockWidgetArea,
}
"""Where each dock stands at first."""
