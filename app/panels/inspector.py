"""The inspector: what is selected, in numbers. Without a selection it shows the film's own properties."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.editor import Editor
from app.inspector.add_effect import AddEffect
from app.inspector.effects_form import EffectSection
from app.inspector.fades_form import FadeSection
from app.inspector.forms import Chosen, Section
from app.inspector.sections import sections_of
from app.inspector.sequence_form import SequenceForm
from app.inspector.title_form import TitleSection
from app.inspector.transition_form import TransitionSection
from app.widgets.tabs import bring_to_front
from core.project.project import Project
from core.timeline.keyframes import animated
from core.timeline.model import Sequence

Part = Section | AddEffect | SequenceForm

_NO_SHAPE = object()
"""Equal to no shape that a page can have."""


class InspectorPanel(QScrollArea):
    """Rebuilt when another clip is selected or its stack changes; else only the values are shown anew."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._shape: object = "not built yet"
        self.parts: list[Part] = []
        self._queue: list[Callable[[], Part]] = []
        self._column = QVBoxLayout()
        self._page: QWidget | None = None
        """The page that is being made; the one before it is seen until it is whole."""
        self._place = 0
        self._keyed = False
        self._effects: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        """The clips that the page was built for, and the ids of their effects."""
        self._new = ""
        """An effect that comes into sight when the page is whole."""
        self._known: tuple[Sequence, frozenset[str], Chosen | None] | None = None
        self._more = QTimer(self, interval=0)
        self._more.timeout.connect(self._make_next)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(300)
        self.setAccessibleName(self.tr("Clip inspector"))
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.show_now)
        editor.document.changed.connect(self._document_changed)
        editor.state.selection_changed.connect(lambda _: self._later.start())
        editor.state.playhead_changed.connect(lambda _: self._keyed and self._later.start())
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
        self._keyed = chosen is not None and any(animated(chosen.clip))
        for part in self.parts:
            part.show_now()

    def _chosen(self) -> Chosen | None:
        sequence, selection = self._editor.document.sequence, self._editor.state.selection
        if sequence is None or not selection:
            return None
        if self._known is None or self._known[0] is not sequence or self._known[1] is not selection:
            self._known = sequence, selection, self._sorted(sequence, selection)
        return self._known[2]

    def _sorted(self, sequence: Sequence, selection: frozenset[str]) -> Chosen | None:
        found: dict[str, list[str]] = {"video": [], "audio": []}
        for track in sequence.tracks:
            found[track.kind] += filter(selection.__contains__, track.spots)
        video, audio = tuple(found["video"]), tuple(found["audio"])
        return Chosen(self._editor, (video or audio)[0], video, audio) if video or audio else None

    def _shape_of(self, chosen: Chosen | None) -> object:
        """What decides which controls there are."""
        if chosen is None:
            return None
        clip = chosen.clip
        media = self._editor.document.project.known_media(clip.media_id)
        shown = clip.effects + (chosen.heard.clip.effects if chosen.heard is not None else ())
        stack = tuple((effect.id, effect.kind, effect.matte and effect.matte.label) for effect in shown)
        objects = tuple((thing.label, thing.name) for thing in media.objects) if media else ()
        return chosen.ids, type(clip.content), clip.transition and clip.transition.kind, stack, objects

    def _new_effect(self, chosen: Chosen | None) -> str:
        """The id of an effect that the clips shown have got since the page was last built; empty for none."""
        before, self._effects = self._effects, None
        if chosen is None:
            return ""
        own = chosen.clip.effects + (chosen.heard.clip.effects if chosen.heard is not None else ())
        self._effects = chosen.ids, tuple(effect.id for effect in own)
        known = before[1] if before is not None and before[0] == chosen.ids else self._effects[1]
        return next((one for one in self._effects[1] if one not in known), "")

    def _rebuild(self, chosen: Chosen | None) -> None:
        """A new page; its parts are made one by one between other events, so that the window never waits. It is shown
        when it is whole: nothing flickers where one clicks from clip to clip."""
        if self._page is not None:
            self._page.deleteLater()
        if (seen := self.widget()) is not None:  # it is about other clips
            seen.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._page = page = QWidget(self.viewport())
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(10, 4, 10, 10)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self.parts = []
        self._queue = self._makers(chosen)
        self._new = self._new_effect(chosen)
        self._place = self.verticalScrollBar().value()
        self._make_next()
        self._more.start()

    def _make_next(self) -> None:
        if not self._queue:
            self._more.stop()
            self._show_page()
            return
        if self._shape_of(self._chosen()) != self._shape:  # changed since the page was begun: begin another
            self._queue, self._shape = [], _NO_SHAPE
            self._later.start()
            return
        part = self._queue.pop(0)()
        self._column.insertWidget(self._column.count() - 1, part)
        self.parts.append(part)
        part.show_now()
        for widget in (part, *part.findChildren(QWidget)):
            widget.ensurePolished()  # now and not all at once, when the page is shown

    def _show_page(self) -> None:
        """Put the page that was made in the place of the one before."""
        page, self._page = self._page, None
        if page is not None:
            self.setWidget(page)
            self.verticalScrollBar().setValue(self._place)
            self._show_new()

    def _show_new(self) -> None:
        """An effect that was just added comes into sight, its title first."""
        added, self._new = self._new, ""
        part = next(
            (one for one in self.parts if isinstance(one, EffectSection) and one.effect_id == added), None
        )
        if part is not None:
            QTimer.singleShot(0, part, partial(self._bring_into_sight, part))

    def _bring_into_sight(self, part: Part) -> None:
        bar, top = self.verticalScrollBar(), part.y()
        bar.setValue(min(top, max(bar.value(), top + part.height() - self.viewport().height())))

    def finish(self) -> None:
        """Make the parts that are still to come at once."""
        while self._queue:
            self._make_next()
        if self._shape is not _NO_SHAPE:
            self._show_page()

    def write_title(self) -> None:
        """Come to the front with the text of the selected title ready to be typed over, if one is selected."""
        bring_to_front(self)
        self.show_now()
        self.finish()
        title = next((part for part in self.parts if isinstance(part, TitleSection)), None)
        if title is not None:
            self.ensureWidgetVisible(title)
            title.text.setFocus()
            title.text.selectAll()

    def _makers(self, chosen: Chosen | None) -> list[Callable[[], Part]]:
        if chosen is None:
            return [partial(SequenceForm, self._editor)]
        clip = chosen.clip
        media = self._editor.document.project.known_media(clip.media_id)
        moving = clip.available is not None
        makers: list[Callable[[], Part]] = [*sections_of(chosen, moving=moving), partial(FadeSection, chosen)]
        if clip.transition is not None:
            makers.append(partial(TransitionSection, chosen))
        if chosen.video:
            objects = media.objects if media is not None else ()
            makers += [partial(EffectSection, chosen, effect, objects) for effect in clip.effects]
            makers.append(partial(AddEffect, chosen))
        if chosen.heard is not None:
            makers += [
                partial(EffectSection, chosen.heard, effect, ()) for effect in chosen.heard.clip.effects
            ]
            makers.append(partial(AddEffect, chosen.heard, sound=True))
        return makers
