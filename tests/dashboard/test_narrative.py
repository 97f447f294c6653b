"""What is said of time: what leaves the teams, what a policy takes for itself, and what people make of a split."""

import math

import numpy as np
import pytest

from sim import Intervention, Scenario
from sim.comparison import warm_up
from sim.dashboard import explore_view, exports, narrative
from sim.dashboard.explore_state import Choices
from sim.dashboard.simulation_service import Answer
from sim.model.measures import MEASURE_NAMES
from sim.scenario import overhead

SEEDS, WEEKS = 6, 60


def scenario(communities=0.2, adaptation=0.05, **levers):
    split = {"split_networks": 0.2, "split_communities": communities, "split_teams": round(0.8 - communities, 2)}
    return Scenario.build(workers=24, **{"weeks": WEEKS, **split, "adaptation": adaptation, **levers})


def lived(*pairs, spread=0.0):
    """An answer as if people had lived like this: scenarios, each with the share of communities from week 1 on."""
    scenarios = tuple(one for one, _ in pairs)
    weeks = scenarios[0].weeks
    results = np.full((len(pairs), SEEDS, weeks, len(MEASURE_NAMES)), 0.5)
    noise = spread * np.random.default_rng(1).standard_normal((len(pairs), SEEDS, 1))
    for a, (_, communities) in enumerate(pairs):
        shares = {"networks": 0.2, "communities": communities, "teams": 0.8 - np.asarray(communities)}
        for space, share in shares.items():
            results[a, :, :, MEASURE_NAMES.index(f"time_{space}")] = share + noise[a] * (space == "teams")
    return Answer(Choices(scenarios, replicates=SEEDS), tuple(range(1, SEEDS + 1)), results)


def towards(first, last):
    """A share that moves from one value to another, and is there for the last 13 weeks."""
    return np.append(np.linspace(first, last, WEEKS - 13), np.full(13, last))


# What it costs


def row(mean, low, high):
    return {"mean": mean, "difference": (low + high) / 2, "difference_low": low, "difference_high": high}


WEEK, SURE = "per person in a 40-hour week", "95 % confidence interval"


@pytest.mark.parametrize(
    ("found", "base", "said"),
    [
        (row(0.6, -0.15, -0.15), 0.75, f"60 % of the week in B (A: 75 %), 6.0 hours less {WEEK}."),
        (row(0.75, 0.14, 0.16), 0.6, f"75 % of the week in B (A: 60 %), 6.0 hours more {WEEK} ({SURE}: 5.6 to 6.4)."),
        (row(0.6, -0.17, -0.13), 0.75, f"60 % of the week in B (A: 75 %), 6.0 hours less {WEEK} ({SURE}: 5.2 to 6.8)."),
        (row(0.6, 0.0, 0.0), 0.6, "60 % of the week in both B and A."),
        (row(0.6, 1e-9, 3e-9), 0.6, "60 % of the week in both B and A."),
        (row(0.66, -0.0125, 0.02), 0.65,
         f"66 % of the week in B (A: 65 %), about the same ({SURE} of the difference: −0.5 to 0.8 hours {WEEK})."),
        (row(0.66, -0.0002, 0.02), 0.65,
         f"66 % of the week in B (A: 65 %), about the same ({SURE} of the difference: 0.0 to 0.8 hours {WEEK})."),
        (row(0.6, 0.0008, 0.0015), 0.599, "60 % of the week in both B and A."),
        (row(0.6041, 0.003, 0.0032), 0.601, f"60.4 % of the week in B (A: 60.1 %), 0.1 hours more {WEEK}."),
        (row(0.6, math.nan, math.nan) | {"difference": -0.15}, 0.75,
         f"60 % of the week in B (A: 75 %), 6.0 hours less {WEEK}."),
        (row(0.6, math.nan, math.nan) | {"difference": 0.0}, 0.6, "60 % of the week in both B and A."),
    ],
)  # fmt: skip
def test_time_in_teams_is_told_with_its_difference_and_how_sure_it_is(found, base, said):
    assert narrative.time_in_teams(found, base, "B") == f"Time in teams: {said}"


def test_what_leaves_the_teams_is_not_what_the_policy_takes():
    answer = lived((scenario(0.05, adaptation=0), 0.05), (scenario(0.2, adaptation=0), 0.2))
    assert narrative.cost(answer, 1) == (
        "Time in teams: 60 % of the week in B (A: 75 %), 6.0 hours less per person in a 40-hour week. "
        "Running the policy itself takes 2.0 % in both."
    )


def test_a_difference_that_may_be_none_is_not_told_as_one():
    answer = lived((scenario(), 0.2), (scenario(hurdle=0.1), 0.205), spread=0.02)
    low, high = (answer.row(1, "time_teams")[f"difference_{end}"] for end in ("low", "high"))
    assert low < 0 < high
    assert "about the same (95 % confidence interval of the difference: −" in narrative.cost(answer, 1)
    assert not any(word in narrative.cost(answer, 1) for word in ("less", "more"))


def test_of_four_scenarios_each_is_told_against_the_first():
    shares = (0.2, 0.3, 0.1, 0.2)
    answer = lived(*((scenario(share, 0, hurdle=0.1 * a), share) for a, share in enumerate(shares)))
    told = [narrative.cost(answer, a) for a in (1, 2, 3)]
    assert told[0].startswith("Time in teams: 50 % of the week in B (A: 60 %), 4.0 hours less per person")
    assert told[1].startswith("Time in teams: 70 % of the week in C (A: 60 %), 4.0 hours more per person")
    assert told[2].startswith("Time in teams: 60 % of the week in both D and A.")


def test_what_a_policy_takes_is_a_mean_over_the_weeks_that_count():
    free = {"working_out_loud": 0, "sponsorship": 0, "weaving": 0}
    assert narrative.running(scenario(**free)) == 0
    begun = scenario(**free, interventions=[Intervention(37, working_out_loud=1)])
    price = overhead(begun.workforce, begun.policies()[-1].policy)
    assert price > 0
    assert narrative.running(begun) == pytest.approx(price * (WEEKS - 36) / (WEEKS - warm_up(WEEKS)))


# Where people re-plan


def test_two_policies_that_end_alike_are_not_read_as_if_the_split_did_nothing():
    answer = lived((scenario(0.0), towards(0.0, 0.2)), (scenario(0.2), towards(0.2, 0.19)))
    said = (
        "People re-plan their own week here: communities ended at 20 % in A and 19 % in B (last 13 weeks), "
        "although the policies start from 0 % and 20 %."
    )
    assert narrative.headline(answer, 1)[1:] == [said]
    assert said.replace(" %", "&nbsp;%") in explore_view.comparison(answer).partition("<ul>")[0]
    assert said in exports.as_report(answer).decode()
    assert narrative.cost(answer, 1) in exports.as_report(answer).decode()
    assert "People re-plan their week. Starting split: A 20/0/80&nbsp;%, B 20/20/60&nbsp;%" in explore_view.story(
        answer
    )


def test_where_the_split_is_fixed_nothing_is_said_of_re_planning():
    answer = lived((scenario(0.0, 0), 0.0), (scenario(0.2, 0), 0.2))
    assert len(narrative.headline(answer, 1)) == 1
    assert "re-plan" not in explore_view.story(answer) + explore_view.comparison(answer)


def test_where_one_of_two_is_free_it_is_named():
    answer = lived((scenario(0.0, 0), 0.0), (scenario(0.2), towards(0.2, 0.15)), (scenario(0.0, 0.1), towards(0, 0.2)))
    assert narrative.replanned(answer, 1) == (
        "People re-plan their own week in B, not in A: communities ended at 0 % in A and 15 % in B (last 13 weeks); "
        "the policies start from 0 % and 20 %."
    )
    assert narrative.replanned(answer, 2) == (
        "People re-plan their own week in C, not in A: communities ended at 0 % in A and 20 % in C (last 13 weeks), "
        "although both policies start from 0 %."
    )
    assert narrative.where_it_began(answer) == "People re-plan their week. Starting split: B 20/20/60 %, C 20/0/80 %"


def test_of_equal_starts_the_space_that_moved_most_is_told():
    answer = lived((scenario(), towards(0.2, 0.3)), (scenario(hurdle=0.1), towards(0.2, 0.31)))
    assert "communities ended at 30 % in A and 31 % in B (last 13 weeks); both policies start from 20 %." in (
        narrative.replanned(answer, 1)
    )
    assert narrative.where_it_began(answer) == "People re-plan their week. Starting split: 20/20/60 %"


def test_people_who_are_let_free_later_count_and_a_short_run_is_told_by_its_weeks():
    later = scenario(0.2, 0, weeks=8, interventions=[Intervention(5, adaptation=0.1)])
    assert narrative.replans(later)
    answer = lived((scenario(0.0, 0, weeks=8), 0.0), (later, 0.2))
    assert "in B, not in A: communities ended at 0 % in A and 20 % in B (last 8 weeks); " in narrative.replanned(
        answer, 1
    )
