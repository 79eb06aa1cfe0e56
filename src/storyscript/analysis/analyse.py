"""The analysis of a story, in its order: files, names, variables, characters, settings, panels, jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.analysis.characters import define_variable, describe_character
from storyscript.analysis.checks import identity, model, usage
from storyscript.analysis.checks.length import LengthCheck
from storyscript.analysis.files import File, load
from storyscript.analysis.jobs import assign_jobs
from storyscript.analysis.memory import RememberingReader
from storyscript.analysis.names import collect
from storyscript.analysis.panels import PanelReader
from storyscript.analysis.settings import SettingsReader
from storyscript.analysis.story import StoryText
from storyscript.analysis.text import TextReader
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.analysis.files import Files, Trees
    from storyscript.analysis.memory import Memory
    from storyscript.analysis.names import Statements
    from storyscript.analysis.story import Character, JobText, SettingValue
    from storyscript.diagnostics.sink import Sink
    from storyscript.source import Reader, SourceFile
    from storyscript.tokens.counter import TokenCounter


def analyse(
    source: SourceFile,
    sink: Sink,
    *,
    reader: Reader | None = None,
    overrides: SourceFile | None = None,
    defaults: File | None = None,
    fragment: bool = False,
    counter: TokenCounter | None = None,
    memory: Memory | None = None,
    trees: Trees | None = None,
) -> StoryText:
    """Find out what a story says, and everything that is wrong with it.

    Args:
        source: the story's own file.
        sink: takes the problems.
        reader: opens the files that it names; without one, naming a file is an error.
        overrides: settings, one a line, that win over the story's.
        defaults: settings that hold where neither says anything, in a file whose `path` is not empty.
        fragment: whether a story without scenes and events will do.
        counter: counts the tokens of prompts; by default as exactly as can be.
        memory: what the last analysis of this story left, and what this one leaves for the next; its trees are used.
        trees: makes texts and trees of files where there is no memory; by default anew.
    """
    files = load(source, reader, sink, trees if memory is None else memory.trees)
    statements = collect(files, sink)
    texts = TextReader(statements.names, sink)
    for variable in statements.variables:
        define_variable(variable, texts)
    reading = SettingsReader(texts, reader)
    for character in statements.characters:
        describe_character(character, texts, reading, statements)
    for file, setting, block in statements.settings:
        if not reading.read(file, setting) and block is not None:
            statements.spare(block)
    _read_from_outside(statements, reading, overrides, defaults)
    settings = reading.holding()
    main = _main(statements, settings)
    captions = None if "captions" in reading.failed else _word(settings, "captions", "text") == "text"
    reads = PanelReader(texts, statements, main, captions=captions)
    panels = reads if memory is None else RememberingReader(reads, memory.panels)
    for panel in statements.panels:
        panels.read(panel)
    jobs = _assign(statements, main, settings, reading.failed, sink)
    _check_whole(statements, files, jobs, sink, fragment=fragment)
    skipped = _skipped(statements, reading.failed)
    if not reading.failed.isdisjoint({"main", "style"}) or not _check_lengths(
        statements, jobs, settings, counter, sink
    ):
        skipped.add("SS409")
    for file in files.files:
        ignores = sink.ignores(file.source)
        if ignores is not None:
            usage.check_ignores(file.source, ignores, skipped, sink)
    return StoryText(
        title=_word(settings, "title", ""),
        author=_word(settings, "author", ""),
        panels=statements.panels,
        jobs=jobs,
        settings=settings,
        files=files.files,
        names=statements.names,
    )


def _read_from_outside(
    statements: Statements, reading: SettingsReader, overrides: SourceFile | None, defaults: File | None
) -> None:
    """Read the settings that win over the story's, then those that hold where nothing else speaks."""
    sink = reading.texts.sink
    if overrides is not None:
        file = File(overrides, parse(overrides.readable), "")
        sink.add_file(overrides)
        reading.override((file, item) for item in file.tree.items if isinstance(item, nodes.Setting))
    if defaults is not None and statements.panels:  # a fragment draws nothing, so nothing of them holds for it
        sink.add_file(defaults.source)
        reading.fill((defaults, item) for item in defaults.tree.items if isinstance(item, nodes.Setting))


def _main(statements: Statements, settings: dict[str, SettingValue]) -> Character | None:
    """The character of panels that name none (language page, "Settings", `main`)."""
    setting = settings.get("main")
    if setting is not None:
        return setting.value  # type: ignore[return-value]  # what the setting's reader gives
    characters = list(statements.names.characters.values())
    return next((character for character in characters if character.file.own), characters[0] if characters else None)


def _word(settings: dict[str, SettingValue], key: str, default: str) -> str:
    setting = settings.get(key)
    return default if setting is None else str(setting.value)


def _assign(
    statements: Statements, main: Character | None, settings: dict[str, SettingValue], failed: set[str], sink: Sink
) -> list[JobText]:
    panels = statements.panels
    setting = settings.get("identity")
    number = setting.value[0] if setting is not None and isinstance(setting.value, tuple) else None
    reorder = _word(settings, "reorder", "no") == "yes"
    # A panel whose lead is unknown belongs to nobody's job; all others do, so that one mistake stays one.
    jobs = assign_jobs([panel for panel in panels if not panel.wrong], main, identity=number, reorder=reorder)
    # Which scenes there are and whose, must be sure before anything is said of their order and number.
    clear = not _is_unclear(statements) and "main" not in failed
    if main is not None and not clear:
        main.used = True  # by a scene that is not seen, or by one whose lead is not known
    for job in jobs:
        if job.lead is not None:
            job.lead.used = True
        if clear and not reorder and job.lead is not None and failed.isdisjoint({"reorder", "identity"}):
            identity.check_identity_scenes(job, number, sink)
        identity.check_marked_with_image(job, sink)
    if clear and setting is not None:
        identity.check_enough_scenes(jobs, setting, sink)
    if clear and "model" in settings and panels and not any(panel.poisoned for panel in panels):
        model.check_trigger_words(jobs, settings["model"], sink)
    return jobs


def _check_lengths(
    statements: Statements,
    jobs: Sequence[JobText],
    settings: dict[str, SettingValue],
    counter: TokenCounter | None,
    sink: Sink,
) -> bool:
    """Look at the length of all prompts (SS409); whether that could be done."""
    if _is_unclear(statements):
        return False
    style = _word(settings, "style", str(story_diffusion_advanced().defaults["styleName"]))
    return LengthCheck(style, counter, sink).check(jobs)


def _is_unclear(statements: Statements) -> bool:
    """Whether there may be scenes that are not seen, or leads that are not known."""
    return (
        statements.names.missing
        or not statements.maybe.isdisjoint({"scene", "event"})
        or any(panel.wrong for panel in statements.panels)
    )


def _skipped(statements: Statements, failed: set[str]) -> set[str]:
    """The warnings of which nobody knows whether they would be given, because of what else is wrong."""
    skipped = set()
    if not statements.panels:
        skipped |= {"SS401", "SS402", "SS406", "SS407", "SS408", "SS409"}
    if _is_unclear(statements) or not failed.isdisjoint({"main", "reorder", "identity"}):
        skipped |= {"SS401", "SS402", "SS407", "SS408"}
    if any(panel.poisoned for panel in statements.panels):
        skipped |= {"SS408", "SS409", "SS410", "SS414"}
    if "captions" in failed:
        skipped.add("SS410")
    if statements.names.missing:
        skipped.add("SS406")
    if any(character.image_span and not character.image for character in statements.characters):
        skipped.add("SS402")
    return skipped


def _check_whole(statements: Statements, files: Files, jobs: Sequence[JobText], sink: Sink, *, fragment: bool) -> None:
    """What only the whole story shows: SS210, SS211, SS406."""
    if statements.panels:
        _check_cast(statements, sink)
        _check_events(statements, jobs, sink)
        usage.check_usage(statements.names, sink)
        return
    own = files.files[0].source
    if not fragment and not _is_unclear(statements) and not sink.is_damaged(own):
        end = len(own.text)
        sink.report(
            "SS211",
            files.files[0].span(end, end),
            "this story has neither scene nor event, so there is nothing to draw",
            hint="write `scene`, and below it, indented, what it shows",
        )


def _check_cast(statements: Statements, sink: Sink) -> None:
    names = statements.names
    if names.characters or names.missing or "character" in statements.maybe:
        return
    if any(setting.key.lower() == "main" for _, setting, _ in statements.settings):
        return  # it names one, which is unknown
    for panel in statements.panels:
        if not panel.no_character and not panel.wrong:
            sink.report(
                "SS210",
                panel.head,
                f"this {panel.kind} shows a character, and the story has none",
                hint="define one with `character NAME`, or mark the scene `[NC]`",
            )
            return


def _check_events(statements: Statements, jobs: Sequence[JobText], sink: Sink) -> None:
    if _is_unclear(statements):
        return
    for job in jobs:
        if job.events and not job.scenes and (job.lead is not None or any(other.scenes for other in jobs)):
            who = f"`{job.lead.name}` has" if job.lead is not None else "the story has"
            sink.report(
                "SS211",
                job.events[0].head,
                f"{who} events but no scene: events are further panels of a job with scenes",
                hint="make it a `scene`, or give it the `lead:` of a character that has scenes",
            )
