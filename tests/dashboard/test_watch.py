"""The room Watch without a browser: pictures, places, words, the player, and what messages from a browser can do."""

import re
import threading
import time

import numpy as np
import pytest
import solara

from sim import Run, Scenario
from sim.dashboard.watch import Watch, frames, layout, player, room, tooltips, widget
from sim.model.measures import MEASURE_NAMES

from ..waiting import LONGEST_WAIT, until

SMALL = Scenario.build("balanced", "turbulent", workers=24, communities=3, memberships=2, weeks=60)
BLOCKS = SMALL.replace(world={"reality": "blocks", "aspects": 9, "block": 3, "turbulence": 20.0})


@pytest.fixture
def watched():
    """Players that are closed at the end; each with the messages that it has shown, and whether they are seen."""
    made = []

    def start(scenario=SMALL, seed=1, sees=True, **options):
        shown, ready = [], threading.Event()

        def show(data):
            ready.wait(LONGEST_WAIT)
            shown.append(frames.opened(data))
            if sees:
                one.seen(shown[-1][0]["number"])

        one = player.Player(scenario, seed, show, **options)
        made.append(one)
        ready.set()
        return one, shown

    yield start
    for one in made:
        one.close()


def pictures_of(scenario, seed, weeks):
    recorder = frames.Recorder(Run(scenario, seed))
    made = [recorder.picture()]
    for _ in range(weeks):
        recorder.advance()
        made.append(recorder.picture())
    return made


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [SMALL, BLOCKS, SMALL.replace(communities=0)])
def test_a_picture_is_the_state(scenario):
    run = Run(scenario, 3)
    recorder = frames.Recorder(run)
    for _ in range(30):
        row = recorder.advance()
    picture, state = recorder.layout.arrays(recorder.picture()), run.state
    aspects = scenario.world.aspects
    for name in (
        "last_change_week",
        "person",
        "team_seat",
        "team",
        "community",
        "attended",
        "repertoire",
        "n_tests",
        "last_tested_week",
        "practice",
    ):
        np.testing.assert_array_equal(picture[name], getattr(state, name), name)
    for name in ("alignment", "scepticism", "output"):
        np.testing.assert_allclose(picture[name], getattr(state, name), rtol=1e-6)
    np.testing.assert_array_equal(picture["tie"], state.tie)
    for name, truth in (("idea", state.idea > 0), ("aware", state.aware)):
        bits = np.unpackbits(picture[name], axis=1, count=aspects, bitorder="little")
        np.testing.assert_array_equal(bits, truth, name)
    np.testing.assert_array_equal(picture["time"], np.rint(255 * state.time))
    np.testing.assert_array_equal(picture["trust"], np.rint(255 * state.trust))
    np.testing.assert_array_equal(picture["skills"], np.rint(255 * np.stack([state.seek, state.sense, state.share], 1)))
    assert picture["fit"].mean() == pytest.approx(row[MEASURE_NAMES.index("fit")], abs=1e-6)
    assert picture["known"].mean() == pytest.approx(row[MEASURE_NAMES.index("awareness")], abs=1e-6)
    latest = state.aware[:, state.last_change_week == state.last_change_week.max()].all(axis=1)
    np.testing.assert_array_equal(picture["flags"] & frames.KNOWS_LATEST, latest)


def test_pictures_tell_what_has_changed_since_the_week_before():
    layout_ = frames.Layout(SMALL)
    made = [layout_.arrays(picture) for picture in pictures_of(SMALL, 1, 40)]
    switched = brought = 0
    for week in range(1, 41):
        now, then = made[week], made[week - 1]
        np.testing.assert_array_equal(now["before"], then["practice"])
        changed = (now["practice"] != then["practice"]).any(axis=1)
        np.testing.assert_array_equal(now["since"] == week, changed)
        np.testing.assert_array_equal(now["flags"] & frames.NEWCOMER > 0, now["person"] != then["person"])
        for k in np.flatnonzero(changed & (now["origin"] >= 0)):
            assert (now["repertoire"][now["origin"][k]] == now["practice"][k]).all(axis=1).any()
            switched += 1
        for c, r in zip(*np.nonzero(now["bringer"] >= 0), strict=True):
            i = now["bringer"][c, r]
            idea = np.unpackbits(now["idea"][i], count=SMALL.world.aspects, bitorder="little")
            np.testing.assert_array_equal(now["repertoire"][c, r] > 0, idea)
            assert c in now["community"][i]
            brought += 1
    assert switched > 3
    assert brought > 10


def test_a_message_can_be_taken_apart():
    picture, course = b"12345678", np.arange(12.0).reshape(2, 6)
    header = {"organisation": 2, "number": 7, "answers": 1, "week": 2, "playing": 1}
    head, same, curves, text = frames.opened(frames.message(header, picture, course, {"title": "Größe"}))
    assert head == {**header, "reached": 2, "picture": 8, "words": len('{"title": "Größe"}'.encode())}
    assert same == picture
    np.testing.assert_array_equal(curves, course)
    assert text == {"title": "Größe"}


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [8, 24, 120, 200, 999, 2000])
@pytest.mark.parametrize("communities", [0, 1, 6, 30])
def test_nothing_overlaps_on_the_stage(workers, communities):
    scene = layout.stage(Scenario.build(workers=workers, communities=min(communities, workers), weeks=1))
    cells, seats = np.array(scene["teams"]), np.array(scene["seats"])
    assert len(seats) == workers
    if len(cells) > 1:
        apart = np.hypot(*(cells[:, None] - cells[None]).transpose(2, 0, 1))
        assert apart[~np.eye(len(cells), dtype=bool)].min() > scene["cell"]
    closest = min(np.hypot(*(seats[i] - np.delete(seats, i, 0)).T).min() for i in range(0, workers, 7))
    assert closest > 1.9 * scene["dot"]
    assert (seats > 0).all()
    assert (seats < [layout.WIDTH, layout.HEIGHT]).all()
    for x, y in scene["cards"]:
        beside = np.maximum(np.abs(cells[:, 0] - x) - layout.CARD[0] / 2, np.abs(cells[:, 1] - y) - layout.CARD[1] / 2)
        assert beside.min() > 0.3 * scene["cell"]


# --- words ------------------------------------------------------------------------------------------------------------


def test_words_about_everybody_and_everything():
    arrays = frames.Layout(SMALL).arrays(pictures_of(SMALL, 1, 30)[-1])
    for kind, count in (("person", 24), ("team", 3), ("community", 3)):
        for index in range(count):
            about = tooltips.words_about(arrays, (kind, index), 30, SMALL)
            assert about["title"].lower().startswith(kind)
            assert all(line.endswith(".") for line in about["lines"])
            assert all(len(signs) == SMALL.world.aspects for _, signs in about["strips"])
        assert tooltips.words_about(arrays, (kind, count), 30, SMALL) is None
        assert tooltips.words_about(arrays, (kind, -1), 30, SMALL) is None


# --- the player -------------------------------------------------------------------------------------------------------


def test_what_is_shown_is_the_run_itself(watched):
    one, shown = watched(speed=100.0)
    one.play()
    until(lambda: one.status()["week"] == 60 and not one.playing)
    truth = pictures_of(SMALL, 1, 60)
    rows = Run(SMALL, 1).advance(60)[:, frames.COLUMNS]
    for head, picture, course, _ in shown:
        assert picture == truth[head["week"]]
        np.testing.assert_allclose(course, rows[: head["reached"]], rtol=1e-6)
    weeks = [head["week"] for head, *_ in shown]
    assert weeks == sorted(weeks)


def test_a_jump_shows_what_running_there_shows(watched):
    one, shown = watched(history=1)  # room for two pictures: going back computes everything again
    truth = pictures_of(SMALL, 1, 60)
    for number, week in enumerate((50, 7, 33, 0, 60), 1):
        one.jump(week, number)
        until(
            lambda number=number, week=week: shown and (shown[-1][0]["answers"], shown[-1][0]["week"]) == (number, week)
        )
        assert shown[-1][1] == truth[week]
    assert one.kept <= 2 * one.layout.size


def test_the_picture_that_is_shown_stays_while_weeks_far_away_are_computed(watched, monkeypatch):
    """Whoever is asked about it meanwhile answers from it, though there is room for two pictures only."""
    one, shown = watched(history=1)
    one.jump(50, 1)
    until(lambda: shown and shown[-1][0]["week"] == 50)
    held, send, advance = [], one._send, player.Recorder.advance
    monkeypatch.setattr(one, "_send", lambda said: held.append(one.week != 50 or 50 in one._pictures) or send(said))
    monkeypatch.setattr(player.Recorder, "advance", lambda self: time.sleep(player.AT_ONCE / 5) or advance(self))
    one.jump(40, 2)  # back: everything from the start again, some weeks at once
    until(lambda: shown[-1][0]["week"] == 40)
    assert len(held) > 3
    assert all(held)


def test_steps_and_restart(watched):
    one, shown = watched()
    for act, week in (
        (one.step, 1),
        (one.step, 2),
        (lambda: one.step(-1), 1),
        (lambda: one.step(-9), 0),
        (one.step, 1),
        (one.restart, 0),
    ):
        act()
        until(lambda week=week: shown and shown[-1][0]["week"] == week)
    one.jump(10**9)
    until(lambda: shown[-1][0]["week"] == 60)


def test_the_latest_picture_wins_and_none_is_queued(watched):
    one, shown = watched(speed=100.0, sees=False)
    until(lambda: len(shown) == 1)
    one.play()
    until(lambda: one.week == 60)
    assert len(shown) == player.AHEAD  # nobody has seen the first one
    one.seen(1)
    until(lambda: len(shown) == player.AHEAD + 1)
    assert shown[-1][0]["week"] == 60


def test_never_more_than_twenty_a_second(watched):
    one, shown = watched(SMALL.replace(weeks=1000), speed=100.0)
    until(lambda: shown)
    began, before = time.monotonic(), len(shown)
    one.play()
    until(lambda: len(shown) > before + 20)
    count = len(shown) - before
    assert count <= player.PER_SECOND * (time.monotonic() - began) + 2


def test_a_pause_goes_back_to_what_was_seen(watched):
    one, shown = watched(speed=100.0)
    one.play()
    until(lambda: one.week > 20)
    one.pause(15, 9)
    until(lambda: shown[-1][0]["answers"] == 9)
    one.pick("person", 0, 10)  # one more picture
    until(lambda: shown[-1][0]["answers"] == 10)
    after = [head for head, *_ in shown if head["answers"] >= 9]
    assert {(head["week"], head["playing"]) for head in after} == {(15, 0)}


def test_closing_stops_the_thread_and_frees_the_pictures(watched):
    one, _ = watched(Scenario.build(workers=400), speed=100.0)
    one.play()
    until(lambda: one.week > 5)
    one.close()
    one.close()
    assert not one.alive
    assert one.kept == 0


def test_a_failing_listener_ends_quietly(caplog):
    def show(_):
        raise OSError("gone")

    one = player.Player(SMALL, 1, show)
    until(lambda: not one.alive)
    assert "stopped" in caplog.text


# --- messages and inputs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        {}, {"do": None}, {"do": "fly"}, {"do": "jump", "week": "x"}, {"do": "jump", "week": 1e300}, [], "play",
        {"do": "jump", "week": float("nan")}, {"do": "speed", "weeks": "fast"}, {"do": "speed", "weeks": None},
        {"do": "speed", "weeks": float("nan")}, {"do": "pick", "kind": ["x"], "index": 0}, {"do": "seen", "frame": {}},
        {"do": "pick", "kind": "person", "index": 10**6}, {"do": "pause", "week": -7}, {"do": "step", "weeks": True},
    ],
)  # fmt: skip
def test_no_message_does_harm(content):
    view = widget.OrganisationView()
    view.show(SMALL, 1)
    try:
        view._heard(view, content, [])
        view._heard(view, {"do": "jump", "week": 5, "number": 3}, [])
        until(lambda: view.player.week == 5)
    finally:
        view.end()


@pytest.mark.parametrize("text", ["", "many", "-3", "7", "2001", "1e9", "12.5", "9" * 30, "٣٤", "None"])
def test_wrong_numbers_are_answered(text):
    number, problem = room.whole_number(text, "Number of people", room.FEWEST, room.MOST)
    assert number is None
    assert re.fullmatch("Number of people must be (a whole number )?between 8 and 2,000.", problem)


@pytest.mark.parametrize(
    "event",
    [
        None, 7, [], {}, {"name": "people"}, {"name": "people", "value": 40}, {"name": ["people"], "value": "40"},
        {"name": "policy", "value": "../../etc/passwd"}, {"name": "world", "value": "x"}, {"name": "x", "value": "1"},
    ],
)  # fmt: skip
def test_what_no_field_sends_changes_nothing(event):
    kept = [room.POLICY.peek(), room.WORLD.peek(), room.PEOPLE.peek(), room.SEED.peek()]
    room.chosen(event)
    assert kept == [room.POLICY.peek(), room.WORLD.peek(), room.PEOPLE.peek(), room.SEED.peek()]


def test_the_room_starts_one_player_and_ends_it():
    before = {thread for thread in threading.enumerate() if thread.name == "tripleos-watch"}
    _, rendered = solara.render(Watch(), handle_error=False)
    view = rendered.find(widget.OrganisationView).widget
    until(lambda: view.frame)
    view._heard(view, {"do": "play", "number": 1}, [])
    until(lambda: view.player.playing)
    played = view.player
    rendered.close()
    assert not played.alive
    assert {thread for thread in threading.enumerate() if thread.name == "tripleos-watch"} == before
