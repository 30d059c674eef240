"""What lies over a clip that was taken apart sticks to its scene: a title on the wall stays there
while the camera moves.

A pin names a moment; as the clip looks over that moment's picture, so it stays on what the picture shows
(core.render.scene). Pure functions from project to project, each one undo step.
"""

from __future__ import annotations

from core.errors import EditError
from core.project.layers import layer_of
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Clip, Pin, Track


def stick(project: Project, clip_id: str, time: int) -> Project:
    """Pin a clip to the scene as it is seen at a record time.

    Raises:
        EditError: when the clip is itself a layer, or the film shows no clean background of a clip that was taken apart
            at that time.
    """
    sequence = project.sequence
    if sequence is None:
        raise EditError("there is no film", "Put a clip on the timeline first")
    track, _, clip = sequence.require(clip_id)
    if not can_stick(project, track, clip):
        raise EditError(
            f"{clip.name or 'this clip'} cannot stick to a scene",
            "Select a title, a colour or a picture over it",
        )
    for _, where, one in sequence.clips():
        file = layer_of(project, one)
        if file is not None and file.part == "plate" and time in where:
            rate = project.find_media(one.media_id or "").info.video
            assert rate is not None, "a plate is a film"
            shown = rate.rate.frame_at(one.time_map.at(time - where.start))
            return project.with_sequence(
                edits.set_clip(sequence, clip_id, pin=Pin(file.of, file.first + shown))
            )
    raise EditError(
        "there is no scene at the playhead", "Split the clip below into layers, and put the playhead on it"
    )


def loosen(project: Project, clip_id: str) -> Project:
    """Let a clip keep its place in the frame again."""
    sequence = project.sequence
    if sequence is None:
        return project
    return project.with_sequence(edits.set_clip(sequence, clip_id, pin=None))


def can_stick(project: Project, track: Track, clip: Clip) -> bool:
    """Whether a clip could be pinned: a picture that is no layer, which keeps to its scene
    anyway, and not the scene."""
    media = project.known_media(clip.media_id)
    return track.kind == "video" and (media is None or (media.layer is None and media.layers is None))
