"""The atlas panel: unrolling the clip's objects, which object is in hand, the stack of edits on it, their values."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.registry import perform
from app.atlas import unrolling
from app.atlas.form import EditForm
from app.atlas.session import AtlasSession
from app.atlas.stack import EditList
from app.editor import Editor
from app.panels.fit_box import FitBox, FitWords
from app.panels.viewer import ViewerPanel
from app.widgets.buttons import names_command, tool_button
from app.widgets.captions import heading_row, note
from app.widgets.columns import panel_column
from app.widgets.fields import arrow_button, narrow
from app.widgets.tabs import tabs_of
from core.project import atlas_edits
from core.project.atlas_kinds import BACKGROUND, EDIT_KINDS
from core.project.paths import results_folder
from core.project.project import Media, Project
from core.timeline.model import new_id


class AtlasPanel(QWidget):
    """Follows the media of the atlas view; elsewhere it offers the way there."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._tab_before = -1
        self.session: AtlasSession = editor.panel(ViewerPanel).atlas.session
        self._make()
        self._lay_out()
        editor.document.changed.connect(self._edited)
        editor.state.view_changed.connect(self._turned)
        editor.state.media_changed.connect(lambda media: self.refresh())
        self.session.changed.connect(self.refresh)
        editor.jobs.handle(unrolling.JOB, partial(unrolling.take_result, editor))
        self.setAccessibleName(self.tr("Atlas"))
        self.refresh()

    def _make(self) -> None:
        tr = self.tr
        self.hint = note(self)
        self.open = QPushButton(theme.icon("brush"), tr("Paint on an object"), self)
        names_command(self.open, tr("Turn the viewer to the clip and its unrolled objects"), "atlas.view")
        self.open.setAccessibleName(tr("Paint on an object"))
        self.open.clicked.connect(lambda: self._run("atlas.view"))
        words = FitWords(
            tr("Unrolling"), tr("Unroll the objects"), tr("Refine further"),
            tr("Find one flat picture of each object over the whole clip; track the objects first"),
            tr("Go on improving; what is painted stays"),
        )  # fmt: skip
        self.fit = FitBox(
            editor=self._editor,
            job=unrolling.JOB,
            words=words,
            begin=lambda: self._run("atlas.make"),
            stop=lambda: self._run("atlas.stop"),
            estimate=self._estimate,
            possible=lambda: unrolling.can_start(self._editor, self.media),
            parent=self,
        )
        self.objects = narrow(QComboBox(self))
        self.objects.setAccessibleName(tr("Object in hand"))
        self.objects.setToolTip(tr("Whose atlas is painted on"))
        self.objects.activated.connect(self._pick_object)
        self.list = EditList(self)
        self.form = EditForm(self._set, self)
        self._make_buttons()
        self._connect_list()

    def _make_buttons(self) -> None:
        tr = self.tr
        self.add = QToolButton(self)
        self.add.setText(tr("Add"))
        self.add.setIcon(theme.icon("add"))
        self.add.setAccessibleName(tr("Add an edit"))
        self.add.setToolTip(tr("Lay text, a picture, a filter or a colour change on top"))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.add)
        for kind in EDIT_KINDS.values():
            if kind.kind not in ("paint", "fill"):
                menu.addAction(tr(kind.title), lambda one=kind.kind: self._run(f"atlas.add_{one}"))
        self.add.setMenu(menu)
        self.up = arrow_button(Qt.ArrowType.UpArrow, tr("Edit one place up"))
        self.down = arrow_button(Qt.ArrowType.DownArrow, tr("Edit one place down"))
        names_command(self.up, tr("Edit one place up"), "atlas.up")
        names_command(self.down, tr("Edit one place down"), "atlas.down")
        self.copy = tool_button(self, "copy", tr("Copy the edit"), "atlas.copy")
        self.remove = tool_button(self, "remove", tr("Delete the edit"), "atlas.delete")
        for button, command in (
            (self.up, "atlas.up"),
            (self.down, "atlas.down"),
            (self.copy, "atlas.copy"),
            (self.remove, "atlas.delete"),
        ):
            button.clicked.connect(lambda checked=False, command=command: self._run(command))
        self.outside = QPushButton(theme.icon("export"), tr("Edit in another program"), self)
        names_command(
            self.outside,
            tr(
                "Open the atlas, or the part of the clip that is shown, as an image there; each save comes back "
                "as an edit"
            ),
            "atlas.external",
        )
        self.outside.setAccessibleName(tr("Edit in another program"))
        self.outside.clicked.connect(lambda: self._run("atlas.external"))

    def _connect_list(self) -> None:
        tr, found = self.tr, self.list
        found.picked.connect(self.session.set_edit)
        found.renamed.connect(lambda one, name: self._change(tr("Rename edit"), one, name=name))
        found.switched.connect(
            lambda one, on: self._change(tr("Show edit") if on else tr("Hide edit"), one, enabled=on)
        )
        found.moved.connect(self.reorder)
        found.copied.connect(self.duplicate)
        found.deleted.connect(self.delete)

    def _lay_out(self) -> None:
        column = panel_column(self, self.hint, self.open)
        self.body = QWidget(self)
        body = QVBoxLayout(self.body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addWidget(self.objects)
        buttons = (self.add, self.up, self.down, self.copy, self.remove)
        body.addLayout(heading_row(self, self.tr("Edits"), *buttons))
        for widget in (self.list, self.form, self.outside):
            body.addWidget(widget)
        column.addWidget(self.body)
        column.addWidget(self.fit)
        column.addStretch(1)

    # What is shown

    @property
    def media(self) -> Media | None:
        """The media of the atlas view."""
        return self._editor.player.media if self._editor.player.in_atlas else None

    def refresh(self) -> None:
        media, data = self.media, self._editor.document.data
        self.open.setVisible(media is None)
        self.hint.setText(
            media.name
            if media is not None
            else self.tr(
                "Unroll an object into one flat picture, paint on it, and the paint sticks in every frame."
            )
        )
        folder = (
            results_folder(data) / media.atlas
            if media is not None and media.atlas and data is not None
            else None
        )
        self.fit.setVisible(media is not None)
        self.fit.show_media(media.id if media is not None else "", folder)
        self.body.setVisible(media is not None and bool(media.atlas))
        self._fill_objects(media)
        self.list.fill(self.session.edits if media is not None else (), self.session.edit_id)
        self.form.show_edit(self.session.edit if media is not None else None)
        chosen = media is not None and self.session.edit is not None
        for button in (self.copy, self.remove):
            button.setEnabled(chosen)
        for button, by in ((self.up, 1), (self.down, -1)):
            button.setEnabled(chosen and self.session.can_move(by))

    def _fill_objects(self, media: Media | None) -> None:
        wanted = [(known.name, known.label) for known in media.objects] if media is not None else []
        wanted.append((self.tr("Background"), BACKGROUND))
        with QSignalBlocker(self.objects):
            if wanted != [
                (self.objects.itemText(at), self.objects.itemData(at)) for at in range(self.objects.count())
            ]:
                self.objects.clear()
                for name, label in wanted:
                    self.objects.addItem(name, label)
            self.objects.setCurrentIndex(self.objects.findData(self.session.label))

    def _estimate(self) -> str:
        media = self.media
        return unrolling.estimate(media) if media is not None else ""

    def _edited(self, before: Project, after: Project) -> None:
        if before.media is not after.media:
            self.refresh()

    def _turned(self, view: str) -> None:
        """Come to the front of the tabs with the atlas view, and go back behind with it."""
        found = tabs_of(self)
        if found is not None:
            tabs, here = found
            if view == "atlas":
                self._tab_before = tabs.currentIndex()
                tabs.setCurrentIndex(here)
            elif tabs.currentIndex() == here and self._tab_before >= 0 and view == "sequence":
                tabs.setCurrentIndex(self._tab_before)
                self._tab_before = -1
        self.refresh()

    # What is done

    def _run(self, action_id: str) -> None:
        perform(self._editor, action_id)

    def _pick_object(self, index: int) -> None:
        label = int(self.objects.itemData(index))
        if label != BACKGROUND:
            self._editor.state.set("label", label)
        self.session.set_label(label)

    def _change(self, title: str, edit_id: str, /, **fields: Any) -> None:
        media = self.media
        if media is not None:
            self.session.change(title, atlas_edits.change_edit, media.id, edit_id, **fields)

    def _set(self, fold: str, fields: dict[str, Any]) -> None:
        edit = self.session.edit
        if edit is None:
            return
        document = self._editor.document
        if fold:
            document.begin_drag(f"atlas-{edit.id}-{fold}")
        self._change(self.tr("Set {0}").format(edit.name), edit.id, **fields)
        document.end_drag()

    def reorder(self, edit_id: str, by: int) -> None:
        """Places up; negative: down."""
        media = self.media
        if media is not None:
            self.session.change(self.tr("Reorder edits"), atlas_edits.move_edit, media.id, edit_id, by)
            self.refresh()

    def duplicate(self, edit_id: str) -> None:
        media, copy = self.media, new_id()
        if media is not None and self.session.change(
            self.tr("Copy edit"), atlas_edits.copy_edit, media.id, edit_id, copy
        ):
            self.session.set_edit(copy)

    def delete(self, edit_id: str) -> None:
        media = self.media
        if media is not None:
            self.session.change(self.tr("Delete edit"), atlas_edits.without_edit, media.id, edit_id)
