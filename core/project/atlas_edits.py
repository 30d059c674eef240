"""The stack of atlas edits in the document: pure functions Project -> Project, and what a project file may say of it.

A media has at most one set of atlases (`Media.atlas`, the key of its result) and one stack (`Media.atlas_edits`),
bottom first, in which the edits of all its objects lie; each object sees its own. Edits outlive the result: when the
clip is unrolled again they lie on the new atlas.
"""

from __future__ import annotations

import math
import re
from typing import Any

from msgspec.structs import replace

from core.errors import EditError
from core.project.atlas_kinds import EDIT_KINDS, PAGE_KINDS, AtlasEdit, edit_numbers, edit_texts
from core.project.project import Media, Project
from core.timeline.model import new_id

MOST_EDITS = 500
"""Edits of one media: far more than anyone stacks."""
LONGEST_TEXT = 2000
MOST_PAGES = 10_000
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_FILE = re.compile(r"[0-9a-f]{32}\.png", re.ASCII)


def is_edit_file(name: str) -> bool:
    """A name as core.project.atlas_pictures gives it: it stays in its folder."""
    return _FILE.fullmatch(name) is not None


def new_edit(
    kind: str,
    label: int,
    name: str = "",
    *,
    file: str = "",
    numbers: dict[str, float] | None = None,
    texts: dict[str, str] | None = None,
    page: int = 0,
) -> AtlasEdit:
    """An edit with the kind's defaults. page: as `AtlasEdit`; of other kinds than PAGE_KINDS it is 0.

    Raises:
        KeyError: for an unknown kind.
    """
    known = EDIT_KINDS[kind]
    return AtlasEdit(
        new_id(), label, kind, name or known.title, lit=known.lit, file=file, numbers=numbers or {}, texts=texts or {},
        page=page if kind in PAGE_KINDS else 0,
    )  # fmt: skip


def edits_of(media: Media, label: int) -> tuple[AtlasEdit, ...]:
    """The edits on one object's atlas, bottom first."""
    return tuple(edit for edit in media.atlas_edits if edit.label == label)


def find_edit(media: Media, edit_id: str) -> AtlasEdit | None:
    """The edit of an id; None when there is none."""
    return next((edit for edit in media.atlas_edits if edit.id == edit_id), None)


def with_atlas(
    project: Project, media_id: str, key: str, edits: tuple[AtlasEdit, ...] | None = None
) -> Project:
    """The media with another set of atlases; its edits stay, or `edits` take their place. An empty key: with none."""
    media = project.require_media(media_id)
    return project.with_media(
        replace(media, atlas=key, atlas_edits=media.atlas_edits if edits is None else edits)
    )


def with_edit(project: Project, media_id: str, edit: AtlasEdit) -> Project:
    """The edit of that id replaced, or laid on top of the stack.

    Raises:
        EditError: when the stack is full.
    """
    media = project.require_media(media_id)
    if any(known.id == edit.id for known in media.atlas_edits):
        edits = tuple(edit if known.id == edit.id else known for known in media.atlas_edits)
    elif len(media.atlas_edits) >= MOST_EDITS:
        raise EditError(f"{media.name} has {MOST_EDITS} edits already", "Delete some of them first")
    else:
        edits = (*media.atlas_edits, edit)
    return project.with_media(replace(media, atlas_edits=edits))


def change_edit(project: Project, media_id: str, edit_id: str, **fields: Any) -> Project:
    """Some fields of an edit changed; `numbers` and `texts` are laid over those it has.

    Raises:
        EditError: when there is no such edit any more.
    """
    media = project.require_media(media_id)
    edit = find_edit(media, edit_id)
    if edit is None:
        raise EditError("the edit is not there any more")
    for name in ("numbers", "texts"):
        if name in fields:
            fields[name] = {**getattr(edit, name), **fields[name]}
    return with_edit(project, media_id, replace(edit, **fields))


def without_edit(project: Project, media_id: str, edit_id: str) -> Project:
    """The project without an edit. Raises EditError when the media is gone."""
    media = project.require_media(media_id)
    edits = tuple(edit for edit in media.atlas_edits if edit.id != edit_id)
    return project.with_media(replace(media, atlas_edits=edits))


def move_edit(project: Project, media_id: str, edit_id: str, by: int) -> Project:
    """The edit `by` places further up among those of its object; negative: down. It stops at the ends."""
    media = project.require_media(media_id)
    edit = find_edit(media, edit_id)
    if edit is None:
        return project
    own = list(edits_of(media, edit.label))
    at = own.index(edit)
    own.insert(min(max(at + by, 0), len(own) - 1), own.pop(at))
    fresh = iter(own)
    edits = tuple(next(fresh) if known.label == edit.label else known for known in media.atlas_edits)
    return project.with_media(replace(media, atlas_edits=edits))


def copy_edit(project: Project, media_id: str, edit_id: str, copy_id: str) -> Project:
    """The same edit once more, right above, under another id.

    Raises:
        EditError: when there is no such edit any more, or the stack is full.
    """
    edit = find_edit(project.require_media(media_id), edit_id)
    if edit is None:
        raise EditError("the edit is not there any more")
    project = with_edit(project, media_id, replace(edit, id=copy_id))
    own = edits_of(project.find_media(media_id), edit.label)
    return move_edit(project, media_id, copy_id, own.index(edit) - len(own) + 2)


def believable(edits: tuple[AtlasEdit, ...]) -> tuple[AtlasEdit, ...]:
    """Those of a project file's edits that make sense, with their values inside bounds."""
    kept: dict[str, AtlasEdit] = {}
    for edit in edits[:MOST_EDITS]:
        kind = EDIT_KINDS.get(edit.kind)
        named = _ID.fullmatch(edit.id) is not None and edit.id not in kept
        filed = kind is not None and (is_edit_file(edit.file) if kind.file else not edit.file)
        if named and filed and 0 <= edit.label <= 255:
            opacity = min(max(edit.opacity, 0.0), 1.0) if math.isfinite(edit.opacity) else 1.0
            numbers = {name: value for name, value in edit_numbers(edit).items() if name in edit.numbers}
            texts = {
                name: text[:LONGEST_TEXT] for name, text in edit_texts(edit).items() if name in edit.texts
            }
            page = edit.page if edit.kind in PAGE_KINDS and 0 <= edit.page <= MOST_PAGES else 0
            kept[edit.id] = replace(
                edit, name=edit.name[:200], opacity=opacity, numbers=numbers, texts=texts, page=page
            )
    return tuple(kept.values())
