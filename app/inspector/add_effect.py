"""The buttons under a clip's effects: add one, use presets, and the one-click recipes for pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.actions import effects as commands
from app.actions import presets as preset_commands
from app.actions.registry import find_action
from app.inspector.forms import Chosen, tr
from app.recipes import RECIPES
from core.project import effect_presets as presets
from core.timeline.effect_kind import GROUPS
from core.timeline.effects import EFFECT_KINDS

if TYPE_CHECKING:
    from app.editor import Editor


class AddEffect(QWidget):
    """The buttons under the stack: add an effect, and the one-click recipes for pictures."""

    def __init__(self, chosen: Chosen, *, sound: bool = False) -> None:
        super().__init__()
        self.chosen = chosen
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        title = tr("Add sound effect") if sound else tr("Add effect")
        add = QPushButton(theme.icon("add"), title)
        add.setAccessibleName(title)
        menu = QMenu(add)
        kinds = [kind for kind in EFFECT_KINDS.values() if kind.sound == sound]
        for group in GROUPS:
            for kind in (kind for kind in kinds if kind.group == group):
                item = menu.addAction(tr(kind.title))
                item.setToolTip(tr(kind.help))
                item.triggered.connect(lambda _=False, one=kind: self._do(partial(commands.add, kind=one)))
            menu.addSeparator()
        add.setMenu(menu)
        column.addWidget(add)
        if not sound:
            column.addWidget(self._presets_button())
        for recipe in () if sound else RECIPES.values():
            button = QPushButton(tr(recipe.title))
            button.setToolTip(tr(recipe.help))
            button.setAccessibleName(tr(recipe.title))
            button.clicked.connect(lambda _=False, one=recipe: self._do(partial(commands.use, recipe=one)))
            column.addWidget(button)
        for action in () if sound else map(find_action, ("effects.keep_in_frame", "effects.follow_object")):
            button = QPushButton(tr(action.title))
            button.setToolTip(tr(action.help))
            button.setAccessibleName(tr(action.title))
            button.clicked.connect(lambda _=False, one=action: self._do(one.run))
            column.addWidget(button)

    def _presets_button(self) -> QPushButton:
        button = QPushButton(tr("Effect presets"))
        button.setObjectName("presets")
        button.setAccessibleName(button.text())
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill_presets(menu))
        button.setMenu(menu)
        return button

    def _fill_presets(self, menu: QMenu) -> None:
        """Those that are kept now, then what can be done with them."""
        menu.clear()
        for name, preset in presets.presets().items():
            item = menu.addAction(name.replace("&", "&&"))
            item.triggered.connect(
                lambda _=False, one=preset: self._do(partial(preset_commands.use, preset=one))
            )
        menu.addSeparator()
        for action_id in ("effects.save_preset", "effects.remove_preset"):
            action = find_action(action_id)
            menu.addAction(tr(action.title)).triggered.connect(lambda _=False, one=action: self._do(one.run))

    def _do(self, command: Callable[[Editor], object]) -> None:
        with self.chosen.editor.notify.failures():
            command(self.chosen.editor)

    def show_now(self) -> None:
        """Nothing of it depends on the document."""
