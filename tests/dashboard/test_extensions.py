"""A dashboard with extensions: their levers, and nobody who loads another one through a page."""

import base64

import pytest

from sim.dashboard import explore_view, in_force, levers, session, url_state
from sim.dashboard.explore_state import Choices
from sim.dashboard.simulation_service import Answers
from sim.model.extensions import load_all

from .conftest import Tab, dashboard

CODE = "open(__file__ + '.was_run', 'w').close()\nMECHANISM = None\n"


@pytest.fixture
def extensions():
    """The extensions in force, as if the dashboard had been started with them."""
    yield in_force.use
    in_force.use(())


def test_levers_of_extensions_stand_first_and_go_through_links(extensions):
    assert levers.panel(session.Session())["groups"][0]["title"] != levers.EXTENSIONS
    extensions(load_all(["mentoring", "bridging"]))
    begun = session.Session(Choices())
    group = levers.panel(begun)["groups"][0]
    assert [one["name"] for one in group["levers"]] == ["mentoring", "price_mentoring"]
    now = levers.moved(begun, {"what": "lever", "name": "mentoring", "value": "0.5"}).choices
    link = url_state.to_query(now)
    assert "mentoring:0.5" in link
    assert url_state.from_query(link) == url_state.Reading(now)
    refused = levers.moved(begun, {"what": "lever", "name": "mentoring", "value": "5"}).refused
    assert "must be between 0 and 1" in refused["mentoring"][1]


def test_answers_have_their_measures(extensions):
    extensions(load_all("bridging"))
    small = Choices((Choices().active.replace(workers=24, weeks=60),), replicates=3)
    answer = list(Answers(threads=2).answer(small))[-1]
    assert 0 <= answer.row(0, "bridging")["mean"] <= 1
    assert "Do people know other teams?" in explore_view.story(answer)
    two = Choices((*small.scenarios, small.active.replace(weaving=1.0)), replicates=3)
    other = list(Answers(threads=2).answer(two))[-1]
    assert ">Bridging</" in explore_view.comparison(other)


@pytest.mark.parametrize("key", ["with", "with_", "interventions", "scenario", "at5.0.with_", "at5.0.with"])
def test_no_link_loads_a_file(tmp_path, key):
    file = tmp_path / "evil.py"
    file.write_text(CODE, encoding="utf-8")
    reading = url_state.from_query(f"a=balanced~turbulent~{key}:{file}&check=0")
    assert reading.problems
    assert not list(tmp_path.glob("*.was_run"))


@pytest.mark.parametrize(
    "text",
    [
        'with = ["{file}"]\nworkers = 24',
        'with = "{file}"\nworkers = 24',
        'with_ = ["{file}"]\nworkers = 24',
        '[[interventions]]\nweek = 5\nwith_ = ["{file}"]\nhurdle = 0.1',
        '[policy]\nwith = ["{file}"]',
    ],
)
def test_no_file_that_is_uploaded_loads_another(tmp_path, text):
    file = tmp_path / "evil.py"
    file.write_text(CODE, encoding="utf-8")
    content = base64.b64encode(text.format(file=file).encode()).decode()
    assert levers.moved(session.Session(), {"what": "upload", "name": "x.toml", "value": content}).refused
    assert not list(tmp_path.glob("*.was_run"))


def test_a_saved_scenario_with_the_extensions_in_force_comes_back(extensions):
    extensions(load_all("mentoring"))
    begun = session.Session(Choices())
    one = levers.moved(begun, {"what": "lever", "name": "mentoring", "value": "0.5"}).choices.active
    content = base64.b64encode(one.to_toml(beside=True).encode()).decode()
    assert levers.moved(begun, {"what": "upload", "name": "x.toml", "value": content}).choices.active == one


@pytest.mark.slow
def test_the_slider_of_an_extension_is_moved_in_the_browser(compiled, chromium):
    with dashboard("--with", "mentoring") as address:
        one = Tab(chromium, address)
        try:
            before = one.means
            one.page.locator("input[type=range][aria-label='mentoring, slider']").focus()
            for _ in range(5):
                one.page.keyboard.press("PageUp")
            one.wait_query("mentoring:")
            one.settled()
            assert one.means != before
            assert "that somebody is mentored in a week" in one.page.inner_text("body")
            one.type("#lever-mentoring", "0")
            one.page.wait_for_function("!location.search.includes('mentoring')")
            one.settled()
            assert one.means == before
            assert (one.foreign, one.complaints) == ([], [])
        finally:
            one.context.close()
