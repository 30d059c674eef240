"""Commands on the media selected in the bin."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from app.actions.registry import Action, needs, perform, tr
from app.jobs.media_work import require_same_file
from app.widgets.asking import ask_choice
from core.errors import EditError, MediaError
from core.media.info import AudioInfo, MediaInfo
from core.project import results
from core.project.layers import taken_from
from core.project.media_choices import sounds_of, with_fields, with_sound
from core.project.media_folders import folders, in_folder
from core.project.paths import media_path, readable_path, results_folder
from core.project.placing import without_media
from core.project.project import Media

if TYPE_CHECKING:
    from app.editor import Editor
    from app.jobs.records import JobRecord

MENU = (
    "media.draw_masks",
    "",
    "media.make_proxy",
    "media.drop_proxy",
    "media.deinterlace",
    "media.sound",
    "",
    "media.relink",
    "media.reveal",
    "media.folder",
    "",
    "media.remove",
)


def title(action: Action) -> str:
    return tr(action.title)


def chosen(editor: Editor) -> list[Media]:
    return [media for media in editor.document.project.media if media.id in editor.state.bin_selection]


@needs("Select media in the bin first")
def has_chosen(editor: Editor) -> bool:
    return bool(chosen(editor))


def one(editor: Editor) -> Media:
    """The first selected media. Raises EditError when there is none."""
    found = chosen(editor)
    if not found:
        raise EditError("nothing is selected in the media bin", "Click a clip there first")
    return found[0]


def remove(editor: Editor) -> None:
    """Take media out of the project together with its clips; undo brings all of it back."""
    found = chosen(editor)
    ids = frozenset(media.id for media in found)
    sequences = editor.document.project.sequences
    used = sum(1 for sequence in sequences for _, _, clip in sequence.clips() if clip.media_id in ids)
    editor.document.edit(tr("Remove from bin"), without_media, ids)
    if used:
        one_clip = tr("A clip of it was taken off the timeline")
        many = tr("{clips} clips of it were taken off the timeline").format(clips=used)
        words = one_clip if used == 1 else many
        editor.notify.info(words, tr("Undo brings them back"))


def to_folder(editor: Editor, name: str | None = None) -> None:
    """Lay the selected media into a folder of the bin; asks into which."""
    found, project = chosen(editor), editor.document.project
    names = [found[0].folder, *(known for known in folders(project) if known != found[0].folder)]
    if name is None:
        words = tr("Name of a folder, new or there already; none takes it out")
        name = ask_choice(editor.window, tr("Move to folder"), words, names, others=True)
        if name is None:
            return
    editor.document.edit(tr("Move to folder"), in_folder, {media.id for media in found}, name)


def draw_masks(editor: Editor) -> None:
    """Show the media in the mask view, of a layer what it was taken from."""
    media = one(editor)
    if media.info.video is None:
        raise EditError(f"{media.name} has no picture", "Select a video or a picture")
    source, first = taken_from(editor.document.project, media)
    editor.state.set("media", source.id)
    editor.state.set("media_frame", first)
    editor.state.set("view", "media")


@needs("Select a video or a picture in the bin first")
def has_picture(editor: Editor) -> bool:
    return any(media.info.video is not None for media in chosen(editor))


@needs("Select a video in the bin first")
def has_video(editor: Editor) -> bool:
    return any(media.info.kind == "video" for media in chosen(editor))


@needs("None of the media selected in the bin has a proxy")
def has_proxy(editor: Editor) -> bool:
    return any(media.proxy for media in chosen(editor))


def make_proxy(editor: Editor) -> None:
    """Queue a proxy of every selected video."""
    data = editor.document.data
    if data is None:
        raise EditError("the project has no folder yet", "Save the project first")
    for media in chosen(editor):
        video = media.info.video
        if media.info.kind == "video" and video is not None:
            path = readable_path(editor.document.path, media)
            editor.jobs.submit(
                "proxy",
                tr("Proxy of {name}").format(name=media.name),
                {"path": str(path), "height": int(editor.settings.number("proxy_height"))}
                | ({"fields": video.fields} if video.fields else {}),
                {"path": media.info.fingerprint},
                root=results_folder(data),
                on_done=partial(attach_proxy, editor),
                context={"media": media.id},
            )


def attach_proxy(editor: Editor, record: JobRecord) -> None:
    """A finished proxy goes to its media; also called for jobs that a restart resumed."""
    media_id = record.media_id
    known = {media.id for media in editor.document.project.media}
    if record.folder is None:
        return
    if media_id not in known:
        editor.notify.info(tr("The proxy is ready, but its media is no longer in the bin"))
        return
    if editor.document.data is not None:
        results.bring(record.folder, editor.document.data)
    with editor.notify.failures():
        require_same_file(editor.document.project, record)
        editor.document.edit(tr("Attach proxy"), results.attached, media_id, proxy=record.folder.name)


def drop_proxy(editor: Editor) -> None:
    for media in chosen(editor):
        editor.document.edit(tr("Do without proxy"), results.attached, media.id, proxy="")


def deinterlaces(editor: Editor) -> bool:
    """Whether every selected film is shown with its fields rebuilt where they comb."""
    videos = [media.info.video for media in chosen(editor) if media.info.kind == "video"]
    return bool(videos) and all(video is not None and video.fields_apart for video in videos)


def deinterlace(editor: Editor) -> None:
    """Rebuild fields of the selected films where they comb, or show them as they are."""
    apart = not deinterlaces(editor)
    words = tr("Deinterlace") if apart else tr("Show both fields together")
    editor.document.edit(words, with_fields, [media.id for media in chosen(editor)], apart)


@needs("Select media with several sounds or channels in the bin first")
def has_sounds(editor: Editor) -> bool:
    found = chosen(editor)
    return bool(found) and len(sounds_of(found[0].info)) > 1


def choose_sound(editor: Editor, number: int | None = None) -> None:
    """Choose which stream of a media is heard, or one channel alone; asks unless `number` says which of `sounds_of`."""
    media = one(editor)
    sounds = sounds_of(media.info)
    if number is None:
        heard = next((place for place, audio in enumerate(sounds) if audio == media.info.audio), 0)
        names = [sound_name(audio) for audio in sounds]
        words = tr("What is heard of {name}").format(name=media.name)
        name = ask_choice(editor.window, tr("Sound of the file"), words, names, begin=heard)
        if name is None:
            return
        number = names.index(name)
    editor.document.edit(tr("Sound of the file"), with_sound, media.id, sounds[number])


def sound_name(audio: AudioInfo) -> str:
    """What the user reads of a stream, one of its channels, or two streams together."""
    if audio.right >= 0:
        words = tr("Streams {left} and {right}: left and right")
        return words.format(left=audio.stream + 1, right=audio.right + 1)
    stream = tr("Stream {number}").format(number=audio.stream + 1)
    if audio.channel:
        return tr("{stream}: channel {channel} alone").format(stream=stream, channel=audio.channel)
    channels = {1: tr("mono"), 2: tr("stereo")}.get(audio.channels)
    return f"{stream}: {channels or tr('{count} channels').format(count=audio.channels)}"


def relink(editor: Editor) -> None:
    """Let the user show where the file is now; missing ones are looked for together."""
    from core.project.relink import place_of  # loads the media libraries

    media = one(editor)
    old = media_path(editor.document.path, media)
    if media.missing and not old.exists():
        perform(editor, "file.relink")
        return
    parent = QApplication.activeWindow()
    text, _ = QFileDialog.getOpenFileName(
        parent, tr("Where is {name}?").format(name=media.name), str(old.parent)
    )
    if text:
        relink_to(editor, media.id, place_of(media, Path(text)))


def relink_to(editor: Editor, media_id: str, path: Path) -> None:
    """Look into the file in the background, then tie the media to it."""
    from app.project.media_import import importer_of
    from core.project.watching import check_fits, with_file

    def done(info: MediaInfo) -> None:
        media = editor.document.project.require_media(media_id)
        check_fits(media, info, path)
        editor.document.edit(tr("Relink {name}").format(name=media.name), with_file, media_id, path, info)
        if info.fingerprint != media.info.fingerprint:
            words = tr("{name} is not the same file as before").format(name=path.name)
            editor.notify.warning(words, tr("Check the cuts; undo takes the link back"))

    importer_of(editor).look(path, done)


def reveal(editor: Editor) -> None:
    """Open the folder of the file in the file manager."""
    folder = media_path(editor.document.path, one(editor)).parent
    if not folder.exists():
        raise MediaError(f"{folder} is not there", "Relink the media")
    QDesktopServices.openUrl(QUrl.fromLocalFile(os.fspath(folder)))


ACTIONS = (
    Action("media.draw_masks", "Draw &masks", draw_masks, (), "Mask", has_picture, icon="mask",
           help="Open the media selected in the bin in the mask view"),
    Action("media.make_proxy", "Make &proxy", make_proxy, (), "Clip/Media", has_video, icon="proxy", separator=True,
           help="A small copy for smooth scrubbing; export never uses it"),
    Action("media.drop_proxy", "Do without proxy", drop_proxy, (), "Clip/Media", has_proxy),
    Action("media.deinterlace", "Dei&nterlace", deinterlace, (), "Clip/Media", has_video, deinterlaces,
           help="Where the two fields of interlaced media comb, one is rebuilt from the other; all else stays "
                "as it is"),
    Action("media.sound", "So&und of the file…", choose_sound, (), "Clip/Media", has_sounds, icon="audio",
           help="Hear another sound stream of the selected media, or one of its channels alone on both sides"),
    Action("media.relink", "Re&link…", relink, (), "Clip/Media", has_chosen, help="Show where the file is now"),
    Action("media.reveal", "Show in &folder", reveal, (), "Clip/Media", has_chosen, icon="folder"),
    Action("media.folder", "Move to folder…", to_folder, (), "Clip/Media", has_chosen,
           help="Folders of the media bin; choose one above the list to see it alone"),
    Action("media.remove", "Remove from &bin", remove, (), "Clip/Media", has_chosen, icon="remove"),
)  # fmt: skip
