"""Finding codes of what a request meets: its parameters, its files, the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import Move
from harness.refusal.code import Code

_YOURS, _PROVIDERS = Move.YOURS, Move.PROVIDERS


_PARAMETERS: Final[Mapping[str, Code]] = {
    "PARAM.MISSING": Code(
        _YOURS,
        "A field that the API requires was not sent.",
        "A 4xx that names the field as required, or an issue for a field that the payload does not have.",
        "Add the field. Where the allowed values are known, the finding proposes one.",
        "`unset: [promptImage]` on image_to_video.",
    ),
    "PARAM.VALUE": Code(
        _YOURS,
        "The API does not take this value of the field.",
        "A 4xx with a list of allowed values, or one that names the field without saying more.",
        "Send one of the allowed values; the finding proposes the nearest.",
        "ratio=9:16: the API wants pixels, and 720:1280 is the same shape.",
    ),
    "PARAM.TYPE": Code(
        _YOURS,
        "The value has another type than the API wants.",
        "A 4xx such as `expected number, received string`.",
        "Send the type that is expected: a number without quotes, a whole number, a list.",
        'duration="5" instead of duration=5.',
    ),
    "PARAM.NULL": Code(
        _YOURS,
        "The field was sent as null, and null is not allowed.",
        "A 4xx for a field whose value in the payload is null.",
        "Leave an optional field out (`unset`); give a required one a value.",
        "seed=null: JSON libraries write None or undefined so.",
    ),
    "PARAM.RANGE": Code(
        _YOURS,
        "The number is too small or too large.",
        "A 4xx such as `Too big: expected number to be <=10`.",
        "Send a number inside the bounds; the finding proposes the bound itself.",
        "duration=11 where 2 to 10 are allowed.",
    ),
    "PARAM.LENGTH": Code(
        _YOURS,
        "The text or list is too long or too short.",
        "A 4xx such as `expected string to have <=1000 characters`. Lengths are UTF-16 units: most emoji are 2.",
        "Cut it to the limit.",
        "A promptText of 1001 characters.",
    ),
    "PARAM.UNKNOWN": Code(
        _YOURS,
        "The payload has a key that the API does not know and refuses.",
        'A 4xx such as `Unrecognized key: "watermark"`.',
        "Leave the key out. Other models may ignore the same key: see UNDOCUMENTED.",
        "watermark on a model with a closed body.",
    ),
    "PARAM.COMBINATION": Code(
        _YOURS,
        "The field is refused together with the others, or for this account or model.",
        "A 4xx that names the field as not available, not supported or not allowed.",
        "Change this field or the ones beside it; try the field alone.",
        "`promptText` is not allowed with this model.",
    ),
    "PARAM.UNCLEAR": Code(
        _YOURS,
        "The API refused the payload and named no field.",
        "A 400 or 422 whose text names nothing that was sent.",
        "Read what the API said; compare with the baseline, changing one field at a time.",
        "`Invalid request.`",
    ),
    "MODEL.UNKNOWN": Code(
        _YOURS,
        "The API knows no model of this name.",
        "A 400 that lists the models, or a 403 for a model that the contract does not have.",
        "Use a listed model; the finding proposes the one that is spelled most alike.",
        "gen4-turbo instead of gen4_turbo.",
    ),
    "MODEL.FORBIDDEN": Code(
        _YOURS,
        "The model exists but this account may not use it.",
        "A 403 such as `Model variant veo3.1 is not available`.",
        "Use another model, or have it enabled for the account.",
        "A model of a higher tier.",
    ),
    "ASSET.FETCH": Code(
        _YOURS,
        "The API could not download the file from its URL.",
        'A 400 such as `Failed to fetch asset. Received HTTP response code "404".`',
        "Serve the file with 200, a true Content-Type and Content-Length, and without redirects.",
        "A URL behind a login.",
    ),
    "ASSET.TYPE": Code(
        _YOURS,
        "The file has a type that the API does not take.",
        "A 400 such as `Unsupported Content-Type response header`.",
        "Convert it (images: JPEG, PNG, WebP), or correct the Content-Type of its server.",
        "A GIF, or application/octet-stream.",
    ),
    "ASSET.ASPECT": Code(
        _YOURS,
        "The picture is too wide or too tall.",
        "A 400 such as `Invalid asset aspect ratio`.",
        "Crop it: width / height within the bounds that the message states.",
        "A screenshot of a phone at 0.46.",
    ),
    "ASSET.SIZE": Code(
        _YOURS,
        "The file, or the request with the file inside, is too big.",
        "HTTP 413, often as a page of a gateway, or `Asset size exceeds 16.0MB`.",
        "Lower `max_kb` of `$image`, or send a URL instead of the bytes.",
        "A data URI of 6 MB.",
    ),
    "ASSET.DURATION": Code(
        _YOURS,
        "The video or audio file is too long or too short.",
        "A 400 such as `Asset duration must be at most 30 seconds`.",
        "Cut it.",
        "A reference video of 40 s.",
    ),
    "ASSET.URL": Code(
        _YOURS,
        "The URL itself is not accepted.",
        "A 400 such as `Only HTTPS URLs are allowed.`",
        "Use https and a host name, no IP address.",
        "http://127.0.0.1/cat.jpg",
    ),
    "ASSET.DATA_URI": Code(
        _YOURS,
        "The data URI cannot be read.",
        "A 400 such as `Invalid data URI.`",
        "Write data:image/jpeg;base64, and the bytes in base64, without line breaks.",
        "data:image/jpeg,… without ;base64.",
    ),
    "ASSET.INVALID": Code(
        _YOURS,
        "The file's size, length or content does not suit the model.",
        "A task that ends FAILED with ASSET.INVALID, or a 400 that says so.",
        "Prepare another file.",
        "A video with a broken index.",
    ),
}

_ACCESS: Final[Mapping[str, Code]] = {
    "REQUEST.ROUTE": Code(
        _YOURS,
        "The API has no such route, or not for this method.",
        "HTTP 404 or 405 for the create, often a page such as `Cannot POST /v1/…`.",
        "Check the endpoint, the base URL and the dated contract.",
        "A base URL without its /v1, or with it twice.",
    ),
    "REQUEST.HEADER": Code(
        _YOURS,
        "A header of the request is missing or not valid.",
        "A 400 that names a header and no field. Stops the run: every request would meet it.",
        "Correct the headers in the profile.",
        "`The API version that was provided in the X-Runway-Version header is not valid.`",
    ),
    "AUTH.MISSING": Code(
        _YOURS,
        "The request reached the API without a key.",
        "HTTP 401 that says so. Stops the run.",
        "Set the key in the environment, in --env-file, keys.env or .env.",
        "RUNWAYML_API_SECRET is empty.",
    ),
    "AUTH.REFUSED": Code(
        _YOURS,
        "The API does not accept the key.",
        "HTTP 401. Stops the run.",
        "Check that the key is whole and was not disabled.",
        "A key that was cut when it was copied.",
    ),
    "AUTH.HOST": Code(
        _YOURS,
        "The key belongs to another host.",
        "HTTP 401 such as `Incorrect hostname for API key`. Stops the run.",
        "Use the host that the key was made for.",
        "api.runwayml.com instead of api.dev.runwayml.com.",
    ),
    "AUTH.FORBIDDEN": Code(
        _YOURS,
        "The account may not do this at all.",
        "HTTP 403 that names neither a model nor a field.",
        "Ask the provider to enable it.",
        "A partner account without the endpoint.",
    ),
    "CREDIT.EMPTY": Code(
        _YOURS,
        "The account has not enough credits for the task.",
        "HTTP 402, or a 400 such as `You do not have enough credits to run this task.` Stops the run.",
        "Buy credits, then run again.",
        "Four credits left, and the task costs 25.",
    ),
    "QUOTA.DAILY": Code(
        _YOURS,
        "The number of tasks that the account may start in 24 hours is used up.",
        "HTTP 429 such as `Your daily task limit has been reached.`",
        "Wait until the window has moved on, or raise the tier.",
        "Tier 1: 50 videos a day.",
    ),
    "QUOTA.RATE": Code(
        _YOURS,
        "The API asked for fewer requests, until all attempts were used.",
        "HTTP 429 without a word on a daily limit.",
        "Run again with a lower -j.",
        "-j 128 on a small account.",
    ),
    "THROTTLED": Code(
        _PROVIDERS,
        "The task was accepted, waited in the queue and never began.",
        "State THROTTLED up to the task's time limit.",
        "Run fewer tasks at once, or give them longer with --task-timeout.",
        "Two tasks may run, and ten were sent.",
    ),
}

CODES: Final[Mapping[str, Code]] = {**_PARAMETERS, **_ACCESS}
