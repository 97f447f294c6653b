"""Random small scenarios that between them switch every mechanism on."""

import random

from sim.scenario import Scenario


def random_split(rng):
    """Three shares that sum to 1, and three floors under them."""
    cuts = sorted([rng.randint(5, 60), rng.randint(61, 95)])
    shares = [cuts[0], cuts[1] - cuts[0], 100 - cuts[1]]
    rng.shuffle(shares)
    split = [share / 100 for share in shares]
    floors = [round(share * rng.choice([0, 0, 0.5, 1]), 4) for share in split]
    names = ("networks", "communities", "teams")
    return {f"split_{n}": s for n, s in zip(names, split, strict=True)} | {
        f"floor_{n}": f for n, f in zip(names, floors, strict=True)
    }


def random_policy(rng):
    """Levers, each often at an end of its range."""
    share = lambda: rng.choice([0.0, 1.0, round(rng.random(), 3)])  # noqa: E731
    return {
        **random_split(rng),
        "adaptation": rng.choice([0.0, 0.05, 0.3, 1.0]),
        "reward_networks": rng.choice([0.0, 1.0, 2.5]),
        "reward_communities": rng.choice([0.0, 1.0, 2.5]),
        "reward_teams": rng.choice([0.0, 1.0, 2.5]),
        "working_out_loud": share(),
        "sponsorship": share(),
        "openness": share(),
        "coaching": share(),
        "pilot_first": rng.random() < 0.4,
        "hurdle": rng.choice([0.0, 0.02, 0.1]),
        "direction": rng.choice([0.0, 0.5, 1.0]),
        "rotation": rng.choice([0.0, 0.5, 8.0]),
        "assembly": share(),
        "weaving": share(),
        "demand": share(),
        "pressure": rng.choice([0.0, 0.5, 3.0]),
        "hiring": rng.choice([0.0, 1.0]),
        "turnover": rng.choice([0.0, 0.1, 3.0]),
    }


def random_reality(rng):
    """A rugged landscape or blocks, calm or turbulent, with or without a shock."""
    kind = rng.choice(["rugged", "rugged", "rugged", "blocks"])
    if kind == "rugged":
        aspects = rng.randint(4, 9)
        size = {
            "aspects": aspects,
            "complexity": rng.randint(0, aspects - 1),
            "neighbours": rng.choice(["adjacent", "random"]),
        }
    else:
        block = rng.randint(1, 4)
        size = {"block": block, "aspects": block * rng.randint(2, 12)}
    return size | {
        "reality": kind,
        "turbulence": rng.choice([0.0, 5.0, 30.0]),
        "noise": rng.choice([0.0, 0.05, 0.2]),
        "interdependence": rng.choice([0.0, 0.3, 1.0]),
        "shock_week": rng.choice([0, 17]),
        "shock_share": rng.random(),
        "outsiders": rng.choice([1, 2, 10]),
        "head_start": rng.choice([0, 5]),
    }


def random_people(rng):
    """12 to 60 people in teams and communities of any shape."""
    workers = rng.randint(12, 60)
    communities = rng.choice([0, 1, 3, 6, 8])
    return {
        "workers": workers,
        "team_size": rng.randint(1, workers),
        "communities": communities,
        "memberships": rng.randint(1, min(4, communities)) if communities else 1,
        "ties": rng.choice([0, 1, 4, 11]),
        "local_ties": rng.choice([0.0, 0.5, 1.0]),
        "seek": rng.random(),
        "sense": rng.random(),
        "share": rng.choice([0.3, 0.6, 1.0]),
        "encounters": rng.choice([0.0, 4.0, 10.0, 40.0]),
        "imitation": rng.choice(["best", "conformity", "majority"]),
        "breadth": rng.choice([0.3, 1.0]),
        "sessions": rng.choice([0.0, 3.0, 8.0]),
        "repertoire": rng.choice([1, 2, 6]),
        "code_learning": rng.choice([0.0, 0.3, 1.0]),
        "starting_trust": rng.random(),
        "newcomer_awareness": rng.random(),
        "tie_renewal": rng.choice([0.0, 0.5, 10.0]),
    }


def random_mechanisms(rng):
    """Mechanisms that can be switched, most of them on."""
    share = lambda: rng.choice([0.0, 1.0, round(rng.random(), 3)])  # noqa: E731
    return {
        "relatedness": share(),
        "attribution": rng.choice([1.0, 0.52]),
        "ramp_up": rng.choice([1.0, 7.0]),
        "newness": share(),
        "insularity": share(),
        "answer_cost": rng.choice([0.0, 0.25, 2.0]),
        "agenda": rng.choice([0, 1, 4]),
        "hear_base": rng.choice([0.1, 0.3]),
        "hear_trust": rng.choice([0.2, 0.5]),
        "field": rng.choice([1.0, 0.4, 0.1]),
        "field_sharing": share(),
        "preference": rng.choice([0.0, 1.0, 10.0]),
        "directory": rng.choice([0.0, 4.0]),
        "strong_ties": share(),
        "local_renewal": share(),
        "attachment": rng.choice([1, 3, 8]),
        "outside_half_life": rng.choice([0.0, 8.0]),
        "reciprocity": share(),
        "absorption": share(),
        "attraction": rng.choice([0, 1, 3]),
        "trust_growth": rng.choice([0.05, 0.2]),
        "trust_fading": rng.choice([0.01, 0.1, 1.0]),
        "burn": rng.choice([0.0, 0.05, 1.0]),
        "trust_by_attending": share(),
        "involvement": share(),
        "starting_scepticism": rng.choice([0.0, 2.0]),
        "practice_gain": rng.choice([0.0, 0.01]),
        "rust": rng.choice([0.0, 0.002]),
        "watched": share(),
        "severity": share(),
    }


def random_scenario(number, weeks=60, switched=False):
    """Scenario `number`, always the same one; with mechanisms that can be switched, or without."""
    rng = random.Random(number)
    change = {"week": rng.randint(2, 40), **random_split(rng), "direction": rng.random()}
    floors = {"week": rng.randint(5, 50), "floor_networks": 0.2, "floor_communities": 0.1, "floor_teams": 0.3}
    planned = rng.choice([[], [change], [floors], [change, floors]])
    given = {**random_reality(rng), **random_people(rng), **random_policy(rng)}
    mechanisms = random_mechanisms(rng) if switched else {}
    return Scenario.build(weeks=weeks, interventions=planned, **given, **mechanisms)
