"""What can be imported: JSON, plans, pages with curl commands, and a `generalPrompt` alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.decompiler.decompile import decompile
from storyscript.encoding import decode, encode
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

RUN = "https://api.wiro.ai/v1/Run/wiro/story-diffusion-advanced"

# The page that the tool's maker gives to those who want to call it, shortened to what is near its commands.
PAGE = r"""## Integration Header Prepare ```bash # Sign up Wiro dashboard and create project export YOUR_API_KEY="{{useSelectedProjectAPIKey}}"; export YOUR_API_SECRET="XXXXXXXXX"; # unix time or any random integer value export NONCE=$(date +%s); # hmac-SHA256 (YOUR_API_SECRET+Nonce) with YOUR_API_KEY export SIGNATURE="$(echo -n "${YOUR_API_SECRET}${NONCE}" | openssl dgst -sha256 -hmac "${YOUR_API_KEY}")"; ``` ## Run Command - Make HTTP Post Request ```bash curl -X POST "https://api.wiro.ai/v1/Run/wiro/story-diffusion-advanced" -H "Content-Type: multipart/form-data" -H "x-api-key: ${YOUR_API_KEY}" -H "x-nonce: ${NONCE}" -H "x-signature: ${SIGNATURE}" -d '{ "selectedModel": "", "selectedModelPrivate": "", "inputImageUrl": "bg-img2.png", "inputImage2Url": "ic-light.png", "prompt": "img, a woman wearing red dress", "generalPrompt": "wake up in the bed | have breakfast | is on the road, go to the company | work in the company | running in the playground | reading book in the home", "negativePrompt": "naked, deformed, bad anatomy, disfigured, poorly drawn face, mutation, extra limb, ugly, disgusting, poorly drawn hands, missing limb, floating limbs, disconnected limbs, blurry, watermarks, oversaturated, distorted hands, amputation", "extraEventPrompts": "siting on the sofa | on the bed, at night", "styleName": "Comic book", "steps": 30, "width": 768, "height": 768, "fontSize": 30, "imageLength": 4, "scale": "2.0", "seed": 123456, "callbackUrl": "You can provide a callback URL; Wiro will send a POST request to it when the task is completed." }'; ``` ## Run Command - Response ```json { "errors": [], "taskid": "2221", "socketaccesstoken": "eDcCm5yyUfIvMFspTwww49OUfgXkQt", "result": true } ``` ## Get Task Detail - Make HTTP Post Request with Task ID ```bash curl -X POST "https://api.wiro.ai/v1/Task/Detail" -H "Content-Type: multipart/form-data" -H "x-api-key: ${YOUR_API_KEY}" -d '{ "taskid": "2221" }'; ```"""  # noqa: E501 - as it stands there

# The page's four samples; each is brought to its canonical form.
SAMPLES = {
    "man": """a man, wearing black suit
wake up in the bed | have breakfast | is on the road, go to the company | work in the company
| running in the playground | reading book in the home""",
    "policeman": """a policeman img, wearing a white shirt
Directing traffic on the road. | walking on the streets. | Chasing a man on the street. | At the police station.""",
    "girl": """a girl, wearing white shirt, black skirt, black tie, yellow hair
at home #at home, began to go to drawing | sitting alone on a park bench. | reading a book on a park bench.
| [NC]A squirrel approaches, peeking over the bench. | look around in the park. # She looks around and enjoys the
beauty of nature. | [NC]leaf falls from the tree, landing on the sketchbook. | picks up the leaf, examining its
details closely. | [NC]The brown squirrel appear. | is very happy # She is very happy to see the squirrel again |
[NC]The brown squirrel takes the cracker and scampers up a tree. # She gives the squirrel cracker""",
    "woman": """img, a woman wearing red dress
wake up in the bed | have breakfast | is on the road, go to the company | work in the company
| running in the playground | reading book in the home""",
}


def built(text: str) -> tuple[list[dict[str, Any]], Sequence[str]]:
    story, notes = decompile(text)
    result = compile_story(story)
    assert not result.has_errors, result.problems
    return result.payloads, notes


def scenes(text: str) -> list[str]:
    """The `generalPrompt` of each payload; nothing may have been left out."""
    payloads, notes = built(text)
    assert notes == ()
    return [payload["generalPrompt"] for payload in payloads]


def refused(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        decompile(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_page_of_the_tool() -> None:
    [payload], notes = built(PAGE)
    assert payload["prompt"] == "img, a woman wearing red dress"
    assert payload["generalPrompt"].startswith("wake up in the bed | have breakfast | is on the road, go")
    assert payload["extraEventPrompts"] == "siting on the sofa | on the bed, at night"
    assert payload["imageLength"] == 4
    assert payload["inputImageUrl"] == payload["inputImage2Url"] == ""
    assert "callbackUrl" not in payload
    assert [note.split("`")[1] for note in notes] == [
        "inputImage2Url",
        "selectedModel",
        "inputImageUrl",
        "callbackUrl",
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_of_the_page(name: str) -> None:
    prompt, _, general = SAMPLES[name].partition("\n")
    [payload], notes = built(json.dumps({"prompt": prompt, "generalPrompt": general}))
    assert notes == ()
    assert payload["prompt"] == prompt
    assert payload["generalPrompt"] == encode(decode(general))
    assert payload["imageLength"] == 4


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(f"""curl {RUN} -d '{{"generalPrompt": "a | b", "prompt": "x"}}'""", id="single quotes"),
        pytest.param(f"""curl -d'{{"generalPrompt": "a | b", "prompt": "x"}}' {RUN}""", id="glued to the option"),
        pytest.param(f"""curl -sSXPOST {RUN} -d '{{"generalPrompt":"a | b","prompt":"x"}}'""", id="options in one"),
        pytest.param(
            f"""curl "{RUN}" --data "{{\\"generalPrompt\\": \\"a | b\\", \\"prompt\\": \\"x\\"}}\"""", id="double"
        ),
        pytest.param(f"""curl {RUN} --json $'{{"generalPrompt": "\\x61 \\u007c b", "prompt": "x"}}'""", id="ANSI-C"),
        pytest.param(
            f"""$ curl \\\n  {RUN} \\\n  --data-raw '{{"generalPrompt":\n"a | b",\n"prompt": "x"}}' \\\n""", id="lines"
        ),
        pytest.param(
            f'curl.exe ^\r\n {RUN} ^\r\n -d "{{\\"generalPrompt\\": \\"a | b\\", \\"prompt\\": \\"x\\"}}"', id="^"
        ),
        pytest.param(f"curl {RUN} -F generalPrompt='a | b' -F 'prompt=x;type=text/plain'", id="form"),
        pytest.param(f"curl {RUN} --form-string 'generalPrompt=a | b' -F 'prompt=\"x\"'", id="form string"),
        pytest.param(f"curl {RUN} -d generalPrompt=a+%7C+b -d prompt=x", id="urlencoded"),
        pytest.param(f"curl {RUN} -d 'generalPrompt=a+%7C+b&prompt=x'", id="urlencoded in one"),
        pytest.param(
            f"curl {RUN} --data-urlencode 'generalPrompt=a | b' --data-urlencode prompt=x", id="to be encoded"
        ),
        pytest.param(f'curl {RUN} -d @- <<\'X\' | jq .\n{{"generalPrompt": "a | b", "prompt": "x"}}\nX\nls', id="here"),
        pytest.param(
            f"""curl {RUN} -o out.json -d '{{"generalPrompt": "a | b", "prompt": "x"}}' > log 2>&1""", id="redirected"
        ),
        pytest.param(
            f"""curl --url={RUN} --header 'x: 1' -d '{{"generalPrompt": "a | b", "prompt": "x"}}'""", id="--url"
        ),
        pytest.param(
            f"""It isn't hard: use curl here!\ncurl {RUN} -d '{{"generalPrompt": "a | b", "prompt": "x"}}'""",
            id="prose",
        ),
        pytest.param("""curl "$URL" -d '{"generalPrompt": "a | b", "prompt": "x"}'""", id="a URL in a variable"),
        pytest.param(
            'curl https://api.wiro.ai/v1/Task/Detail -d \'{"taskid": "1"}\'\n'
            f"curl {RUN} -d prompt=x -d generalPrompt='a | b'",
            id="not alone",
        ),
    ],
)
def test_curl_commands(command: str) -> None:
    assert scenes(command) == ["a | b"]


@pytest.mark.parametrize(
    "script",
    [
        """body='{"generalPrompt": "it'\\''s a | b", "prompt": "x"}'\ncurl "$URL/Run/a/b" -d "$body"\n""",
        """case $1 in\n1)\n  body='{"prompt": "x",\n"generalPrompt": "it'\\''s a | b"}'\n;;\nesac\ncurl -d @- "$u"\n""",
        """export BODY=$'{"generalPrompt": "it\\'s a | b", "prompt": "x"}'; http POST "$URL" """,
    ],
    ids=["sent by a Run", "sent from a function", "without curl"],
)
def test_payloads_that_a_script_keeps_in_variables(script: str) -> None:
    assert scenes(script) == ["it's a | b"]


def test_several_runs_are_several_leads() -> None:
    page = "".join(
        f"curl {RUN} -d '{json.dumps({'prompt': who, 'generalPrompt': what})}'\n"
        for who, what in [("a girl", "runs | sits"), ("an old man", "[NC] a lamp | waves")]
    )
    story, _ = decompile(page)
    assert story == (
        "identity: 4\n\n"
        "character Girl\n  a girl\n\n"
        "character Man\n  an old man\n\n"
        "scene runs\n  runs\n\n"
        "scene sits\n  sits\n\n"
        "scene lamp [NC]\n  lead: Man\n  a lamp\n\n"
        "scene waves\n  lead: Man\n  waves\n"
    )
    assert scenes(page) == ["runs | sits", "[NC] a lamp | waves"]


def test_what_only_a_shell_knows_is_noted_and_not_run() -> None:
    _, notes = built(
        f'curl {RUN} -d "{{\\"generalPrompt\\": \\"$(touch /tmp/x) ${{WHO}} sits\\", \\"prompt\\": \\"x\\"}}"'
    )
    assert notes == ("a part of what is sent only a shell can work out (`$…`); it was taken as it is written",)


def test_another_tool_is_noted() -> None:
    _, notes = built(f"curl {RUN[:-9]} -d generalPrompt=a -d prompt=x")
    assert "wiro/story-diffusion`" in notes[0]


def test_a_list_with_what_is_no_payload() -> None:
    payloads, notes = built('[{"generalPrompt": "a", "prompt": "x"}, 5, {"prompt": "y"}]')
    assert [payload["generalPrompt"] for payload in payloads] == ["a"]
    assert notes[0] == "entry 2 of the list is no payload; left out"
    assert notes[1].startswith("payload 2: its `generalPrompt` has no scene")


def test_a_field_given_twice_is_noted() -> None:
    payloads, notes = built('{"prompt": "x", "generalPrompt": "a", "generalPrompt": "b"}')
    assert payloads[0]["generalPrompt"] == "b"
    assert notes == ("`generalPrompt` is given twice; the last one was taken",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is nothing here to import"),
        (" \n\u200b", "there is nothing here to import"),
        ("{}", "there is no scene"),
        ("[]", "this list holds no payload"),
        ("[1]", "this list holds no payload"),
        ('{"jobs": []}', "this plan holds no job"),
        ('{"jobs": [3]}', "this plan holds no job"),
        ('{"prompt": "x",\n "generalPrompt": }', "this is not JSON from line 2, column 19 on"),
        ('{"a": ' * 100_000, "this JSON is nested too deeply"),
        ("[[" * 100_000, "this JSON is nested too deeply"),
        ('payload = {"generalPrompt": "a"}', "neither JSON nor a curl command"),
        ("curl https://example.org", "no curl command here has a URL with `/Run/`"),
        (f"curl {RUN}", "the curl command sends nothing"),
        (f"curl {RUN} -d @body.json", "is in the file `body.json`; import that file"),
        (f"curl {RUN} -d '[]'", "sends a list"),
        (f"curl {RUN} -d '{{}}", "a quote in it is never closed"),
        (f"curl {RUN} -d '{'&' * 20_000}'", "more fields than a payload can have"),
        (" | # | [NC]", "there is no scene"),
    ],
    ids=range(18),
)
def test_what_cannot_be_read_is_one_line(text: str, says: str) -> None:
    assert says in refused(text)


def test_many_notes_are_counted() -> None:
    _, notes = built(json.dumps({"prompt": "x", "generalPrompt": "a", **{f"x{n}": n for n in range(1000)}}))
    assert len(notes) == 101
    assert notes[-1] == "900 more of these"


def test_a_story_that_would_be_too_large() -> None:
    assert "more panels than" in refused('{"prompt": "x", "generalPrompt": "' + "a|" * 2_000_000 + '"}')
    assert "over 16 MiB" in refused('{"prompt": "x", "generalPrompt": "' + "x" * 16 * 1024 * 1024 + '"}')
