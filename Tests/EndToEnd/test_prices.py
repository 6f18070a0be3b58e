"""Every price that can be configured is charged for what a provider reports, exactly, by the whole program."""

import copy
import datetime
import decimal
import json

import openrouter
import pytest
from support.accounts import Manager
from support.processes import KEY, Router, standard_config
from support.scripts import script

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}

#: What the provider reports for every request here, in which each kind of token is there.
USAGE = {
    "prompt_tokens": 10_007,
    "completion_tokens": 2_003,
    "total_tokens": 12_010,
    "prompt_tokens_details": {
        "cached_tokens": 3_001,
        "cached_tokens_details": {"audio_tokens": 401},
        "cache_write_tokens": 701,
        "cache_creation_token_details": {"ephemeral_5m_input_tokens": 492, "ephemeral_1h_input_tokens": 209},
        "audio_tokens": 907,
        "image_tokens": 503,
        "video_tokens": 51,
    },
    "completion_tokens_details": {"reasoning_tokens": 601, "audio_tokens": 307, "image_tokens": 211},
    "server_tool_use": {"web_search_requests": 3},
}

#: How many units of each component that is. Plain prompt tokens are 10,007 less 3,001 from the cache, 701 written to
#: it, 506 of audio that was not cached, and 503 of images; plain completion tokens 2,003 less 601, 307 and 211.
UNITS = {
    "prompt": 5_296,
    "completion": 884,
    "request": 1,
    "image": 2,
    "image_token": 503,
    "image_output": 211,
    "audio": 506,
    "audio_output": 307,
    "input_audio_cache": 401,
    "web_search": 3,
    "internal_reasoning": 601,
    "input_cache_read": 2_600,
    "input_cache_write": 492,
    "input_cache_write_1h": 209,
}

#: Dollars per unit, to the pico-dollar, no two alike.
PRICES = {
    "prompt": "0.000001000003",
    "completion": "0.000002000019",
    "request": "0.000300000007",
    "image": "0.000400000013",
    "image_token": "0.000001500017",
    "image_output": "0.000030000011",
    "audio": "0.000040000023",
    "audio_output": "0.000080000029",
    "input_audio_cache": "0.000000700031",
    "web_search": "0.005000000037",
    "internal_reasoning": "0.000003000041",
    "input_cache_read": "0.000000100043",
    "input_cache_write": "0.000001250047",
    "input_cache_write_1h": "0.000002000053",
}

#: All of it in pico-dollars, worked out by hand.
#:
#: | prompt 5,296 x 1,000,003               |  5,296,015,888 |
#: | request 1 x 300,000,007                |    300,000,007 |
#: | image 2 x 400,000,013                  |    800,000,026 |
#: | image_token 503 x 1,500,017            |    754,508,551 |
#: | audio 506 x 40,000,023                 | 20,240,011,638 |
#: | input_audio_cache 401 x 700,031        |    280,712,431 |
#: | web_search 3 x 5,000,000,037           | 15,000,000,111 |
#: | input_cache_read 2,600 x 100,043       |    260,111,800 |
#: | input_cache_write 492 x 1,250,047      |    615,023,124 |
#: | input_cache_write_1h 209 x 2,000,053   |    418,011,077 |
#: | the prompt's side                      | 43,964,394,653 |
#: | completion 884 x 2,000,019             |  1,768,016,796 |
#: | image_output 211 x 30,000,011          |  6,330,002,321 |
#: | audio_output 307 x 80,000,029          | 24,560,008,903 |
#: | internal_reasoning 601 x 3,000,041     |  1,803,024,641 |
#: | the completion's side                  | 34,461,052,661 |
#: | together                               | 78,425,447,314 |
TOTAL, PROMPT = decimal.Decimal("0.078425447"), decimal.Decimal("0.043964395")


@pytest.fixture(scope="module")
def priced(simulator, tmp_path_factory):
    """A router with a model for each component, where nothing else has a price, and one where everything has."""
    config = standard_config(simulator)
    template = config["models"][0]

    def model(name: str, pricing: dict) -> dict:
        entry = {**copy.deepcopy(template), "id": f"test/{name}"}
        entry["endpoints"][0]["pricing"] = {"prompt": "0", "completion": "0", **pricing}
        return entry

    # A part without a price of its own costs what its whole costs, so that the others need to be free.
    free = dict.fromkeys(PRICES, "0")
    config["models"] += [model(f"only-{name.replace('_', '-')}", {**free, name: PRICES[name]}) for name in PRICES]
    config["models"] += [
        model("all", PRICES),
        model("third-off", {**PRICES, "discount": "0.333333"}),
        model("long", {**PRICES, "overrides": [{"min_prompt_tokens": 10_006, "prompt": "0.000002"}]}),
        model("not-so-long", {**PRICES, "overrides": [{"min_prompt_tokens": 10_007, "prompt": "0.000002"}]}),
        model("now", {"overrides": [{"utc_start": hour(-2), "utc_end": hour(2), "request": "0.25"}]}),
        model("not-now", {"overrides": [{"utc_start": hour(2), "utc_end": hour(-2), "request": "0.25"}]}),
        model("today", {"overrides": [{"utc_days": [today()], "request": "0.5"}]}),
        model("other-days", {"overrides": [{"utc_days": other_days(), "request": "0.5"}]}),
        model("once", {"web_search": "0.035", "web_search_per": "request"}),
    ]
    with Router(config, tmp_path_factory.mktemp("priced")) as router:
        yield router


DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def hour(offset: int) -> int:
    """The clock time some hours from now, which may be on the other side of midnight."""
    return int((datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=offset)).strftime("%H%M"))


def today() -> str:
    return DAYS[datetime.datetime.now(datetime.UTC).weekday()]


def other_days() -> list[str]:
    """The days that neither today nor tomorrow are, should midnight come."""
    number = DAYS.index(today())
    return [day for index, day in enumerate(DAYS) if index not in (number, (number + 1) % 7)]


def exact(text: str):
    def number(text):
        assert "e" not in text.lower(), text
        return decimal.Decimal(text)

    return json.loads(text, parse_float=number, parse_int=decimal.Decimal)


def ask(router, model: str, *, stream=False, usage=USAGE, images=2) -> dict:
    """The usage that a caller is told, which its record has to tell as well."""
    content = [{"type": "text", "text": script(alpha={"usage": usage})}, *[IMAGE] * images]
    if stream:
        lines = router.stream(content, model).text.split("\n\n")
        assert lines[-2:] == ["data: [DONE]", ""]
        answer = exact(lines[-3].removeprefix("data: "))
    else:
        response = router.chat(content, model)
        assert response.status_code == 200, response.text
        answer = exact(response.text)
    record = exact(router.generation(answer["id"]).text)["data"]
    assert record["total_cost"] == record["usage"] == answer["usage"]["cost"]
    assert record["cost_details"] == answer["usage"]["cost_details"]
    assert record["upstream_cost"] == answer["usage"]["cost"], "the provider names no price of its own"
    return answer["usage"]


def nanos(picos: int) -> decimal.Decimal:
    """Dollars, rounded to nano-dollars, half to even."""
    return (decimal.Decimal(picos) / 1000).quantize(1, decimal.ROUND_HALF_EVEN) / 1_000_000_000


def picos(component: str) -> int:
    return int(decimal.Decimal(PRICES[component]) * 10**12)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("component", PRICES)
def test_each_component_is_charged_for_its_units(priced, component, stream):
    usage = ask(priced, f"test/only-{component.replace('_', '-')}", stream=stream)
    assert usage["cost"] == nanos(UNITS[component] * picos(component)) > 0


@pytest.mark.parametrize("stream", [False, True])
def test_all_components_together(priced, stream):
    assert sum(UNITS[component] * picos(component) for component in PRICES) == 78_425_447_314
    usage = ask(priced, "test/all", stream=stream)
    assert usage["cost"] == TOTAL
    assert usage["cost_details"]["upstream_inference_prompt_cost"] == PROMPT
    assert usage["cost_details"]["upstream_inference_completions_cost"] == TOTAL - PROMPT
    assert usage["is_byok"] is False and usage["cost_details"]["upstream_inference_cost"] is None
    assert usage["prompt_tokens_details"] == {
        "cached_tokens": 3_001,
        "cache_write_tokens": 701,
        "audio_tokens": 907,
        "video_tokens": 51,
    }
    details = usage["completion_tokens_details"]
    assert (details["reasoning_tokens"], details["audio_tokens"], details["image_tokens"]) == (601, 307, 211)
    assert usage["server_tool_use"] == {"web_search_requests": 3}


def test_the_sdk_reads_the_usage(priced):
    message = [{"role": "user", "content": script(alpha={"usage": USAGE})}]
    with openrouter.OpenRouter(api_key=KEY, server_url=priced.base) as client:
        usage = client.chat.send(model="test/all", messages=message).usage
    assert usage.cost == pytest.approx(float(TOTAL) - 2 * 0.000400000013, abs=1e-9), "all but the images"
    assert usage.prompt_tokens_details.cache_write_tokens == 701
    assert usage.completion_tokens_details.reasoning_tokens == 601
    assert usage.server_tool_use_details.web_search_requests == 3
    assert usage.cost_details.upstream_inference_prompt_cost > 0


def test_a_discount_is_taken_before_the_rounding(priced):
    # 78,425,447,314 x 0.666667 = 52,283,657,684.28... pico-dollars.
    assert ask(priced, "test/third-off")["cost"] == decimal.Decimal("0.052283658")


def test_prices_of_long_prompts_begin_above_their_length(priced):
    # 5,296 x 2,000,000 = 10,592,000,000 instead of 5,296,015,888.
    assert ask(priced, "test/long")["cost"] == decimal.Decimal("0.083721431")
    assert ask(priced, "test/not-so-long")["cost"] == TOTAL


def test_prices_of_hours_and_days(priced):
    assert ask(priced, "test/now")["cost"] == decimal.Decimal("0.25")
    assert ask(priced, "test/not-now")["cost"] == 0
    assert ask(priced, "test/today")["cost"] == decimal.Decimal("0.5")
    assert ask(priced, "test/other-days")["cost"] == 0


def test_what_is_not_reported_costs_what_its_whole_costs(priced):
    usage = {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100}
    # 1,000 x 1,000,003 + 100 x 2,000,019 + 300,000,007 = 1,500,004,907.
    assert ask(priced, "test/all", usage=usage, images=0)["cost"] == decimal.Decimal("0.001500005")
    # Images are counted by us: 2 x 400,000,013 more.
    assert ask(priced, "test/all", usage=usage)["cost"] == decimal.Decimal("0.002300005")


def test_without_a_report_the_images_are_charged_too(priced):
    one = ask(priced, "test/only-image", usage=False)
    assert one["cost"] == nanos(2 * picos("image"))


@pytest.mark.parametrize(
    "details",
    [
        {"prompt_tokens_details": {"cached_tokens": 600, "cache_creation_tokens": 300}},
        {"cache_read_input_tokens": 600, "cache_creation_input_tokens": 300},
        {"prompt_tokens_details": {"cached_tokens": 600, "cache_creation_input_tokens": 300}},
        {"prompt_tokens_details": {"cached_tokens": 600, "cache_creation": {"ephemeral_5m_input_tokens": 300}}},
    ],
)
def test_other_names_for_the_cache(priced, details):
    usage = {"prompt_tokens": 1_000, "completion_tokens": 0, "total_tokens": 1_000, **details}
    # 100 x 1,000,003 + 600 x 100,043 + 300 x 1,250,047 + 300,000,007 = 835,040,207.
    assert ask(priced, "test/all", usage=usage, images=0)["cost"] == decimal.Decimal("0.00083504")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("searches", "cost"), [(0, "0"), (1, "0.035"), (3, "0.035")])
def test_searches_that_are_paid_once_for_a_request(priced, searches, cost, stream):
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "server_tool_use": {"web_search_requests": searches}}
    told = ask(priced, "test/once", usage=usage, stream=stream)
    assert told["cost"] == decimal.Decimal(cost)
    assert searches == 0 or told["server_tool_use"] == {"web_search_requests": searches}


@pytest.fixture(scope="module")
def reporting(simulator, tmp_path_factory):
    """A router whose provider says what it charged, as Perplexity does, with Perplexity's prices."""
    config = standard_config(simulator)
    next(entry for entry in config["providers"] if entry["slug"] == "alpha")["quirks"] = {"reports_cost": True}
    prices = {
        "test/sonar": {"prompt": "0.000001", "completion": "0.000001", "request": "0.008"},
        "test/research": {
            "prompt": "0.000002",
            "completion": "0.000008",
            "internal_reasoning": "0.000003",
            "web_search": "0.005",
        },
    }
    template = config["models"][0]
    for name, pricing in prices.items():
        model = {**copy.deepcopy(template), "id": name}
        model["endpoints"][0]["pricing"] = pricing
        config["models"].append(model)
    with Router(config, tmp_path_factory.mktemp("reporting")) as router:
        yield router


#: What Perplexity says of a search with the smallest context, whose fee is less than the usual one.
SONAR = {"prompt_tokens": 10, "completion_tokens": 90, "total_tokens": 100, "search_context_size": "low"}
#: Perplexity's own example of its research.
RESEARCH = {
    "prompt_tokens": 33,
    "completion_tokens": 7_163,
    "total_tokens": 7_196,
    "citation_tokens": 20_016,
    "num_search_queries": 18,
    "reasoning_tokens": 73_997,
}


@pytest.mark.parametrize("stream", [False, True])
def test_a_host_that_reports_its_bill_is_believed(reporting, stream):
    usage = {**SONAR, "cost": {"input_tokens_cost": 0.00001, "request_cost": 0.005, "total_cost": 0.0051}}
    assert ask(reporting, "test/sonar", usage=usage, images=0, stream=stream)["cost"] == decimal.Decimal("0.0051")
    # The fee is due without a report, too.
    usage = ask(reporting, "test/sonar", usage=SONAR, images=0, stream=stream)
    assert usage["cost"] == decimal.Decimal("0.0081")


@pytest.mark.parametrize("total", [0, 0.0008, 0.0811, 8e9, -1])
def test_a_bill_that_cannot_be_true_is_not_charged(reporting, total):
    content = script(alpha={"usage": {**SONAR, "cost": {"total_cost": total}}})
    answer = reporting.chat(content, "test/sonar").json()
    assert answer["usage"]["cost"] == pytest.approx(0.0081, abs=1e-12)


def test_only_a_host_known_for_it_is_believed(priced):
    content = script(alpha={"usage": {**SONAR, "cost": 0.0003}})
    # 10 x 1,000,003 + 90 x 2,000,019 + 300,000,007 = 490,001,747.
    assert priced.chat(content, "test/all").json()["usage"]["cost"] == pytest.approx(0.000490002, abs=1e-12)


def test_research_is_charged_for_what_stands_beside_its_totals(reporting):
    usage = ask(reporting, "test/research", usage=RESEARCH, images=0)
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (20_049, 81_160)
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 73_997
    # 20,049 x 2,000,000 + 7,163 x 8,000,000 + 73,997 x 3,000,000 + 18 x 5,000,000,000 = 409,393,000,000.
    assert usage["cost"] == decimal.Decimal("0.409393")


def test_the_ledger_has_the_same_sums(priced):
    manager = Manager(priced)
    before = exact(manager.get("/credits").text)["data"]["total_usage"]
    cost = ask(priced, "test/all")["cost"]
    assert exact(manager.get("/credits").text)["data"]["total_usage"] - before == cost
    (line,) = exact(manager.get("/credits/ledger", kind="charge", limit=1).text)["data"]
    assert line["amount"] == cost
    key = exact(priced.get("/key").text)["data"]
    assert key["usage"] == key["usage_daily"] == exact(manager.get("/credits").text)["data"]["total_usage"]


SEARCH = {"web_search": "0.01"}
#: A model's name, its prices, what the request has beside its messages, and how much that is at most.
HOLDS = [
    ("test/held", {"image": "0.25"}, {}, "0.5"),
    ("test/held", {"request": "0.25"}, {}, "0.25"),
    ("test/held", {**SEARCH, "request": "0.25"}, {}, "0.25"),
    ("test/held", SEARCH, {"web_search_options": {}}, "0.08"),
    ("test/held", SEARCH, {"tools": [{"type": "web_search"}]}, "0.08"),
    ("test/held", {**SEARCH, "web_search_per": "request"}, {"web_search_options": {}}, "0.01"),
    ("test/held", SEARCH, {"search_parameters": {"mode": "on"}}, "0.08"),
    ("perplexity/held", SEARCH, {}, "0.08"),
    ("test/held-search-preview", SEARCH, {}, "0.08"),
    ("test/held-deep-research", SEARCH, {}, "0.32"),
]


def test_a_hold_counts_images_searches_and_the_fee(simulator, own_router):
    """What a request may cost at most has to be there before it begins."""
    config = standard_config(simulator)
    template = config["models"][0]
    cases = []
    for number, (name, pricing, more, enough) in enumerate(HOLDS):
        model = {**copy.deepcopy(template), "id": f"{name}-{number}"}
        model["endpoints"][0]["pricing"] = {"prompt": "0", "completion": "0", **pricing}
        config["models"].append(model)
        less = str(decimal.Decimal(enough) - decimal.Decimal("0.000000001"))
        for limit, status in ((less, 402), (enough, 200)):
            key = f"sk-of-a-test-{number}-{status}"
            config["keys"].append({"key": key, "name": key, "limit": limit})
            cases.append((model["id"], key, more, status))
    router = own_router(config=config)
    content = [IMAGE, IMAGE, {"type": "text", "text": script()}]
    for model, key, more, status in cases:
        response = router.chat(content, model, headers={"Authorization": f"Bearer {key}"}, **more)
        assert response.status_code == status, (model, response.text)
