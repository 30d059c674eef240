"""The objects of the media in the mask view: list, key masks, tracking, files, and what to do with the result."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from app import theme
from app.actions.registry import find_action, perform
from app.editor import Editor
from app.masks.files_button import MaskFilesButton
from app.masks.identities_button import IdentitiesButton
from app.masks.object_list import LABEL, Figures, ObjectList, swatch
from app.masks.object_tracking import TrackRow
from app.masks.proposals import proposals_of
from app.masks.track_records import records_of
from app.panels.viewer import ViewerPanel
from app.recipes import RECIPES, with_recipe
from app.threads.long_work import long_work_of
from app.widgets.buttons import tool_button
from app.widgets.captions import heading_row, note
from app.widgets.columns import panel_column
from app.widgets.command_menu import CommandMenuButton
from app.widgets.tabs import tabs_of
from core.project import mask_edits
from core.project.project import Media, Project, TrackedObject

FINISH = ("mask.copy_before", "mask.copy_after", "", "mask.between", "mask.tidy")
KEYS_HEIGHT = 44
"""Of the row of key masks with its scroll bar, pixels."""


class ObjectsPanel(QWidget):
    """What is selected in the list is the object in hand."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._shown: Media | None = None
        self._records, self._proposals = records_of(editor), proposals_of(editor)
        self._figures: dict[int, Figures] = {}
        self._tab_before = -1
        self._make_lists()
        self.track = TrackRow(editor, self._run, self)
        self._make_use()
        self._lay_out()
        state = editor.state
        editor.document.changed.connect(self._edited)
        state.view_changed.connect(self._turned)
        state.media_changed.connect(lambda media: self.refresh())
        state.label_changed.connect(self._show_label)
        state.media_frame_changed.connect(self._show_frame)
        state.selection_changed.connect(lambda selection: self._enable())
        for happened in (self._records.ready, self._proposals.changed):
            happened.connect(self._fill_objects)
        for happened in (self._proposals.changed, long_work_of(editor).moved):
            happened.connect(self._enable)
        self.setAccessibleName(self.tr("Objects"))
        self.refresh()

    # Widgets

    def _make_lists(self) -> None:
        tr = self.tr
        self.hint = note(self)
        self.open = QPushButton(theme.icon("mask"), tr("Draw masks"), self)
        self.open.clicked.connect(lambda: self._editor.panel(ViewerPanel).show_masks())
        self.objects = ObjectList(self)
        self.objects.picked.connect(lambda label: self._editor.state.set("label", label))
        self.objects.edited.connect(self._renamed)
        self.objects.asked_worst.connect(self.go_to_worst)
        self.objects.asked_lock.connect(lambda label: self._run("mask.lock"))
        self.about = note(self)
        self.about.setAccessibleName(tr("The object in hand"))
        self.add = tool_button(self, "add", tr("Add an object"), "mask.add_object")
        self.add.clicked.connect(lambda: self._run("mask.add_object"))
        self.remove = tool_button(self, "remove", tr("Remove the object"), "mask.remove_object")
        self.remove.clicked.connect(lambda: self._run("mask.remove_object"))
        self.colour = tool_button(self, "object", tr("Colour of the object"), "mask.colour_object")
        self.colour.clicked.connect(lambda: self._run("mask.colour_object"))
        self.who = IdentitiesButton(self._editor, self._run, self)
        self.objects.customContextMenuRequested.connect(self._context)
        self.finish = CommandMenuButton(
            self._editor, self._run, "more", tr("More for the object"), FINISH, self
        )
        self.drop_key = tool_button(self, "remove", tr("Delete the key mask of this frame"))
        self.drop_key.clicked.connect(lambda: self._run("mask.delete_key"))
        self.keys = QListWidget(self)
        self.keys.setAccessibleName(tr("Key masks"))
        self.keys.setIconSize(QSize(12, 12))
        self.keys.setFlow(QListWidget.Flow.LeftToRight)
        self.keys.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.keys.setFixedHeight(KEYS_HEIGHT)
        self.keys.itemClicked.connect(self._go_to_key)
        self.keys.itemActivated.connect(self._go_to_key)
        self.keys.currentItemChanged.connect(self._chose_key)

    def _make_use(self) -> None:
        tr = self.tr
        self.recipes: dict[str, QPushButton] = {}
        for recipe in RECIPES.values():
            button = QPushButton(tr(recipe.short), self)
            button.setToolTip(tr(recipe.help))
            button.setAccessibleName(tr(recipe.title))
            button.clicked.connect(lambda checked=False, recipe_id=recipe.id: self.use(recipe_id))
            self.recipes[recipe.id] = button
        self.follow = QPushButton(tr("Reframe"), self)
        self.follow.setToolTip(
            tr("Fill the frame and move the picture calmly so that the object stays in it")
        )
        self.follow.setAccessibleName(tr("Keep object in frame"))
        self.follow.clicked.connect(lambda: self._on_clip("effects.keep_in_frame"))
        self.tag = QPushButton(tr("Name tag"), self)
        self.tag.setToolTip(tr("A title with the object's name above it, which goes along with it"))
        self.tag.setAccessibleName(tr("Name tag"))
        self.tag.clicked.connect(lambda: self._on_clip("effects.name_tag"))
        self.files = MaskFilesButton(self._editor, lambda: self._run("mask.clear"), self)
        self._uses = {use: use.toolTip() for use in (*self.recipes.values(), self.follow, self.tag)}

    def _lay_out(self) -> None:
        column = panel_column(self, self.hint, self.open)
        column.addLayout(heading_row(self, self.tr("Objects"), self.who, self.add, self.remove, self.colour))
        column.addWidget(self.objects, 2)
        column.addWidget(self.about)
        column.addLayout(heading_row(self, self.tr("Track"), self.finish, self.track.how))
        column.addWidget(self.track)
        column.addLayout(heading_row(self, self.tr("Key masks"), self.drop_key, self.files))
        column.addWidget(self.keys)
        column.addLayout(heading_row(self, self.tr("Use it on the selected clip")))
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, use in enumerate((*self.recipes.values(), self.follow, self.tag)):
            grid.addWidget(use, *divmod(place, 2 if theme.is_text_large() else 3))
        column.addLayout(grid)

    # What is shown

    @property
    def media(self) -> Media | None:
        """The media in the mask view."""
        return self._editor.player.media if self._editor.player.in_media else None

    def refresh(self) -> None:
        media = self.media
        self._shown = media
        self.open.setVisible(media is None)
        self.hint.setText(
            media.name
            if media is not None
            else self.tr("Pick a clip, draw a mask on one frame, and track it through the clip.")
        )
        self._fill_objects()
        self._fill_keys(media)
        self._show_label(self._editor.state.label)

    def _turned(self, view: str) -> None:
        """Come to the front of the tabs with the mask view, and go back behind with it."""
        found = tabs_of(self)
        if found is not None:
            tabs, here = found
            if view == "media":
                self._tab_before = tabs.currentIndex()
                tabs.setCurrentIndex(here)
            elif tabs.currentIndex() >= here and self._tab_before >= 0:
                tabs.setCurrentIndex(self._tab_before)
                self._tab_before = -1
        self.refresh()

    def _edited(self, before: Project, after: Project) -> None:
        if self.media is not self._shown:
            self.refresh()
        else:
            self._enable()

    def figures(self, media: Media) -> dict[int, Figures]:
        """What the list tells of each object, as far as it was read by now."""
        record, keys = self._records.of(media), self._records.keys(media)
        drawn = {key.frame for key in media.key_masks}
        tracked = (media.track.first, media.track.last) if media.track is not None else None
        return {
            known.label: Figures(
                keys.get(known.label, ()),
                record.summary(known.label, drawn) if record is not None else None,
                tracked,
            )
            for known in media.objects
        }

    def _fill_objects(self) -> None:
        media = self.media
        shown = self._proposals.shown(media)
        self._figures = self.figures(shown) if shown is not None else {}
        self.objects.fill(media.objects if media is not None else (), self._figures)
        self._tell_about()

    def _tell_about(self) -> None:
        known, media = self._object(), self.media
        words = ""
        if known is not None and known.label in self._figures:
            words = self.objects.words(known.name, self._figures[known.label])
        elif media is not None and not media.objects:
            words = self.tr("Paint the object in the picture, or drag a box around it with Smart select.")
        self.about.setText(words)
        self.about.setVisible(bool(words))

    def go_to_worst(self, label: int) -> None:
        """Where the object is least sure."""
        found = self._figures.get(label, Figures()).summary
        if found is not None:
            self._editor.player.pause()
            self._editor.state.set("media_frame", found.frame)

    def _fill_keys(self, media: Media | None) -> None:
        with QSignalBlocker(self.keys):
            self.keys.clear()
            for key in media.key_masks if media is not None else ():
                words = self.tr("Frame {0}").format(key.frame)
                item = QListWidgetItem(theme.icon("keyframe-on"), str(key.frame))
                item.setData(LABEL, key.frame)
                item.setToolTip(words)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
                self.keys.addItem(item)
        self._show_frame(self._editor.state.media_frame)

    def _show_frame(self, frame: int) -> None:
        rows = (row for row in range(self.keys.count()) if self.keys.item(row).data(LABEL) == frame)
        row = next(rows, -1)
        with QSignalBlocker(self.keys):
            self.keys.setCurrentRow(row)
            if row >= 0:
                self.keys.scrollToItem(self.keys.item(row))
        self.drop_key.setEnabled(row >= 0)

    def _show_label(self, label: int) -> None:
        self.objects.show_label(label)
        self._tell_about()
        self._enable()

    def _enable(self) -> None:
        media = self.media
        known = self._object()
        self.track.refresh()
        self.add.setEnabled(media is not None)
        self.files.setEnabled(media is not None)
        self.who.refresh()
        self.colour.setEnabled(known is not None)
        self.remove.setEnabled(find_action("mask.remove_object").enabled(self._editor))
        self.colour.setIcon(swatch(known.colour) if known is not None else theme.icon("object"))
        why = self._why_unused(media)
        for use, tip in self._uses.items():
            use.setEnabled(not why)
            use.setToolTip(why or tip)

    def _why_unused(self, media: Media | None) -> str:
        """What is missing before the object can be used on a clip; empty where it can be."""
        if media is None or not (media.track or media.key_masks):
            return self.tr("Draw the object first")
        if self._target() is None:
            return self.tr("Select the clip on the timeline that it is for")
        return ""

    # Objects

    def _context(self, at: QPoint) -> None:
        """What can be done with the object under the pointer, or in hand."""
        menu = self.who.new_menu(self)
        menu.addSeparator()
        menu.addAction(self.tr("Rename"), self.objects.rename)
        menu.addAction(self.tr("Colour…"), self.pick_colour)
        known = self._object()
        locked = known is not None and known.locked
        menu.addAction(self.tr("Unlock") if locked else self.tr("Lock"), lambda: self._run("mask.lock"))
        gone = menu.addAction(self.tr("Remove"), lambda: self._run("mask.remove_object"))
        gone.setEnabled(find_action("mask.remove_object").enabled(self._editor))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.objects.viewport().mapToGlobal(at))

    def _object(self) -> TrackedObject | None:
        """The object in hand."""
        return self.media.known_object(self._editor.state.label) if self.media else None

    def _renamed(self, label: int, name: str, visible: bool) -> None:
        media = self.media
        known = media.known_object(label) if media else None
        if known is not None:
            renamed = bool(name) and name != known.name
            title = self.tr("Rename object") if renamed else self.tr("Show or hide object")
            self._edit(title, label, name=name or known.name, visible=visible)

    def _edit(
        self,
        title: str,
        label: int,
        *,
        name: str | None = None,
        colour: str | None = None,
        visible: bool | None = None,
    ) -> None:
        media = self.media
        if media is not None:
            self._editor.document.edit(
                title,
                lambda project: mask_edits.change_object(
                    project, media.id, label, name=name, colour=colour, visible=visible
                ),
            )

    def add_object(self) -> None:
        """A new one, which is in hand then.

        Raises:
            EditError: when there are as many as there can be.
        """
        media = self.media
        if media is not None:
            label = mask_edits.free_label(media)
            self._editor.document.edit(self.tr("Add object"), mask_edits.add_object, media.id)
            self._editor.state.set("label", label)

    def pick_colour(self) -> None:
        known = self._object()
        if known is None:
            return
        colour = QColorDialog.getColor(
            QColor(known.colour), self, self.tr("Colour of {0}").format(known.name)
        )
        if colour.isValid():
            self._edit(self.tr("Recolour object"), known.label, colour=colour.name())

    def _chose_key(self, item: QListWidgetItem | None) -> None:
        if item is not None and self.keys.hasFocus():  # by the arrow keys
            self._go_to_key(item)

    def _go_to_key(self, item: QListWidgetItem) -> None:
        self._editor.player.pause()
        self._editor.state.set("media_frame", int(item.data(LABEL)))

    # Tracking

    def _run(self, action_id: str) -> None:
        perform(self._editor, action_id)

    # Use

    def _target(self) -> str | None:
        """The clip that a recipe goes to: selected and of this media, else the only one of this media."""
        sequence, media = self._editor.document.sequence, self.media
        if sequence is None or media is None:
            return None
        clips = [c.id for track, _, c in sequence.clips() if c.media_id == media.id and track.kind == "video"]
        selected = [clip for clip in clips if clip in self._editor.state.selection]
        return selected[0] if selected else clips[0] if len(clips) == 1 else None

    def _on_clip(self, action_id: str) -> None:
        """Select the clip, do something with the object in it, and turn to the film to see it."""
        clip = self._target()
        if clip is not None:
            self._editor.state.set("selection", frozenset({clip}))
            self._run(action_id)
            self._editor.state.set("view", "sequence")

    def use(self, recipe: str) -> None:
        """Put a recipe on the clip and turn to the film to see it."""
        clip = self._target()
        if clip is None:
            return
        feather = self._editor.panel(ViewerPanel).masks.feather
        with self._editor.notify.failures():
            self._editor.document.edit(
                self.tr(RECIPES[recipe].title), with_recipe, clip, recipe, self._editor.state.label, feather
            )
            self._editor.state.set("view", "sequence")
