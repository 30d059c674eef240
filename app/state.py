"""What the window shows and does not save: playhead, selection, tool, the object in hand."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QObject, Signal

Tool = Literal[
    "select", "razor", "ripple", "roll", "slip", "slide", "stretch", "brush", "eraser", "polygon", "box", "text",
    "stamp", "fill", "hand",
]  # fmt: skip
MASK_TOOLS: frozenset[str] = frozenset({"brush", "eraser", "polygon", "box"})
ATLAS_TOOLS: frozenset[str] = frozenset({"brush", "eraser", "text", "stamp", "fill", "select"})
View = Literal["sequence", "media", "atlas"]
MaskLook = Literal["colours", "outlines", "matte", "cutout"]
T = TypeVar("T")


class Shown(Generic[T]):
    """A value of `EditorState`: read like an attribute, written by `EditorState.set`."""

    def __init__(self, default: T) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, state: EditorState, owner: type) -> T:
        value: T = state.values.get(self._name, self.default)
        return value


class EditorState(QObject):
    """Each value has a signal `<name>_changed` that is emitted with the new value when it differs.

    playhead: record time, ticks.
    selection: ids of clips.
    view: the viewer shows the film, one media with its masks (the mask view), or one media with what is painted
        on it beside its atlas (the atlas view).
    media: id of the media in these views.
    media_frame: its source frame number.
    label: object in hand, 1 and up.
    brush: diameter in source pixels.
    snapping: edges catch each other.
    bin_selection: ids of media.
    onion: the neighbours of the frame lie faintly over it, to draw by.
    mask_look: how the mask view shows the masks.
    solo: it shows the object in hand alone.
    magnetic: lines of the polygon tool cling to edges.
    speed_lanes: every clip shows its speed curve.
    speed_point: (clip id, record time) of the point in hand, or None.
    keyframe: (clip id, source time) of the keyframes in hand, or None.
    moment: record time of the picture that a drag is about, which the viewer shows meanwhile; None: the playhead's.
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
    mask_look_changed = Signal(str)
    solo_changed = Signal(bool)
    magnetic_changed = Signal(bool)
    onion_changed = Signal(bool)
    bin_selection_changed = Signal(object)
    speed_lanes_changed = Signal(bool)
    speed_point_changed = Signal(object)
    keyframe_changed = Signal(object)
    moment_changed = Signal(object)

    playhead = Shown(0)
    selection = Shown[frozenset[str]](frozenset())
    tool = Shown[Tool]("select")
    view = Shown[View]("sequence")
    media = Shown("")
    media_frame = Shown(0)
    label = Shown(1)
    brush = Shown(24)
    snapping = Shown(True)
    mask_look = Shown[MaskLook]("colours")
    solo = Shown(False)
    magnetic = Shown(False)
    onion = Shown(False)
    bin_selection = Shown[frozenset[str]](frozenset())
    speed_lanes = Shown(False)
    speed_point = Shown[tuple[str, int] | None](None)
    keyframe = Shown[tuple[str, int] | None](None)
    moment = Shown[int | None](None)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.values: dict[str, Any] = {}
        """What was set so far, by name; for `Shown`."""

    def set(self, name: str, value: Any) -> None:
        """Raises KeyError for an unknown name."""
        known = vars(EditorState).get(name)
        if not isinstance(known, Shown):
            raise KeyError(name)
        if isinstance(known.default, int | str):
            value = type(known.default)(value)  # such as a number of numpy's
        if getattr(self, name) != value:
            self.values[name] = value
            getattr(self, f"{name}_changed").emit(value)
