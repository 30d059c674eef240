"""The inspector: what is selected, in numbers. Without a selection it shows the film's own properties."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.editor import Editor
from app.inspector.effects_form import AddEffect, EffectSection
from app.inspector.forms import Chosen, sections_of
from app.inspector.sequence_form import SequenceForm
from core.project.project import Media, Project
from core.timeline.model import Clip


class Part(Protocol):
    def show_now(self) -> None: ...


class InspectorPanel(QScrollArea):
    """Rebuilt when another clip is selected or its stack changes; else only the values are shown anew."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shape: object = "not built yet"
        self.parts: list[Part] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(300)
        self.setAccessibleName(self.tr("Clip inspector"))
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.show_now)
        editor.document.changed.connect(self._document_changed)
        editor.state.selection_changed.connect(lambda _: self._later.start())
        editor.state.playhead_changed.connect(lambda _: self._later.start())
        self.show_now()

    def sizeHint(self) -> QSize:
        return QSize(330, 600)

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.sequence is not after.sequence or before.media is not after.media:
            self._later.start()

    def show_now(self) -> None:
        """Bring the panel up to date."""
        chosen = self._chosen()
        shape = self._shape_of(chosen)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(chosen)
        for part in self.parts:
            part.show_now()

    def _chosen(self) -> Chosen | None:
        sequence, selection = self._editor.document.sequence, self._editor.state.selection
        if sequence is None or not selection:
            return None
        found = [(track.kind, clip.id) for track, _, clip in sequence.clips() if clip.id in selection]
        video = tuple(one for kind, one in found if kind == "video")
        audio = tuple(one for kind, one in found if kind == "audio")
        return Chosen(self._editor, (video + audio)[0], video, audio) if found else None

    def _shape_of(self, chosen: Chosen | None) -> object:
        """What decides which controls there are."""
        if chosen is None:
            return None
        clip = chosen.clip
        media = self._media(clip)
        stack = tuple(
            (effect.id, effect.kind, effect.matte and effect.matte.label) for effect in clip.effects
        )
        objects = tuple((thing.label, thing.name) for thing in media.objects) if media else ()
        return chosen.ids, type(clip.content), stack, objects

    def _media(self, clip: Clip) -> Media | None:
        return next((one for one in self._editor.document.project.media if one.id == clip.media_id), None)

    def _rebuild(self, chosen: Chosen | None) -> None:
        place = self.verticalScrollBar().value()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(10, 4, 10, 10)
        column.setSpacing(4)
        widgets = self._widgets(chosen)
        self.parts = [widget for widget in widgets if hasattr(widget, "show_now")]
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(page)
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))

    def _widgets(self, chosen: Chosen | None) -> list[QWidget]:
        if chosen is None:
            return [SequenceForm(self._editor)]
        clip = chosen.clip
        media = self._media(clip)
        moving = clip.media_id is not None and clip.available is not None
        widgets = sections_of(chosen, moving=moving)
        if chosen.video:
            objects = media.objects if media is not None else ()
            widgets += [EffectSection(chosen, effect, objects) for effect in clip.effects]
            widgets.append(AddEffect(chosen))
        return widgets
