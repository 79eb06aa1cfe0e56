"""What the answer to a Run means, decided by one question: can there be a task?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.errors import MalformedAnswerError, RefusedError, SubmissionUnknownError, UnreachableError
from storyscript.wiro import answers
from storyscript.wiro.exchange import NoReply, Reply
from storyscript.wiro.models import Submission, read_object

if TYPE_CHECKING:
    from storyscript.wiro.censor import Censor

_GOOD = range(200, 300)
_SERVER_ERRORS = 500
_TOOK_NOTHING = frozenset({400, 404, 405, 411, 413, 414, 415, 422, 431})
"""HTTP statuses that say that the request itself was not taken, whatever the body says."""


def read_submission(reply: Reply | NoReply, endpoint: str, censor: Censor) -> Submission:
    """The task that a Run made.

    Raises:
        SubmissionUnknownError: there may be one, and nobody here knows.
        StoryscriptError: there is none, as `WiroClient.run` lists it.
    """
    if isinstance(reply, NoReply):
        if reply.may_have_left:
            raise _unknown(endpoint, reply.trouble.reason)
        raise UnreachableError(f"{endpoint}: {reply.trouble.reason}; nothing was submitted: {reply.trouble.advice}")
    answers.check_status(reply, endpoint, censor)
    try:
        answer = answers.read_answer(reply, endpoint)
    except MalformedAnswerError:
        if reply.status in _TOOK_NOTHING:
            raise RefusedError(
                f"{endpoint}: the service did not take the request (HTTP {reply.status}); check the base URL"
            ) from None
        raise _unknown(endpoint, f"the answer (HTTP {reply.status}) cannot be understood") from None
    says_no = not answer.result and "taskid" not in answer.fields
    # A bare "no" beside a server error may come from a gateway that does not know.
    if says_no and (answer.complaints or reply.status < _SERVER_ERRORS):
        raise answers.refusal(answer, reply, endpoint, censor)
    if not answer.result or reply.status not in _GOOD:
        raise _unknown(endpoint, f"the answer (HTTP {reply.status}) contradicts itself")
    try:
        return read_object(Submission, answer.fields, endpoint=endpoint)
    except MalformedAnswerError:
        raise _unknown(endpoint, "it was accepted, but the answer names no task") from None


def _unknown(endpoint: str, what: str) -> SubmissionUnknownError:
    return SubmissionUnknownError(
        f"{endpoint}: {what}; the task may have been accepted, so it is not sent again: look for it at Wiro"
    )
