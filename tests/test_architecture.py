"""The page about the architecture names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
LARGE = PAGE[PAGE.index("## Inside the large packages") : PAGE.index("## Time\n")]
MAPS = dict(re.findall(r"^\*\*core\.(\w+)\*\*(.*?)(?=^\*\*core|\Z)", LARGE, re.M | re.S))


@pytest.mark.parametrize("package", MAPS)
def test_the_maps_of_the_large_packages_name_their_modules(package: str) -> None:
    folder = ROOT / "core" / package
    there = {path.stem for path in folder.rglob("*.py")} | {path.name for path in folder.iterdir()}
    assert set(re.findall(r"`([a-z_]+)/?`", MAPS[package])) - there == set()


def test_the_files_that_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:app|assets|core|tests)/[\w/]+\.\w+)", PAGE))
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).is_file()] == []
