"""Names that a project file may use: plain ones, which cannot lead out of the place they are meant for."""

from __future__ import annotations

import re

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_RESULT_KEY = re.compile(r"[0-9a-f]{32}(-\d{1,9})?", re.ASCII)
"""The content key; with a number when it is the part that a stopped job had made."""
_MASK_NAME = re.compile(r"[\w()-][\w .()-]{0,199}\.png")
_LOOK_NAME = re.compile(r"[0-9a-f]{32}\.cube", re.ASCII)
_FILM_NAME = re.compile(r"[\w()-][\w ()-]{0,99}\.mkv", re.ASCII)


def is_id(text: str) -> bool:
    """Whether it can be the id of a media, clip, track or project."""
    return _ID.fullmatch(text) is not None


def is_result_key(key: str) -> bool:
    """Whether it can be the name of a result folder: a plain name that stays in its place."""
    return _RESULT_KEY.fullmatch(key) is not None


def is_mask_name(name: str) -> bool:
    """A plain PNG name that stays in its folder."""
    return _MASK_NAME.fullmatch(name) is not None


def is_look_name(name: str) -> bool:
    """A name as core.project.looks gives it: it stays in its folder."""
    return _LOOK_NAME.fullmatch(name) is not None


def is_film_name(name: str) -> bool:
    """A plain name of a film in a result folder."""
    return _FILM_NAME.fullmatch(name) is not None
