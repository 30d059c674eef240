"""What the command line says of itself, and to those who mistype."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.help import EXAMPLES, SHORT
from app.cli.main import COMMANDS, app, main


def test_a_misspelt_command_opens_no_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prob"]) == 2
    assert capsys.readouterr().err == "laminar: prob is no command and no project. Did you mean probe?\n"
    assert main(["xyzzy"]) == 2
    assert capsys.readouterr().err == "laminar: xyzzy is no command and no project. See laminar --help\n"


def test_a_project_that_is_not_there_opens_no_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "Film.laminar")]) == 2
    assert "Film.laminar is not there" in capsys.readouterr().err


def test_every_command_has_a_whole_line_and_examples_that_can_be_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["-h"]) == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]
    commands = {one.name: one for one in _commands(typer.main.get_command(app))}
    assert {*commands} == {*EXAMPLES} == {*SHORT}
    for name, examples in EXAMPLES.items():
        for example in examples:
            typed = shlex.split(example)
            commands[name].make_context(name, typed[typed.index(name) + 1 :]).close()
    assert main(["masks"]) == 2
    assert capsys.readouterr().err == "laminar: Missing command. See laminar masks --help\n"


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        (["probe"], "probe [OPTIONS] CLIP"),
        (["masks", "import"], "masks import [OPTIONS] SOURCE..."),
        (["edit"], "edit [OPTIONS] [PROJECT]"),
    ],
)
def test_the_usage_names_arguments_as_the_readme_does(
    command: list[str], usage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: laminar {usage}\n")


def _commands(group: Any) -> Iterator[Any]:
    for one in group.commands.values():
        if hasattr(one, "commands"):
            yield from _commands(one)
        else:
            yield one


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("laminar ")


def test_the_readme_names_every_command() -> None:
    text = (Path(__file__).parents[3] / "README.md").read_text()
    for command in COMMANDS:
        assert f"laminar {command}" in text or f"[{command}]" in text
