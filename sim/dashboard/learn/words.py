"""The sentences that go around every lesson, in one place: the room, its templates and live pages all take them here.

What stands in braces is filled in. A live page fills in the same ones (`sim/web/learn/learn_said.js`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        # differences between conditions
        "quoted": "“{label}”",
        "equal": "{first} and {second} give exactly the same {noun}.",
        "few": "No clear difference in {noun} between {first} and {second}: too few runs differ.",
        "unclear": "No clear difference in {noun} between {first} and {second}: {size}.",
        "differs": "{first} gives {word} {noun} than {second}, by {size}.",
        "no_interval": "{mean} (no interval: most runs give the same value)",
        "interval": "{mean} (95 % confidence interval: {low} to {high})",
        "points": " points",
        # bets, and lines that were drawn
        "guess": "You bet {bet}; the simulation gives {actual} {unit}. {praise}",
        "good_guess": "A good guess.",
        "far_guess": "That is some way off, like most first guesses. What misled you?",
        "right": "Your bet, “{bet}”, matches the simulation.",
        "wrong": "You bet on “{bet}”. The simulation shows: {truth}. Before you read on: why might that be?",
        "or": " or ",
        "line": "Your line for “{label}” differs from the simulation by {away} on average: {halves}.",
        "one_half": "{early} all the way",
        "two_halves": "{early} at first and {late} later on",
        "about_right": "about right",
        "too_high": "too high",
        "too_low": "too low",
        "shows": "With these settings the simulation shows: {truth}.",
        "shows_number": "With these settings the simulation gives {actual} {unit}.",
        # drawing
        "if_you_like": "If you like, draw it",
        "asked_to_draw": "How will {title} develop in “{label}”, from beginning to end?",
        "how_to_draw": "Draw across the picture, or go to its points with Tab and set them with the arrow keys.",
        # of live pages only: lists, presenting, runs on this device, and changing anything
        "lessons": "Lessons",
        "all_lessons": "All lessons",
        "short": "{idea} · {minutes} min",
        "steps": "Steps of the lesson",
        "your_bet": "Your bet",
        "bet_first": "Place your bet, then see what the simulation shows.",
        "present": "Present",
        "stop_presenting": "End presentation",
        "full_screen": "Full screen",
        "keys": "→ or Space: next step · ← step before · Esc: end",
        "print": "Print",
        "count_hands": "Hands up",
        "hands": "hands up for “{label}”",
        "raised": "The class bet:",
        "running": "Running on this device: {ready} of {count} histories of each",
        "so_far": "The first {ready} of {count} histories:",
        "levers": "Levers of this lesson",
        "another": "another value …",
        "value_of": "{label}, value",
        "anything": "Change anything else",
        "anything_hint": "Every lever of the model can be changed, for all organisations or for one of them.",
        "what": "What",
        "choose": "choose a lever …",
        "where": "where",
        "everywhere": "in all",
        "allowed": "{meaning} ({limits})",
        "remove": "Remove",
        "remove_what": "Remove the change of {label}",
        "presets": "Policy and world",
        "the_week": "The week and the runs",
        "as_it_was": "Reset to the lesson",
        "in_explore": "Go on in Explore with these organisations",
        "in_explore_hint": "There all levers stand side by side, with dated changes of policy and a shock.",
        "even": "{label} must be an even number between {low} and {high}.",
        "whole": "{label} must be a whole number between {low} and {high}.",
        "number": "{label} must be a number between {low} and {high}.",
        # steps
        "limits": "What this does not show",
        "place_bet": "Place your bet first. It does not have to be right: it is there to be thought about.",
        "run_it": "Place my bet and run",
        "next": "Next: {step}",
        "back": "Back",
        "again": "Start again",
        "done": "Average of {count} simulated histories, class {seed}",
        "failed": "That could not be computed. Start again, or take another class number.",
        # classes
        "class": "Class number",
        "class_hint": "1 to {most}. Everybody with the same number sees the same results; a different number gives "
        "different random events.",
        "class_refused": "Class number must be a whole number between 1 and {most}.",
        "link_refused": "The link cannot be used in full: {why}",
        "no_lesson": "{name}: there is no such lesson",
        # notes
        "notes": "Teacher's notes",
        "hide_notes": "Hide the teacher's notes",
        "time": "Time:",
        "minutes": "about {minutes} minutes. Everybody with the same class number sees the same results. A different "
        "number gives different random events: let groups compare.",
        "goals": "Goals: after this lesson people can",
        "discussion": "To discuss",
        "sources": "Sources",
        # pictures
        "course": "{title} over {points} {axis}s: {ends}",
        "knot": "{axis} {number}",
        "your_line": "your line, for {title}",
        "show": "Show the organisation",
        "in": "in",
        "year": "year {number}",
        "all_years": "all years after the first",
        "all_weeks": "all weeks after the start",
        "shown": "{label}, {when}",
        "network_model": "The network learning model",
        "triple_model": "The triple operating system",
        "of_the_week": "{title} {share} of the week",
        "seen": "{count} seen",
        "tested": "{count} tested",
        "adopted": "{count} adopted",
        "better": "{share} of them better",
        "ideas": "ideas per 100 people a year",
        "known": "of the latest is known",
        "viable": "{count} of them better",
        "made_of": "fit {fit} · agreement {agreement}",
        "look_again": "the world moves on: look again",
        # numbers
        "numbers": "Numbers",
        "after_rounds": "after {last} rounds",
        "over_weeks": "over weeks {first} to {last}",
        "means": "Means {when} and {seeds} simulated histories each, ± half the width of the 95 % confidence "
        "interval.{missing}",
    }
)

# The places of the network learning model, and the parts of the triple operating system: name, title, what they are.
PLACES = (
    ("networks", "Social networks", "open: cooperate"),
    ("communities", "Communities", "trusted: test"),
    ("teams", "Teams", "focused: create"),
)
PARTS = ("Awareness", "Alternatives", "Action")


def said(name: str, /, **given: object) -> str:
    """One of the sentences, filled in.

    >>> said("next", step="Run")
    'Next: Run'
    """
    return SENTENCES[name].format(**given)
