"""What the window shows and does not save: playhead, selection, tool, the object in hand."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

Tool = Literal[
    "select", "razor", "ripple", "roll", "slip", "slide", "stretch", "brush", "eraser", "polygon", "box", "text",
    "stamp", "fill", "hand",
]  # fmt: skip
MASK_TOOLS: frozenset[str] = frozenset({"brush", "eraser", "polygon", "box"})
ATLAS_TOOLS: frozenset[str] = frozenset({"brush", "eraser", "text", "stamp", "fill", "select"})
View = Literal["sequence", "media", "atlas"]


class EditorState(QObject):
    """Each property has a signal `<name>_changed` that is emitted with the new value when it differs.

    playhead: record time, ticks. selection: ids of clips. view: the viewer shows the film, one media with its
    masks (the mask view), or one media with what is painted on it beside its atlas (the atlas view). media: id of the
    media in these views. media_frame: its source frame number.
    speed_lanes: every clip shows its speed curve. speed_point: (clip id, record time) of the point in hand, or None.
    label: object in hand, 1 and up. brush: diameter in source pixels. preview_proxies: proxies may stand in.
    """

    playhead_changed = Signal(object)  # ticks do not fit Qt's 32-bit int
    selection_changed = Signal(object)
    tool_changed = Signal(str)
    view_changed = Signal(str)
    media_changed = Signal(str)
    media_frame_changed = Signal(int)
    label_changed = Signal(int)
    brush_changed = Signal(int)
    snapping_changed = Signal(bool)
    bin_selection_changed = Signal(object)
    speed_lanes_changed = Signal(bool)
    speed_point_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, Any] = {
            "playhead": 0,
            "selection": frozenset(),
            "tool": "select",
            "view": "sequence",
            "media": "",
            "media_frame": 0,
            "label": 1,
            "brush": 24,
            "snapping": True,
            "bin_selection": frozenset(),
            "speed_lanes": False,
            "speed_point": None,
        }

    def set(self, name: str, value: Any) -> None:
        """Raises KeyError for an unknown name."""
        if self._values[name] != value:
            self._values[name] = value
            getattr(self, f"{name}_changed").emit(value)

    @property
    def playhead(self) -> int:
        return int(self._values["playhead"])

    @property
    def selection(self) -> frozenset[str]:
        selection: frozenset[str] = self._values["selection"]
        return selection

    @property
    def bin_selection(self) -> frozenset[str]:
        selection: frozenset[str] = self._values["bin_selection"]
        return selection

    @property
    def tool(self) -> Tool:
        tool: Tool = self._values["tool"]
        return tool

    @property
    def view(self) -> View:
        view: View = self._values["view"]
        return view

    @property
    def media(self) -> str:
        return str(self._values["media"])

    @property
    def media_frame(self) -> int:
        return int(self._values["media_frame"])

    @property
    def label(self) -> int:
        return int(self._values["label"])

    @property
    def brush(self) -> int:
        return int(self._values["brush"])

    @property
    def snapping(self) -> bool:
        return bool(self._values["snapping"])

    @property
    def speed_lanes(self) -> bool:
        return bool(self._values["speed_lanes"])

    @property
    def speed_point(self) -> tuple[str, int] | None:
        found: tuple[str, int] | None = self._values["speed_point"]
        return found
