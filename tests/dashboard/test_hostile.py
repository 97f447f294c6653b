"""What was broken once: links and fields with odd numbers, a room that fails, names that end a script too early."""

import logging

import pytest
import solara

from sim import Scenario
from sim.dashboard import app, exports, levers, server, session, url_state
from sim.dashboard.explore_state import Choices
from sim.dashboard.learn import play, runs
from sim.dashboard.simulation_service import Answers
from sim.errors import ScenarioError


def texts(widget):
    children = getattr(widget, "children", None) or []
    return [text for one in children for text in ([one] if isinstance(one, str) else texts(one))]


class Fails:
    name = "fails"

    def load(self):
        @solara.component
        def Room():
            solara.use_effect(lambda: None, [])
            solara.use_effect(lambda: None, [])
            raise ValueError

        return Room


def test_a_room_that_fails_halfway_is_replaced_by_a_sentence():
    logging.disable(logging.CRITICAL)
    try:
        box, _ = solara.render(app.Guarded(Fails()), handle_error=False)
    finally:
        logging.disable(logging.NOTSET)
    assert texts(box)[0].startswith("Something went wrong here.")


@pytest.mark.parametrize("given", ["--5", "+-5", "-", "1" * 5000, "٣"])
@pytest.mark.parametrize("name", ["weeks", "runs", "seed"])
def test_numbers_that_are_none_are_refused_in_place(name, given):
    now = levers.moved(session.Session(), {"what": "running", "name": name, "value": given})
    assert " must be a whole number between " in now.refused[name][1]
    assert len(now.refused[name][0]) <= session.LONGEST_TYPED
    reading = url_state.from_query(f"a=balanced~turbulent&{name}={given}")
    assert reading.problems


@pytest.mark.parametrize("event", [
    {"what": "share", "name": "teams", "value": 10**400},
    {"what": "upload", "name": "x.toml", "value": "é"},
    {"what": "upload", "name": "x.toml", "value": "\ud800"},
])  # fmt: skip
def test_forged_events_are_refused(event):
    assert levers.moved(session.Session(), event).refused


@pytest.mark.parametrize("given", ["000009999999", "000000001" + "9" * 20, "000000001" + "9" * 5000])
def test_class_numbers_are_bounded_with_leading_zeros_too(given):
    with pytest.raises(ScenarioError):
        runs.checked_seed(given)
    assert play.acted(play.Play(), {"what": "seed", "value": given}).refused
    assert play.from_query(f"class={given}").seed == 1


def test_a_name_cannot_hide_the_end_of_the_script_that_it_is_in():
    bad = Scenario.build(policy={"name": "<!--<script>"}, workers=24, weeks=60)
    one = list(Answers(threads=2).answer(Choices((bad,), replicates=3)))[-1]
    assert "<!--<script>" not in exports.as_report(one).decode()


def test_headers_that_are_no_addresses_are_refused():
    guard = server.SameOrigin(None, True)
    for headers in ([(b"host", b"[")], [(b"host", b"127.0.0.1"), (b"origin", b"http://[")]):
        assert not guard._allowed({"headers": headers})


def test_no_header_says_where_pages_look_for_their_parts():
    assert server.SETTINGS["SOLARA_ROOT_PATH"] == ""
