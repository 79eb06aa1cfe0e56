"""What can be imported: JSON, plans, pages with curl commands, and a `generalPrompt` alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake.posting import opened, post
from storyscript.compiler import compile as compile_story
from storyscript.decompiler.decompile import decompile
from storyscript.encoding import decode, encode
from storyscript.errors import ConfigurationError
from storyscript.targets.ir import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RUN = "https://api.wiro.ai/v1/Run/wiro/story-diffusion-advanced"

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

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
        (f"curl {RUN} -d '{{}}", "a quote in it is never closed, the one from line 1, column 66 on"),
        (f"curl {RUN} -d '{'&' * 20_000}'", "more fields than a payload can have"),
        (" | # | [NC]", "there is no scene"),
    ],
    ids=range(18),
)
def test_what_cannot_be_read_is_one_line(text: str, says: str) -> None:
    assert says in refused(text)


# ---- plain text ----------------------------------------------------------------------------------------------------


def note_of(text: str) -> str:
    return f"taken for a `generalPrompt`: {text}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("walks home | sits", "walks home | sits"),
        ("wakes\nup |\r\n  sits\n", "wakes up | sits"),
        ("[NC]a lamp | sits", "[NC] a lamp | sits"),
        (' [ nc ] "a" | b', '[ nc ] "a" | b'),
        ('"a" and "b" | c', '"a" and "b" | c'),
        ("42 | sits", "42 | sits"),
        ("scene outside", "scene outside"),
        ("section of a wall\ninclude a lamp", "section of a wall include a lamp"),
        ("style: noir | a girl\nwalks", "style: noir | a girl walks"),
        ("she says: go | sits", "she says: go | sits"),
        ('"a | \\"b\\" \\u00e9"', 'a | "b" é'),
        ('"[NC] a lamp"', "[NC] a lamp"),
    ],
    ids=range(12),
)
def test_any_other_text_is_a_general_prompt_and_a_note_says_so(text: str, wanted: str) -> None:
    [payload], (note, *_) = built(text)
    assert payload["generalPrompt"] == encode(decode(wanted))
    assert note == note_of(wanted if text[0] != "[" else text)


def test_a_long_text_is_not_repeated_whole_in_the_note() -> None:
    _, (note, *_) = built("walks home and sits " * 50)
    assert note == note_of("walks home and sits walks home and sits walks home and sits…")


@pytest.mark.parametrize("depth", [1, 3])
def test_json_in_json_strings_is_what_it_says(depth: int) -> None:
    text = '{"generalPrompt": "a | b", "prompt": "x"}'
    for _ in range(depth):
        text = json.dumps(text)
    assert scenes(text) == ["a | b"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("character Mira\n  a girl\nscene\n  walks\n", "this is a story already"),
        ("// a comment\n\nscene a\n  walks\nwhatever\n", "this is a story already"),
        ("title: Rain\nauthor: A\n", "this is a story already"),
        ("include cast.story\ninclude panels.story\n", "this is a story already"),
        ("let rain = grey rain\nscene outside\n", "this is a story already"),
        ("{'prompt': 'x', 'generalPrompt': 'a'}", "line 1, column 2 on: Expecting property name"),
        ("{'prompt': 'x'}", "JSON has straight double quotes around its texts"),
        ("{\n\N{LEFT DOUBLE QUOTATION MARK}prompt\N{RIGHT DOUBLE QUOTATION MARK}: 1}", "straight double quotes"),
        ('{"prompt": \N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}}', "straight double quotes"),
        ("{a girl} walks | sits", "this is not JSON from line 1, column 2 on"),
        ("[a girl] walks | sits", "this is not JSON from line 1, column 2 on"),
        ("[true]", "this list holds no payload"),
        ("<!doctype html>\n<p>a | b", "this begins with `<`"),
        ("generalPrompt: a | b\nprompt: x", "neither JSON nor a curl command"),
        (
            "import requests\nrequests.post(URL, json={'prompt': 'x', 'generalPrompt': 'a'})",
            "neither JSON nor a curl command",
        ),
        ("&quot;generalPrompt&quot;: a", "neither JSON nor a curl command"),
        ("42", "the JSON value `42` alone"),
        (" -4.5e+3\n", "the JSON value `-4.5e+3` alone"),
        ("null", "the JSON value `null` alone"),
        ('"42"', "the JSON value `42` alone"),
        ('""', "there is nothing here to import"),
        ('"scene\\n  walks"', "this is a story already"),
    ],
    ids=range(22),
)
def test_what_is_plainly_something_else_is_refused(text: str, says: str) -> None:
    assert says in refused(text)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.story")), ids=lambda path: path.stem)
def test_a_story_is_not_taken_for_a_general_prompt(path: Path) -> None:
    assert "this is a story already" in refused(path.read_text("utf-8"))


# ---- answers of the service ----------------------------------------------------------------------------------------


def detail(*parameters: object) -> str:
    tasks = [{"id": str(n), "status": "task_queue", "parameters": given} for n, given in enumerate(parameters)]
    return json.dumps({"total": len(tasks), "errors": [], "result": True, "tasklist": tasks})


@pytest.mark.parametrize("pack", [lambda given: given, json.dumps], ids=["object", "text"])
def test_an_answer_about_tasks_holds_their_parameters(pack: Callable[[object], object]) -> None:
    girl, man = ({"prompt": who, "generalPrompt": what} for who, what in [("a girl", "runs"), ("a man", "sits")])
    assert scenes(detail(pack(girl))) == ["runs"]
    assert scenes(detail(pack(girl), pack(man))) == ["runs", "sits"]


def test_the_answer_of_the_fake_is_imported() -> None:
    machine = opened()
    post(machine, "/v1/Run/wiro/story-diffusion-advanced", {"prompt": "a girl", "generalPrompt": "runs | sits"})
    _, answer = post(machine, "/v1/Task/Detail", {"taskid": "2221"})
    assert scenes(json.dumps(answer)) == ["runs | sits"]


def test_tasks_of_other_tools_are_left_out_with_a_note() -> None:
    payloads, notes = built(detail({"image": "x"}, {"generalPrompt": "a", "prompt": "x", "steps": "y"}, "text", None))
    assert [payload["generalPrompt"] for payload in payloads] == ["a"]
    missing = "of the answer has no `generalPrompt` in its `parameters`; left out"
    assert notes[:3] == (f"task 1 {missing}", f"task 3 {missing}", f"task 4 {missing}")
    assert notes[3].startswith("task 2: `steps` takes")


@pytest.mark.parametrize("text", [detail(), detail({}), detail("x"), '{"tasklist": [3]}'], ids=range(4))
def test_an_answer_without_a_payload(text: str) -> None:
    assert refused(text) == "this is an answer of the service, and no task in it has a `generalPrompt`"


def test_the_ir_is_told_from_a_plan() -> None:
    result = compile_story("character M\n  a man\nscene\n  walks\n")
    assert result.story is not None
    assert "this is the IR, as `build --emit ir` prints it" in refused(json.dumps(meaning(result.story)))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(["a", "b"], "a list"), ({"a": "b"}, "an object"), (3, "`3`"), (True, "true or false")],
    ids=["list", "object", "number", "truth"],
)
def test_scenes_that_are_no_text(value: object, kind: str) -> None:
    says = f"`generalPrompt` is {kind}, and must be a text with `|` between its scenes"
    assert refused(json.dumps({"prompt": "x", "generalPrompt": value})).endswith(says)
    assert refused(json.dumps([{"prompt": "x"}, {"generalPrompt": value}])).endswith(says)


# ---- quotes that end too early -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "place"),
    [
        (f"""curl {RUN} \\\n  -d '{{"generalPrompt": "it's a | b"}}'""", "line 2, column 28"),
        (f"""curl {RUN} \\\n  -d '{{"generalPrompt": "it's a"}}'""", "line 2, column 28"),
        (f"""curl \\\n  -d '{{"generalPrompt": "it's a"}}' {RUN}""", "line 2, column 28"),
        (f"""curl \\\n  -d '{{"generalPrompt": "it's a | b"}}' {RUN}""", "line 2, column 28"),
        (f"""# one\nbody='{{"generalPrompt": "it's a | b"}}'\ncurl {RUN} -d "$body" """, "line 2, column 28"),
    ],
    ids=["with a pipe", "without one", "URL behind it", "URL behind a pipe", "variable"],
)
def test_an_apostrophe_that_ends_a_quote_is_shown(page: str, place: str) -> None:
    assert f"the apostrophe in {place} ends the text in `'…'`; within one, write `'\\''` for it" in refused(page)


@pytest.mark.parametrize(
    "page",
    [f"curl {RUN} -d @- <<X | jq 'x'\n{{", f'curl\\\n -d "{{ {RUN}', f"curl {RUN} -d '{{"],
    ids=["here", "double", "single"],
)
def test_a_quote_without_an_end_is_shown(page: str) -> None:
    sign = min(at for at in map(page.find, ("<<", '"', " '{")) if at >= 0)
    line, column = (2, 5) if "\n -d" in page else (1, sign + 1 + (page[sign] == " "))
    assert f"never closed, the one from line {line}, column {column} on" in refused(page)


def test_words_glued_behind_a_quote_are_fine_where_all_can_be_read() -> None:
    assert scenes(f"curl {RUN} -d 'prompt=x&generalPr'ompt=a") == ["a"]


@pytest.mark.parametrize("before", ["# ", "  ## $ ", "#", "echo ", "printf '%s' "])
def test_commands_that_no_shell_would_run_are_left_out(before: str) -> None:
    old = f'curl {RUN} -d \'{{"generalPrompt":"old","prompt":"an old man"}}\''
    payloads, notes = built(f"{before}{old}\n{old.replace('old', 'new')}\n")
    assert [payload["generalPrompt"] for payload in payloads] == ["new"]
    [note] = notes
    assert "in a comment, or only printed, was left out" in note
    assert "no curl command" in refused(f"{before}{old}\n")


def test_a_script_keeps_no_payload_in_a_comment() -> None:
    new = 'body=\'{"generalPrompt":"new","prompt":"x"}\''
    assert scenes(f'# {new.replace("new", "old")}\n{new}\ncurl {RUN} -d "$body"\n') == ["new"]


@pytest.mark.parametrize("opened", ["${", "$("])
def test_expansions_without_an_end_take_no_longer_than_their_text(opened: str) -> None:
    refused(f'curl "{opened * 40_000}')


def test_many_notes_are_counted() -> None:
    _, notes = built(json.dumps({"prompt": "x", "generalPrompt": "a", **{f"x{n}": n for n in range(1000)}}))
    assert len(notes) == 101
    assert notes[-1] == "900 more of these"


def test_a_story_that_would_be_too_large() -> None:
    assert "more panels than" in refused('{"prompt": "x", "generalPrompt": "' + "a|" * 2_000_000 + '"}')
    assert "over 16 MiB" in refused('{"prompt": "x", "generalPrompt": "' + "x" * 16 * 1024 * 1024 + '"}')
