from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyscript.rendering.price import Estimate, estimate
from storyscript.wiro import ToolDetail

JOB = {"generalPrompt": "runs", "width": 768, "height": 768, "steps": 25, "styleName": "Comic book"}


def tool(*prices: object, **fields: object) -> ToolDetail:
    return ToolDetail.model_validate({"dynamicprice": json.dumps(prices) if prices else None, **fields})


def price(amount: object, method: str | None, **inputs: object) -> dict[str, object]:
    return {"inputs": inputs, "price": amount, "priceMethod": method}


def words(detail: ToolDetail | None, *jobs: dict[str, Any], outputs: int = 6) -> str:
    jobs = jobs or (JOB,)
    return estimate(detail, jobs, [outputs] * len(jobs)).words


@pytest.mark.parametrize(
    ("stated", "jobs", "said"),
    [
        (tool(price(0.03, "cpr")), 2, "about $0.06 (2 tasks at $0.03 a request; from the service's dynamicprice)"),
        (tool(price("0.1", "cpr")), 1, "about $0.10 (1 task at $0.10 a request; from the service's dynamicprice)"),
        (tool(price(2, "cpo")), 2, "about $24.00 (12 outputs at $2.00 an output; from the service's dynamicprice)"),
        (
            tool(price(0.002, "cp-pixel")),
            2,
            "about $0.024 (12 tiers at $0.002 each 1,048,576 pixels; from the service's dynamicprice)",
        ),
        (tool(price(0.000585, "cps")), 1, "unknown ($0.000585 a second; from the service's dynamicprice)"),
        (tool(price(3, "cp-moon")), 1, "unknown ($3.00 by the method cp-moon; from the service's dynamicprice)"),
        (
            tool(price(3, None)),
            1,
            "unknown ($3.00 by the method that is not stated; from the service's dynamicprice)",
        ),
        (tool(price(0, "cpr")), 1, "about $0.00 (1 task at $0.00 a request; from the service's dynamicprice)"),
        (
            tool(approximatelycost="0.2", cps="0.1"),
            2,
            "about $0.40 (2 tasks at $0.20 a Run; from the service's approximatelycost)",
        ),
        (tool(cps="0.000585000000"), 1, "unknown ($0.000585 a second; from the service's cps)"),
        (tool(), 1, "unknown (the service states no price)"),
        (None, 1, "unknown (the service has not told its price)"),
        (tool(price(1, "cpr")), 0, "about $0.00 (no tasks)"),
        (None, 0, "about $0.00 (no tasks)"),
    ],
)
def test_methods(stated: ToolDetail | None, jobs: int, said: str) -> None:
    assert estimate(stated, [JOB] * jobs, [6] * jobs).words == said


@pytest.mark.parametrize(
    ("width", "height", "tiers"),
    [(1024, 1024, 1), (1024, 1025, 2), (1, 1, 1), ("512", "512", 1), (2048, 2048, 4), (2049, 2048, 5)],
)
def test_a_tier_that_is_begun_is_paid(width: object, height: object, tiers: int) -> None:
    found = estimate(tool(price(1, "cp-pixel")), [{"width": width, "height": height}], [3])
    assert found.amount == 3 * tiers


@pytest.mark.parametrize("side", [None, "", "wide", 0, "0", -768, "٧٦٨", True, 1.5, 10**40, [768]], ids=ascii)
def test_pictures_of_no_size_that_is_known(side: object) -> None:
    found = estimate(tool(price(1, "cp-pixel")), [{"width": side, "height": 768}], [3])
    assert found == Estimate(None, "$1.00 each 1,048,576 pixels; from the service's dynamicprice")
    assert estimate(tool(price(1, "cp-pixel")), [{}], [3]) == found


def test_the_price_for_the_most_inputs_counts() -> None:
    stated = tool(
        price(9, "cpr"),
        price(1, "cpr", width="768"),
        price(2, "cpr", width=768, height="768"),
        price(3, "cpr", width=768, height=768, steps=30),
        price(4, "cpr", width=768, colour="red", shade="dark"),
    )
    assert words(stated) == (
        "about $2.00 (1 task at $2.00 a request with width 768, height 768; from the service's dynamicprice)"
    )
    assert estimate(stated, [{**JOB, "height": 512}], [1]).amount == 1
    assert estimate(stated, [{**JOB, "width": 512}], [1]).amount == 9


def test_of_equals_the_dearest_or_the_one_that_cannot_be_counted() -> None:
    assert estimate(tool(price(5, "cpr"), price(1, "cpo")), [JOB], [6]).amount == 6
    assert estimate(tool(price(5, "cpr"), price(1, "cpo")), [JOB], [2]).amount == 5
    assert words(tool(price(5, "cpr"), price("0.1", "cps"))) == (
        "unknown ($0.10 a second; from the service's dynamicprice)"
    )


def test_jobs_with_different_prices() -> None:
    stated = tool(price("0.1", "cpr", steps=25), price("0.01", "cpo", steps=50), approximatelycost=0.5)
    jobs = [JOB, {**JOB, "steps": 50}, JOB, {**JOB, "steps": 75}]
    assert words(stated, *jobs) == (
        "about $0.76 (2 tasks at $0.10 a request with steps 25, 6 outputs at $0.01 an output with steps 50, 1 task at "
        "$0.50 a Run; from the service's dynamicprice and approximatelycost)"
    )


def test_a_job_without_a_price_leaves_all_unknown() -> None:
    stated = tool(price("0.1", "cpr", steps=25))
    assert estimate(stated, [JOB, {**JOB, "steps": 50}], [1, 1]) == Estimate(
        None, "the service states no price for 1 of 2 tasks with their parameters"
    )
    assert words(tool(price(1, "cpr", steps=25), price(2, "cps", steps=50)), JOB, {**JOB, "steps": 50}) == (
        "unknown ($2.00 a second with steps 50; from the service's dynamicprice)"
    )


def test_many_rates_are_not_all_told() -> None:
    stated = tool(*(price(1, "cpr", steps=steps) for steps in range(20, 40)))
    said = words(stated, *({"steps": steps} for steps in range(20, 40)))
    assert said.startswith("about $20.00 (1 task at $1.00 a request with steps 20, 1 task")
    assert said.endswith("with steps 22, and more; from the service's dynamicprice)")


NO_PRICES = [
    "-1",
    "-0.0001",
    "NaN",
    "sNaN",
    "Infinity",
    "1e999",
    "1e-999999",
    "1e21",
    "",
    None,
    "free",
    "$3",
    "1,5",
    "9" * 31,
    True,
]


@pytest.mark.parametrize("value", NO_PRICES, ids=str)
def test_what_is_no_price(value: object) -> None:
    stated = {"inputs": {}, "price": value, "priceMethod": "cpr"}
    assert words(ToolDetail.model_validate({"dynamicprice": [stated]})) == "unknown (the service states no price)"
    if not isinstance(value, bool):
        detail = ToolDetail.model_validate({"dynamicprice": [stated], "approximatelycost": value, "cps": value})
        assert words(detail) == "unknown (the service states no price)"
        good = {"inputs": {}, "price": 2, "priceMethod": "cpr"}
        assert estimate(ToolDetail.model_validate({"dynamicprice": [stated, good]}), [JOB], [1]).amount == 2


def test_amounts_are_exact() -> None:
    stated = tool(price("0.00000000000000000001", "cpo"), price("99999999999999999999.1", "cpr", width=1))
    jobs = [JOB, {**JOB, "width": 1}, {**JOB, "width": 1}]
    assert estimate(stated, jobs, [3, 1, 1]).amount == Decimal("199999999999999999998.20000000000000000003")
    assert estimate(tool(price("0.1", "cpr")), [JOB] * 3, [1] * 3).amount == Decimal("0.3")


def test_the_services_words_stay_on_one_short_line() -> None:
    said = words(tool(price(1, "by\x1b[2J\nme " + "x" * 5000)))
    assert said.startswith("unknown ($1.00 by the method by [2J me xxx")
    assert len(said) < 300
    assert said.isprintable()


# ---- any tool, any job ---------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8) | st.sampled_from(NO_PRICES)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
names = st.sampled_from(["width", "height", "steps", "styleName"])
amounts = st.decimals(min_value=-1, max_value=10**6, allow_nan=False, places=6).map(str)
prices = st.fixed_dictionaries(
    {"price": amounts | values, "priceMethod": st.sampled_from(["cpr", "cpo", "cps", "cp-pixel", "x"]) | values},
    optional={"inputs": st.dictionaries(names, values, max_size=2) | values},
)
tools = st.fixed_dictionaries(
    {"dynamicprice": st.lists(prices | values, max_size=4) | st.lists(prices, max_size=4).map(json.dumps) | values},
    optional={"approximatelycost": amounts | st.text(max_size=5), "cps": amounts | st.text(max_size=5)},
)
jobs_of_any_kind = st.lists(
    st.tuples(st.dictionaries(names, st.integers(1, 5000) | values, max_size=4), st.integers(-3, 20)), max_size=4
)


@given(tools, jobs_of_any_kind)
@example({"dynamicprice": [{"price": "-0", "priceMethod": "cpr"}]}, [({}, 1)])
def test_any_tool_and_any_jobs(fields: dict[str, object], jobs: list[tuple[dict[str, object], int]]) -> None:
    detail = ToolDetail.model_validate(fields)
    found = estimate(detail, [job for job, _ in jobs], [outputs for _, outputs in jobs])
    assert found.words.isprintable()
    assert not found.words.startswith("about $-")
    singles = [estimate(detail, [job], [outputs]).amount for job, outputs in jobs]
    known = [amount for amount in singles if amount is not None]
    assert all(amount.is_finite() and amount >= 0 for amount in known)
    # The whole is the sum of its jobs, and known only if each of them is.
    assert found.amount == (sum(known) if len(known) == len(singles) else None)
