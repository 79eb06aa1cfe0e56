"""Every code, with its severity and its name in a few words (language page, "Diagnostics")."""

from __future__ import annotations

from typing import Final

from storyscript.diagnostics.model import Severity

TITLES: Final = {
    "SS101": "unknown statement",
    "SS102": "malformed statement",
    "SS103": "indented line without a block",
    "SS104": "unbalanced, empty or malformed braces",
    "SS105": "invalid UTF-8 or control character",
    "SS106": "file too large",
    "SS201": "unknown setting",
    "SS202": "value empty or of the wrong form",
    "SS203": "setting given twice",
    "SS204": "name defined twice",
    "SS205": "unknown variable or character",
    "SS206": "file not found or not readable",
    "SS207": "include cycle",
    "SS208": "file outside the root",
    "SS209": "insertions over the bound",
    "SS210": "no character for a panel that needs one",
    "SS211": "no scenes",
    "SS212": "block without prose",
    "SS213": "misplaced or repeated property",
    "SS214": "mention where none may stand",
    "SS301": "`|` in a text",
    "SS302": "`#` in a text",
    "SS303": "`[NC]` in a text",
    "SS304": "reference image without `img`",
    "SS305": "`img` once too often",
    "SS400": "ignore comment without effect",
    "SS401": "`[NC]` among the identity scenes",
    "SS402": "`[NC]` together with a reference image",
    "SS403": "almost `[NC]` in a text",
    "SS404": "value outside the known range",
    "SS405": "text that looks like structure",
    "SS406": "name never used",
    "SS407": "identity greater than a job's scenes",
    "SS408": "trigger word missing",
    "SS409": "prompt longer than the text encoder reads",
    "SS410": "caption the same as the scene",
    "SS411": "prose before and after a caption",
    "SS412": "model not in the table",
    "SS413": "half a comment",
    "SS414": "name without `@`",
}


def severity(code: str) -> Severity:
    """Whether a code is an error or a warning; the first digit says it."""
    return Severity.WARNING if code.startswith("SS4") else Severity.ERROR
