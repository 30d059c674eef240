"""Palette, shortcuts, settings, help and doctor do what they say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QScrollArea, QSpinBox
from pytestqt.qtbot import QtBot

from app import fuzzy, shortcuts
from app.actions.registry import all_actions
from app.dialogs import help as help_pages
from app.dialogs.doctor import DoctorDialog
from app.dialogs.help import HelpDialog
from app.dialogs.palette import CommandPalette
from app.dialogs.settings import SettingsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.window.main_window import MainWindow
from core import doctor
from core.settings import SETTINGS, Settings


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("undo", "Undo"), ("sv as", "Save as…"), ("newp", "New project"), ("lt", "Light theme")],
)
def test_fuzzy_search_finds_by_a_few_letters(typed: str, expected: str) -> None:
    names = ["Save", "Save as…", "Light theme", "New project", "Undo", "Redo", "Split at playhead"]
    assert fuzzy.best(typed, ((name, name) for name in names))[0] == expected


def test_letters_that_are_not_there_find_nothing() -> None:
    assert fuzzy.best("xyz", [("Undo", 1)]) == []


def test_the_palette_finds_and_runs(window: MainWindow, qtbot: QtBot) -> None:
    palette = CommandPalette(window.editor, window.commands, all_actions())
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.search, "light theme")
    assert palette.found()[0] == "view.light_theme"
    with qtbot.waitSignal(window.commands.ran):
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.editor.settings.text("theme") == "light"


def test_the_palette_does_not_run_what_is_impossible(window: MainWindow, qtbot: QtBot) -> None:
    palette = CommandPalette(window.editor, window.commands, all_actions())
    qtbot.addWidget(palette)
    palette.search.setText("Undo")
    (item,) = palette.list.findItems("Undo", Qt.MatchFlag.MatchExactly)
    assert item.isDisabled()
    last = palette.list.topLevelItem(palette.list.topLevelItemCount() - 1)
    assert last is not None
    assert last.isDisabled()
    assert palette.why.text() == "Undo: There is nothing to undo"
    palette.search.setText("light theme")
    assert palette.why.text() == ""


def test_a_taken_key_warns_and_moves(window: MainWindow, qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(window.editor, window.commands, all_actions())
    qtbot.addWidget(dialog)
    dialog.choose("view.light_theme")
    dialog.edit.setKeySequence(QKeySequence("Ctrl+N"))
    assert dialog.rivals() == ["file.new"]
    assert "New project" in dialog.warning.text()
    dialog.take.click()
    assert window.commands.action("view.light_theme").shortcut() == QKeySequence("Ctrl+N")
    assert window.commands.action("file.new").shortcut().isEmpty()
    dialog.reset_all()
    assert window.commands.action("file.new").shortcut() == QKeySequence("Ctrl+N")


def test_the_preset_that_holds_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    for name in SETTINGS["shortcuts"].choices:
        window.editor.keep_setting("shortcuts", name)
        dialog = ShortcutsDialog(window.editor, window.commands, all_actions())
        qtbot.addWidget(dialog)
        assert dialog.preset.currentData() == name


def test_commands_are_searched_by_words_and_keys(window: MainWindow, qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(window.editor, window.commands, all_actions())
    qtbot.addWidget(dialog)
    whole = dialog.list.topLevelItemCount()
    dialog.search.setText("light theme")
    assert 0 < dialog.list.topLevelItemCount() < whole
    dialog.search.clear()
    assert dialog.list.topLevelItemCount() == whole


def test_keys_hold_though_the_disk_refuses_them(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.settings.path.mkdir(parents=True)  # no file can be written there
    dialog = ShortcutsDialog(window.editor, window.commands, all_actions())
    qtbot.addWidget(dialog)
    dialog.choose("view.light_theme")
    dialog.edit.setKeySequence(QKeySequence("Ctrl+N"))
    dialog.take.click()
    assert window.commands.action("view.light_theme").shortcut() == QKeySequence("Ctrl+N")
    qtbot.waitUntil(lambda: bool(window.notices.cards()))
    qtbot.waitUntil(lambda: bool(window.notices.cards()))
    told = [card.notice.message for card in window.notices.cards()]
    assert told == ["The settings cannot be kept: Is a directory"]


def test_own_keys_survive_a_restart(window: MainWindow) -> None:
    window.editor.keep_setting("custom_shortcuts", '{"help.about": ["Ctrl+Alt+A"]}')
    window.editor.close()
    assert shortcuts.current(Settings(), all_actions())["help.about"] == ("Ctrl+Alt+A",)


def test_pages_of_settings_are_made_one_after_the_other_and_at_once_when_they_are_chosen(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = SettingsDialog(window.editor)
    qtbot.addWidget(dialog)

    def made() -> list[bool]:
        areas = (dialog.pages.widget(row) for row in range(dialog.pages.count()))
        return [area.widget() is not None for area in areas if isinstance(area, QScrollArea)]

    assert made() == [True, *[False] * (dialog.pages.count() - 1)]
    dialog.groups.setCurrentRow(2)
    assert made()[2] and not made()[3]
    qtbot.wait_until(lambda: all(made()))


def test_every_setting_can_be_edited_and_reset(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.doctor.sound_outputs", lambda: ("Speakers",))
    dialog = SettingsDialog(window.editor)
    qtbot.addWidget(dialog)
    dialog.changed.connect(window.take_setting)
    devices = dialog.fields["audio_device"]
    assert isinstance(devices, QComboBox)
    qtbot.waitUntil(lambda: devices.findData("Speakers") == 1)
    shown = {name for name, setting in SETTINGS.items() if setting.kind != "hidden"}
    assert set(dialog.fields) == shown
    for name, field in dialog.fields.items():
        before = window.editor.settings[name]
        if isinstance(field, QCheckBox):
            field.toggle()
        elif isinstance(field, QComboBox):
            field.setCurrentIndex((field.currentIndex() + 1) % field.count())
        elif isinstance(field, QSpinBox | QDoubleSpinBox):
            field.setValue(field.value() + 1)
        elif isinstance(field, QLineEdit):
            field.setText("something")
            field.editingFinished.emit()
        assert window.editor.settings[name] != before, name
    window.editor.close()
    written = Settings()
    assert {name: written[name] for name in shown} == {name: window.editor.settings[name] for name in shown}
    assert window.editor.player.pool.cache.budget == window.editor.settings.number("frame_cache_mb") * 2**20
    dialog.reset()
    for name in shown:
        assert window.editor.settings[name] == SETTINGS[name].default


def test_help_pages_lead_somewhere() -> None:
    pages = help_pages.pages()
    assert next(page.name for page in pages) == "tour"
    assert {"tour", "keys"} <= {page.name for page in pages}
    for page in pages:
        assert page.title
        assert "<<<" not in page.text
        assert ">>>" not in page.text
        for part in page.text.split("](")[1:]:
            target = part.split(")")[0]
            assert (page.path.parent / target).exists(), f"{page.path.name}: {target}"


def test_help_is_searched_and_opened_by_name(window: MainWindow, qtbot: QtBot) -> None:
    dialog = HelpDialog("keys")
    qtbot.addWidget(dialog)
    assert "Keys at a glance" in dialog.view.toPlainText()
    dialog.search.setText("OpenTimelineIO")
    assert dialog.list.count() == 1
    assert "Cutting" in dialog.view.toPlainText()


def test_the_doctor_shows_its_report(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "report", lambda: {"machine": {"cores": 7}})
    dialog = DoctorDialog(window.editor)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.copy.isEnabled)
    assert "cores  7" in dialog.text.toPlainText()
    assert "offscreen" in dialog.text.toPlainText()


def test_the_pictures_of_the_help_fit_the_page(window: MainWindow, qtbot: QtBot) -> None:
    dialog = HelpDialog("tour", window)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.view.viewport().width() > 100)
    dialog.view.reload()
    assert dialog.view.document().idealWidth() > 300
    assert dialog.view.horizontalScrollBar().maximum() == 0
    dialog.close()
