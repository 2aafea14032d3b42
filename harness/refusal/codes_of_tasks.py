"""Finding codes of a task that was created, and of its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import Move
from harness.refusal.code import Code

_YOURS, _PROVIDERS, _OURS = Move.YOURS, Move.PROVIDERS, Move.OURS

CODES: Final[Mapping[str, Code]] = {
    "TASK.FAILED": Code(
        _PROVIDERS,
        "The task was accepted and ended FAILED.",
        "State FAILED, and the provider's own code in the message: INTERNAL, INPUT_PREPROCESSING.INTERNAL, THIRD_PARTY "
        "are passing faults (the verdict is inconclusive). A failure without a code is told by its text.",
        "Passing fault: run again later.",
        "failureCode THIRD_PARTY.UNAVAILABLE",
    ),
    "TASK.BAD_OUTPUT": Code(
        _YOURS,
        "The task was done, and the provider threw the result away for its quality.",
        "State FAILED with INTERNAL.BAD_OUTPUT.…. Runway reports 0 credits for it.",
        "Change the input, often text or logos in the picture; the same input is likely to fail again.",
        "failureCode INTERNAL.BAD_OUTPUT.CODE01",
    ),
    "TASK.CANCELLED": Code(
        _PROVIDERS,
        "The task was cancelled, and not by this run.",
        "State CANCELLED.",
        "Find out who cancelled it; run again.",
        "Somebody pressed cancel in the web app.",
    ),
    "TASK.TIMEOUT": Code(
        _PROVIDERS,
        "The task had not ended when its time was up.",
        "The state was still PENDING or RUNNING at the task's time limit.",
        "Look for the task id in your account: it may still end. Give it longer with --task-timeout.",
        "Still RUNNING after 600 s and 96 polls.",
    ),
    "TASK.UNFINISHED": Code(
        _PROVIDERS,
        "The task had not ended when it was last looked at, and nothing says why nobody looked again.",
        "An outcome without an end state.",
        "Look for the task id in your account.",
        "Every further poll was refused.",
    ),
    "TASK.STOPPED": Code(
        _YOURS,
        "The run was interrupted, and cancelled the task because it had not begun. It may be billed all the same.",
        "Ctrl-C, or a signal; a last look saw PENDING or THROTTLED, and the API took the cancel.",
        "Run it again; look at the account for what the cancelled task costs.",
        "SIGINT two seconds after the create.",
    ),
    "TASK.LEFT": Code(
        _YOURS,
        "The run was interrupted, and left the task alone: it had begun, or could not be read or cancelled. It may go "
        "on, and be billed.",
        "Ctrl-C, or a signal; what has begun is paid for, so cancelling it would save nothing.",
        "Look for the task id in your account: it may still end.",
        "SIGINT while the task was RUNNING.",
    ),
    "TASK.SHARED": Code(
        _PROVIDERS,
        "The create was answered with the id of another variant's task. That task is the other variant's; whether this "
        "variant has one of its own is not known.",
        "An id in the answer to a create that came in an earlier answer of the run.",
        "Look at the account for a task that nobody follows; tell the provider.",
        "A gateway that answers from its cache.",
    ),
    "TASK.REAPED": Code(
        _OURS,
        "`harness reap` looked at the task after the run, and says what became of it. The verdict is the run's.",
        "A task without an end in the journal of a run that was reaped.",
        "Nothing; look at the account for what a task that had begun costs.",
        "cancelled while it was RUNNING: it may still be billed",
    ),
    "TASK.VANISHED": Code(
        _PROVIDERS,
        "The task was created, and later the API did not know it.",
        "HTTP 404 for a poll of an id that the create gave.",
        "Look at the account; tell the provider, with the id.",
        "`Could not find Task`",
    ),
    "SAFETY": Code(
        _YOURS,
        "Moderation stopped the task.",
        "State FAILED with a failure code that begins with SAFETY. It is charged.",
        "Change the prompt or the picture first: repeated moderated requests can suspend the account.",
        "SAFETY.INPUT.TEXT",
    ),
    "SAFETY.INPUT": Code(
        _YOURS,
        "Moderation of the input stopped the task. The third word is only a hint: TEXT is said of pictures too.",
        "State FAILED with SAFETY.INPUT.… or INPUT_PREPROCESSING.SAFETY.…. It is charged.",
        "Change the prompt or the picture first: repeated moderated requests can suspend the account.",
        "SAFETY.INPUT.TEXT",
    ),
    "SAFETY.OUTPUT": Code(
        _YOURS,
        "Moderation of the result stopped the task.",
        "State FAILED with SAFETY.OUTPUT.….",
        "Change the prompt first.",
        "SAFETY.OUTPUT.VIDEO",
    ),
    "OUTPUT.KIND": Code(
        _PROVIDERS,
        "The file is another kind of thing than the endpoint makes: a picture where a video should be.",
        "The downloaded file was looked into, whatever its name or content type says.",
        "Do not rely on the endpoint; or correct its `kind` in the profile.",
        "A JPEG that is called v-1.mp4.",
    ),
    "OUTPUT.RATIO": Code(
        _PROVIDERS,
        "The file has not the size or the shape that was asked for: accepted, but not honoured.",
        "The downloaded file was measured.",
        "Do not rely on the parameter; tell the provider, with the task id.",
        "1280x720 for ratio=720:1280.",
    ),
    "OUTPUT.DURATION": Code(
        _PROVIDERS,
        "The file is longer or shorter than what was asked for: accepted, but not honoured.",
        "The downloaded file was measured; the tolerance is the scenario's or the profile's.",
        "Do not rely on the parameter; tell the provider, with the task id.",
        "5 s for duration=10.",
    ),
    "OUTPUT.UNREADABLE": Code(
        _PROVIDERS,
        "The file was downloaded and cannot be opened.",
        "Pillow or av refused it.",
        "Fetch it again; if it stays so, tell the provider.",
        "An MP4 that is cut in the middle.",
    ),
    "OUTPUT.MISSING": Code(
        _PROVIDERS,
        "The file could not be downloaded.",
        "The task SUCCEEDED, but its link gave no file.",
        "Fetch it again before the link expires: a poll of the task gives a fresh one.",
        "HTTP 500 from the file server.",
    ),
    "OUTPUT.EXPIRED": Code(
        _PROVIDERS,
        "The link to the file was no longer good.",
        "HTTP 401, 403, 404 or 410 for the link, also after a fresh one was asked for.",
        "Fetch it again: a new poll gives new links.",
        "Links live 24 to 48 hours.",
    ),
    "OUTPUT.UNMEASURED": Code(
        _OURS,
        "The file was downloaded, but what was asked for could not be measured in it.",
        "A file of a sort that Pillow and av do not measure. A warning: the pass says nothing about ratio or duration.",
        "Look at the file yourself.",
        "A HEIC picture.",
    ),
}
