"""The names and numbers of Wiro's API that both of its ends speak: the client and the fake server.

Constants only, from the API page ("Integration", "Task Status Information") and Wiro's public documentation.
"""

from __future__ import annotations

from typing import Final

BASE_URL: Final = "https://api.wiro.ai/v1"
SOCKET_URL: Final = "wss://socket.wiro.ai/v1"
TOOL: Final = "wiro/story-diffusion-advanced"
"""The tool's slug, `owner/model`, as it stands in the Run path."""

# Endpoints: paths below the base URL, every one a POST.
RUN: Final = "/Run"
"""Followed by `/` and the tool's slug."""
TASK_DETAIL: Final = "/Task/Detail"
TASK_KILL: Final = "/Task/Kill"
TASK_CANCEL: Final = "/Task/Cancel"
TASK_LIST: Final = "/Task/List"
TASK_DELETE_FILES: Final = "/Task/InputOutputDelete"
TOOL_DETAIL: Final = "/Tool/Detail"
FILE_UPLOAD: Final = "/File/Upload"

MOST_UPLOAD_BYTES: Final = 100 * 1024 * 1024
"""The size of a file that `/File/Upload` takes."""

# Request headers of both ways to authenticate; in key-only mode the first stands alone.
HEADER_KEY: Final = "x-api-key"
HEADER_NONCE: Final = "x-nonce"
HEADER_SIGNATURE: Final = "x-signature"

# Fields that name a task in a request.
FIELD_TASK_ID: Final = "taskid"
FIELD_TASK_TOKEN: Final = "tasktoken"  # noqa: S105 - the field's name, no secret
FIELD_SOCKET_TOKEN: Final = "socketaccesstoken"  # noqa: S105 - the field's name, no secret

# Fields that name a tool in a request: the two parts of its slug.
FIELD_OWNER: Final = "slugowner"
FIELD_PROJECT: Final = "slugproject"

# Statuses of a task.
STATUS_QUEUE: Final = "task_queue"
STATUS_ACCEPT: Final = "task_accept"
STATUS_PREPROCESS_START: Final = "task_preprocess_start"
STATUS_PREPROCESS_END: Final = "task_preprocess_end"
STATUS_ASSIGN: Final = "task_assign"
STATUS_START: Final = "task_start"
STATUS_OUTPUT: Final = "task_output"
STATUS_OUTPUT_FULL: Final = "task_output_full"
STATUS_ERROR: Final = "task_error"
STATUS_ERROR_FULL: Final = "task_error_full"
STATUS_END: Final = "task_end"
STATUS_POSTPROCESS_START: Final = "task_postprocess_start"
STATUS_POSTPROCESS_END: Final = "task_postprocess_end"
STATUS_CANCEL: Final = "task_cancel"

LIFE_CYCLE: Final = (
    STATUS_QUEUE,
    STATUS_ACCEPT,
    STATUS_PREPROCESS_START,
    STATUS_PREPROCESS_END,
    STATUS_ASSIGN,
    STATUS_START,
    STATUS_OUTPUT,
    STATUS_OUTPUT_FULL,
    STATUS_END,
    STATUS_POSTPROCESS_START,
    STATUS_POSTPROCESS_END,
)
"""The statuses of a task that nobody stops, in order."""

TERMINAL_STATUSES: Final = frozenset({STATUS_POSTPROCESS_END, STATUS_CANCEL})
"""Polling stops at these; every other status, known or not, means: still running."""

EXIT_SUCCESS: Final = "0"
"""`pexit` of a process that succeeded."""

# Error codes.
CODE_GENERAL: Final = 0
CODE_NOT_FOUND: Final = 1
CODE_CONCURRENCY: Final = 96
CODE_BALANCE: Final = 97
CODE_SIGN_IN: Final = 98
CODE_BEARER: Final = 99

# Error messages. Those with braces are for `str.format`.
MESSAGE_UNKNOWN_KEY: Final = "Project authorization is not founded."
MESSAGE_SIGNATURE_REQUIRED: Final = (
    "Project requires signature authentication. x-signature and x-nonce headers are required."
)
MESSAGE_WRONG_SIGNATURE: Final = "Project authorization is not valid."
MESSAGE_UNKNOWN_PATH: Final = "Error parsing url."
MESSAGE_REQUIRED: Final = "Request parameter [{name}] required"
MESSAGE_NOT_A_NUMBER: Final = "Request parameter [{name}] must be integer or float"
MESSAGE_OUT_OF_RANGE: Final = "Request parameter [{name}] must be between {min} and {max}"
MESSAGE_INVALID: Final = "Request parameters are invalid."
MESSAGE_NO_TOOL: Final = "slug-owner-project-not-exist"
MESSAGE_NO_BALANCE: Final = "Insufficient balance"
MESSAGE_CONCURRENCY: Final = (
    "You have reached your concurrent task limit. With your current balance of ${balance}, you can run up to "
    "{limit} tasks at the same time. Add funds to increase your limit."
)
MESSAGE_NO_TASK: Final = "There is no task yet."
MESSAGE_TASK_REQUIRED: Final = "taskid or socketaccesstoken is required"
MESSAGE_NOT_CANCELLABLE: Final = "Task is not in a cancellable state."
MESSAGE_NOT_KILLED: Final = "Task could not be killed: {reason}"
MESSAGE_NOT_PERMITTED: Final = "You don't have any permission for this action."
MESSAGE_NO_TASK_TO_DELETE: Final = "task-not-exist"
MESSAGE_DELETE_TOO_EARLY: Final = "Task must be completed or cancelled before deleting files"
