"""The table of faults, second part: once there may be a task."""

from __future__ import annotations

from typing import Final

from rendering.fault_causes import forget, goes_right, loses_the_answer_and_is_wrong, steps_back, stop_all
from rendering.fault_rows import (
    DONE,
    FILE,
    FOUND,
    JUDGED,
    LOOSE,
    PHOTO,
    READ,
    RESUBMIT,
    THERE,
    Ends,
    Row,
    under_way,
    unknown,
)

WAITING: Final = (
    Row(
        tuple(
            f"{name}@1/Task/Detail"
            for name in ("refused", "timeout", "reset", "hangup", "truncated", "unended", "stall", "reset-amid")
        ),
        READ,
        under_way(5, "UnreachableError"),
        THERE,
        "try again later",
    ),
    Row(
        tuple(f"http-{status}@1/Task/Detail" for status in (408, 500, 502, 503, 504)),
        READ,
        under_way(5, "UnreachableError"),
        THERE,
        "the service is out of order",
    ),
    Row(("http-503:3/Task/Detail", "http-429:3/Task/Detail", "reset:3/Task/Detail"), READ, DONE, THERE, tries=3),
    Row(
        ("http-429@1/Task/Detail", "http-429-huge@1/Task/Detail"),
        READ,
        under_way(5, "LimitError"),
        THERE,
        "fewer requests",
    ),
    Row(
        tuple(
            f"{name}/Task/Detail"
            for name in ("html", "html-after", "not-json", "empty", "json-list", "garbage", "garbage-after")
        )
        + tuple(f"{name}/Task/Detail" for name in ("half-json", "wrong-bytes", "twice-keys", "unseen-cut", "gzip"))
        + ("http-404/Task/Detail", "api-redirect/Task/Detail"),
        JUDGED,
        under_way(4, "MalformedAnswerError"),
        THERE,
        "check the base URL",
        tries=1,
    ),
    Row(
        tuple(f"{name}/Task/Detail" for name in ("http-401", "http-403", "code-98", "code-99")),
        JUDGED,
        under_way(3, "CredentialsError"),
        THERE,
        "check the API key and secret",
        tries=1,
    ),
    Row(
        ("code-96/Task/Detail", "code-97/Task/Detail"),
        JUDGED,
        under_way(5, "LimitError"),
        THERE,
        "then go on",
        tries=1,
    ),
    Row(
        ("unknown-status@1",),
        "still running, for half an hour",
        under_way(5, "DeadlineError"),
        THERE,
        "still in `task_dreaming` after 1800 seconds",
    ),
    Row(
        ("stuck",),
        "left to itself after half an hour",
        under_way(5, "DeadlineError", paid=0),
        under_way(5, "DeadlineError", paid=0)._replace(runs=0),
        "still in `task_output` after 1800 seconds",
    ),
    Row(("long-queue",), "waited for", DONE, THERE),
    Row(
        ("fails",),
        "`pexit` is not 0: not submitted again by `resume`, but by the next `run`",
        under_way(4, "TaskFailedError", "failed", 0),
        under_way(4, "TaskFailedError", "failed", 0)._replace(runs=0),
        "CUDA out of memory",
    ),
    Row(
        ("stuck",),
        "as one that failed",
        under_way(5, "DeadlineError", paid=0),
        under_way(4, "TaskFailedError", "failed", 0)._replace(runs=0),
        "after 1800 seconds",
        name="a task that somebody kills in between",
        mend=stop_all,
    ),
    Row(
        ("html/Task/Detail",),
        "said, with the way to have it drawn anew; it is not taken for lost",
        under_way(4, "MalformedAnswerError"),
        Ends(4, "RefusedError", 0, 1, "accepted", 0),
        "check the base URL",
        name="a task that the service has forgotten",
        mend=forget,
    ),
)

FETCHING: Final = (
    Row(
        ("no-outputs",),
        "looked for ten times, three seconds apart",
        under_way(4, "MalformedAnswerError", "ended"),
        under_way(4, "MalformedAnswerError", "ended")._replace(runs=0),
        "the service names no outputs",
    ),
    Row(("late-outputs", "fresh-urls"), "the task is asked again", DONE, THERE),
    Row(
        ("more-outputs", "fewer-outputs"),
        "all are kept, in `unplaced/`: nobody knows which panel is which",
        DONE._replace(panels=0),
        LOOSE,
    ),
    Row(
        ("url-expired", "http-401/files", "http-403/files", "http-404/files"),
        FILE + ": in vain once",
        DONE,
        THERE,
        tries=1,
    ),
    Row(
        ("url-expired@1", "http-401@1/files", "http-403@1/files", "http-404@1/files"),
        FILE,
        under_way(4, "ExpiredError", "ended"),
        THERE,
        "ask for the task's details for a new one",
        tries=6,
    ),
    Row(("wrong-type@1",), "the bytes count, not what they are called", DONE, THERE),
    Row(("no-picture", "broken-picture", "bomb", "file-redirect"), "fetched again", DONE, THERE, tries=1),
    Row(("no-picture@1",), FILE, under_way(4, "MalformedAnswerError", "ended"), THERE, "no picture", 6),
    Row(("broken-picture@1",), FILE, under_way(4, "MalformedAnswerError", "ended"), THERE, "does not decode", 6),
    Row(
        ("bomb@1",),
        FILE + "; never decoded",
        under_way(4, "MalformedAnswerError", "ended"),
        THERE,
        "2,500,000,000 pixels, which are too many",
        tries=6,
    ),
    Row(
        ("wrong-size",),
        FILE + "; a file of another size is not kept",
        under_way(4, "MalformedAnswerError", "ended"),
        under_way(4, "MalformedAnswerError", "ended")._replace(runs=0),
        "where the service announces",
    ),
    Row(
        ("unseen-cut@1/files", "html@1/files", "empty@1/files", "gzip@1/files", "not-json@1/files"),
        FILE,
        under_way(4, "MalformedAnswerError", "ended"),
        THERE,
        "it",
        tries=6,
    ),
    Row(
        ("file-redirect@1",),
        FILE + "; five redirects each time",
        under_way(4, "MalformedAnswerError", "ended"),
        THERE,
        "more than 5 redirects",
        tries=36,
    ),
    Row(
        ("truncated@1/files", "unended@1/files", "stall@1/files", "reset-amid@1/files"),
        FILE,
        under_way(5, "UnreachableError", "ended"),
        THERE,
        "try again later",
        tries=6,
    ),
    Row(
        tuple(
            f"{name}@1/files" for name in ("refused", "timeout", "reset", "hangup", "http-429", "http-500", "http-503")
        ),
        FILE + ", and each time asked four times",
        under_way(5, "UnreachableError", "ended"),
        THERE,
        "try again later",
        tries=24,
    ),
    Row(("truncated/files", "http-503:3/files", "reset/files", "timeout/files"), "fetched again", DONE, THERE),
)

HEARING: Final = (
    Row(("ws-refused@1", "ws-dropped@1"), "the task is looked at as if there were none", DONE, THERE),
    Row(("ws-silent@1",), "the task is looked at twice a minute all the same", DONE, THERE),
    Row(("ws-nonsense@1",), "never more than a reason to look: the last word is the task's details", DONE, THERE),
)

LOOKING: Final = (
    Row(
        ("reset-after",),
        "a person decides",
        unknown(1),
        unknown(1, 0),
        RESUBMIT,
        later=("list-unsupported@1", "list-bare@1", "html@1/Task/List", "half-json@1/Task/List"),
    ),
    Row(
        ("reset-after",),
        "read all the same",
        unknown(1),
        THERE,
        RESUBMIT,
        later=("list-text@1", "http-503:3/Task/List"),
    ),
    Row(
        ("reset-after",),
        "asked four times; `resume` again looks again",
        unknown(1),
        Ends(5, "UnreachableError", 0, 1, "intended", 0),
        RESUBMIT,
        later=("refused@1/Task/List", "http-500@1/Task/List"),
    ),
    Row(
        ("reset-after",),
        "not asked again",
        unknown(1),
        Ends(3, "CredentialsError", 0, 1, "intended", 0),
        RESUBMIT,
        later=("http-401@1/Task/List", "code-98@1/Task/List"),
    ),
)

UPLOADING: Final = (
    Row(
        ("reset/File/Upload", "reset-after/File/Upload", "timeout-after/File/Upload", "http-500-after/File/Upload"),
        "sent once; `resume` uploads it again, which costs nothing",
        Ends(5, "UnreachableError", 0, 0, "", 0),
        DONE,
        "",
        tries=1,
        story=PHOTO,
    ),
    Row(
        ("html/File/Upload", "garbage-after/File/Upload", "half-json/File/Upload"),
        "sent once; `resume` uploads it again, which costs nothing",
        Ends(4, "MalformedAnswerError", 0, 0, "", 0),
        DONE,
        "",
        tries=1,
        story=PHOTO,
    ),
    Row(("http-401/File/Upload",), "as for a Run", Ends(3, "CredentialsError", 0, 0, "", 0), DONE, "", 1, story=PHOTO),
)

CLOCKS: Final = (
    Row((), "no deadline and no pause hangs on it", DONE, THERE, name="a clock that steps back", begin=steps_back),
    Row(
        ("reset-after",),
        FOUND,
        unknown(1),
        THERE,
        RESUBMIT,
        name="a lost answer, and a clock that is an hour slow",
        begin=loses_the_answer_and_is_wrong(-3600.0),
        mend=goes_right,
    ),
    Row(
        ("reset-after",),
        "the task seems older than the job, so it is not taken for it: a person decides",
        unknown(1),
        unknown(1, 0),
        RESUBMIT,
        name="a lost answer, and a clock that is an hour fast",
        begin=loses_the_answer_and_is_wrong(3600.0),
        mend=goes_right,
    ),
)
