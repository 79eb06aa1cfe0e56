"""The errors that a caller can catch, as one tree.

    StoryscriptError
    ├── StoryError                 the story has errors; nothing was submitted
    ├── ConfigurationError         a setting, an option or a path is not usable
    ├── CredentialsError           no credentials, or the service refused them
    ├── ServiceError               the service answered, and the answer ends the work
    │   ├── MalformedAnswerError   the answer cannot be understood
    │   ├── RefusedError           the service said no, with a code and a message
    │   │   └── ExpiredError       a file is no longer at its address
    │   └── TaskFailedError        the task ended without success
    ├── UnfinishedError            the work can go on later
    │   ├── UnreachableError       no answer came
    │   ├── SubmissionUnknownError a Run was sent and its answer was lost
    │   ├── LimitError             too many tasks, too many requests, or no balance
    │   └── DeadlineError          the task did not end in time
    └── DiskError                  the local disk failed

Messages are one line that a writer can act on: what happened, to what, what to do. None holds a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.diagnostics.model import Problem


class StoryscriptError(Exception):
    """The root of every error that storyscript raises on purpose."""


class StoryError(StoryscriptError):
    """The story has errors, so there is nothing to render.

    Attributes:
        problems: every problem found, sorted by position, warnings included.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ConfigurationError(StoryscriptError):
    """A setting, an option or a path that storyscript was given is not usable."""


class CredentialsError(StoryscriptError):
    """No credentials were found, or the service refused them (HTTP 401 or 403, code 98 or 99)."""


class ServiceError(StoryscriptError):
    """The service answered, and its answer ends the work on this task."""


class MalformedAnswerError(ServiceError):
    """The service's answer is not what its API describes: HTML, half a JSON, a missing field."""


class RefusedError(ServiceError):
    """The service said no.

    Attributes:
        code: the API's error code (0 general, 1 not found, …), or None where it gave none.
    """

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class ExpiredError(RefusedError):
    """A file is not, or no longer, to be had at the address that the service gave (HTTP 401, 403, 404 or 410).

    Such addresses live for a while only; the task's details may have a new one.
    """


class TaskFailedError(ServiceError):
    """A task ended without success, or was cancelled.

    Attributes:
        task_id: the task on the server.
    """

    def __init__(self, message: str, *, task_id: str) -> None:
        super().__init__(message)
        self.task_id = task_id


class UnfinishedError(StoryscriptError):
    """The work is not done and not lost: it can go on later."""


class UnreachableError(UnfinishedError):
    """No answer came: a connection, DNS, TLS or time-out failure.

    Attributes:
        lasting: asking again is of no use before somebody has changed something: a certificate that is not accepted.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


class SubmissionUnknownError(UnfinishedError):
    """A Run was sent and its answer was lost: it may have been accepted, so it is not sent again."""


class LimitError(UnfinishedError):
    """The service takes no more for now.

    Attributes:
        code: 96 (concurrent tasks), 97 (balance), or None for HTTP 429.
        retry_after: seconds the service asked to wait, or None.
    """

    def __init__(self, message: str, *, code: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after


class DeadlineError(UnfinishedError):
    """A task did not reach a terminal status in the time given."""


class DiskError(StoryscriptError):
    """A file or folder of the output could not be written."""
