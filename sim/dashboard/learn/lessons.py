"""The lessons: one idea each. What is said of numbers is said of those of the runs, whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .plan import Bet, Condition, Lesson, Lever, Notes, Option, Sketch
from .telling import Between, By, Outcome, Overtaking, Right, Telling, Together

SEED_OF_ALL = "Harold Jarche, “unified models for work and learning”: the two models and the comments below them."
TURBULENCE = Lever(
    "turbulence", "How fast the world changes", ((0.5, "every other year"), (5.0, "five times a year"),
    (10.0, "ten times a year"), (20.0, "twenty times a year")), 10.0,
)  # fmt: skip
ABSTRACT = (
    "It shows what follows from a few rules that are written down. It is not measured on real organisations, and its "
    "numbers are not forecasts."
)


# --- 1: the two models of the seed ------------------------------------------------------------------------------------


_TWO_TOGETHER = Together("whole", ("no_networks", "no_communities"), "neither", "coherent_action")
_two_models_found = Telling(
    "{compared no_networks no_communities coherent_action}",
    "{compared whole no_networks coherent_action}",
    "{compared whole no_communities coherent_action}",
    By(
        _TWO_TOGETHER,
        more="Together the two bring more than the sum of what each brings alone, by {size}: each is worth more "
        "beside the other.",
        same="These runs do not show whether the two together bring more or less than the sum of what each brings "
        "alone: the difference is {size}.",
        less="Together the two bring less than the sum of what each brings alone, by {size}: each can "
        "replace some of the other.",
    ),
)
_NOT_EACH_ALONE = "But not each of the two clearly helps without the other."
_two_models_explained = Telling(
    "The network learning model asks people to be in three places: in open social networks, where novelty comes "
    "from; in teams, where value is created together; and in communities, the trusted middle ground between them, "
    "where new ideas are tested. The triple operating system looks at the same from the organisation: networks "
    "give awareness, communities give alternatives, and both together let teams act.",
    "Without networks people know {no_networks awareness} of what is new instead of {whole awareness}. Their teams "
    "still agree ({no_networks agreement}, where 1 is full agreement), but on practices that fit the world less: "
    "{no_networks fit} instead of {whole fit}, where 1 is the best possible.",
    "Without communities there are no tested alternatives at all. News still comes in, so practices fit by "
    "{no_communities fit}, but every team goes its own way: agreement is {no_communities agreement} instead of "
    "{whole agreement}.",
    (
        "“It is one, that without the others is ineffective.” What do these runs say about networks and communities?",
        By(
            _TWO_TOGETHER,
            more="They are one in that each is worth more beside the other.",
            same="These runs do not show whether each is worth more beside the other.",
            less="They are not one: each can replace some of the other.",
        ),
        By(
            Between("no_communities", "neither", "coherent_action"),
            more=By(
                Between("no_networks", "neither", "coherent_action"),
                more="Neither is ineffective without the other: networks alone help, and so do communities alone.",
                same=_NOT_EACH_ALONE,
                less=_NOT_EACH_ALONE,
            ),
            same=_NOT_EACH_ALONE,
            less=_NOT_EACH_ALONE,
        ),
    ),
)


TWO_MODELS = Lesson(
    name="two_models",
    title="Two models of one organisation",
    idea="Networks, communities and teams; awareness, alternatives and action: what does each part do?",
    story=(
        "A hundred and twenty people in fifteen teams live through five years in a fast market. They spend their week "
        "in three places: in social networks, where they hear news and see how others work; in communities of "
        "practice, where they pool what they know and test ideas; and in their team, which does the work.",
        "Now something is switched off. In one organisation nobody meets anybody in networks. In another the "
        "communities never meet. Everybody spends the week as before; only what the place does is gone.",
        "What we look at is coherent action: how well the teams' practices fit the world, times how much the teams "
        "agree with each other.",
    ),
    bet=Bet(
        "Which loss costs more coherent action?",
        (
            Option("no_networks", "Losing the networks: little news comes in"),
            Option("no_communities", "Losing the communities: nobody tests ideas together"),
            Option("same", "No clear difference"),
        ),
        Right(
            Between("no_networks", "no_communities", "coherent_action"),
            more="no_communities",
            same="same",
            less="no_networks",
        ),
    ),
    sketch=Sketch("no_networks", "coherent_action"),
    model="organisation",
    fixed={"policy": "balanced", "world": "turbulent", "adaptation": 0.0},
    conditions=(
        Condition("whole", "All three", "networks, communities and teams do their part", {}),
        Condition("no_networks", "No networks", "nobody meets anybody in networks", {"encounters": 0.0}),
        Condition("no_communities", "No communities", "communities never meet", {"sessions": 0.0}),
        Condition("neither", "Teams alone", "neither networks nor communities", {"encounters": 0.0, "sessions": 0.0}),
    ),
    charts=("coherent_action", "awareness"),
    table=("coherent_action", "fit", "agreement", "awareness", "alternatives", "innovation"),
    notice=(
        "Look at the three boxes of the triple operating system in each organisation. Which is emptier than where all "
        "three do their part?",
        "Coherent action is fit times agreement. Which of the two suffers more without networks? And without "
        "communities?",
        "Choose another year above the diagrams. Which numbers need years to settle, and which are there at once?",
        "Look at innovation. Is it highest where things go best?",
    ),
    found=_two_models_found,
    explain=_two_models_explained,
    limits=(
        "Innovation counts changes that are new to the organisation and better. An organisation that works poorly has "
        "much left to improve: more innovation is not always a good sign.",
        "A switch is not a policy. No organisation loses its networks and keeps the hours spent in them; what a real "
        "change of hours does is another lesson.",
        ABSTRACT,
    ),
    levers=(TURBULENCE,),
    trial=Telling(
        "{compared whole no_networks coherent_action}",
        "{compared whole no_communities coherent_action}",
    ),
    extend=(
        "In a world that hardly changes, is the chain still needed? Try it, then say why.",
        "Draw your own organisation as the two diagrams. Which arrow is thinnest? Who could thicken it?",
        "One reader of these models would call the middle space a “community of change”. What would such a community "
        "do that the communities of this model do not?",
        "In Explore, take time away from networks and communities instead of switching them off.",
    ),
    notes=Notes(
        45,
        (
            "name the three places of the network learning model, and what flows between them",
            "name the three parts of the triple operating system, and match them with the three places",
            "tell fit (doing what works) from agreement (doing it together)",
        ),
        (
            "An organisation agrees strongly on a practice that no longer fits. How would its people notice?",
            "Does “each part helps by itself” contradict “it is one”? What would you have to measure to decide?",
            "Who in your organisation spends time in all three places, and who pays for it?",
        ),
        (
            SEED_OF_ALL,
            "Harold Jarche (2015), for “It is one, that without the others is ineffective”.",
            "Valdis Krebs, on whose work the triple operating system draws.",
        ),
    ),
    diagrams=True,
)


# --- 2: too busy to learn ---------------------------------------------------------------------------------------------


_too_busy_found = Telling(
    "{compared rewards balanced output}",
    "{compared rewards balanced coherent_action}",
    "{compared rewards balanced awareness}",
    "{compared heads_down balanced output}",
)
_too_busy_explained = Telling(
    "A reader of the two models put it so: without talking about how and where we spend time, “it's often too "
    "seductive to write ourselves off as being ‘too busy’ doing ‘rewarded’ work in our project teams”.",
    "In the model everybody keeps a feeling for what an hour gave them in each place, weighs it with what is "
    "rewarded, and moves hours toward where it pays. When only team work is rewarded, the hours in networks and "
    "communities go from {balanced time_networks} and {balanced time_communities} of the week to "
    "{rewards time_networks} and {rewards time_communities}.",
    By(
        Between("rewards", "balanced", "output"),
        more="That is not what the story of the busy team predicts: output is higher, not lower. People follow their "
        "rewards only loosely here, and still keep hours for learning. Look at what they know, and at how well teams "
        "act together, before you call that a success.",
        same="That is not what the story of the busy team predicts: output is neither clearly higher nor clearly "
        "lower. Look at what people know, and at how well teams act together.",
        less="That is the story of the busy team: paid for output alone, the organisation produces less of it.",
    ),
    "When management takes the hours away (“heads down”), people know {heads_down awareness} of what is new, against "
    "{balanced awareness}, and output is {heads_down output}, against {balanced output}. Their practices fit the world "
    "by {heads_down fit}, against {balanced fit}.",
    "How closely people follow their rewards decides, with the speed of the world, whether the trap shuts. That "
    "is a property of people in this model, not of the policy: change it in the next step.",
)


TOO_BUSY = Lesson(
    name="too_busy",
    title="Too busy to learn",
    idea="If only the team's output is rewarded, who will still look up from the work, and does output pay for it?",
    story=(
        "Three organisations meet the same five years in a fast market, under identical random events.",
        "In the first one all work counts: what people learn outside their team is worth as much as what the team "
        "delivers. In the second one only what teams deliver counts; networks and communities are allowed but earn "
        "nobody anything. In the third one management decides the hours: nine tenths of the week for the team.",
        "Output is what the teams produce. It grows with the hours they work, with how well their practice fits the "
        "world, with how well they are drilled in it, and with how well teams go together.",
    ),
    bet=Bet(
        "When only team output is rewarded, what happens to output over five years?",
        (
            Option("more", "It is higher: people do what they are paid for"),
            Option("same", "No clear difference"),
            Option("less", "It is lower: nobody learns any more"),
        ),
        Right(Between("rewards", "balanced", "output"), more="more", same="same", less="less"),
    ),
    sketch=Sketch("rewards", "output"),
    model="organisation",
    conditions=(
        Condition("balanced", "All work counts", "rewards for all three places", {"policy": "balanced"}),
        Condition("rewards", "Only output counts", "rewards for team output only", {"policy": "team_rewards_only"}),
        Condition("heads_down", "Heads down", "nine tenths of the week in teams, by order", {"policy": "heads_down"}),
    ),
    charts=("output", "awareness"),
    table=("output", "coherent_action", "awareness", "viable", "too_busy", "time_teams"),
    notice=(
        "Look at the first year, then at the last. Is there “better at first, worse later”?",
        "Who knows least of what is new? Does the same organisation also produce least?",
        "Two organisations can have the same output in different ways. Compare their hours and their coherent action.",
        "The table calls people too busy if they have less than a tenth of the week for networks and communities "
        "together. Heads down leaves them exactly a tenth. What does that say about such a measure?",
    ),
    found=_too_busy_found,
    explain=_too_busy_explained,
    limits=(
        "People do not tire here, do not leave because they are bored, and do not lose skills that they do not use. "
        "Each of these could make the trap worse.",
        "“Better at first, worse later” (the capability trap) is a claim about the course over time. Look for it; do "
        "not take it from the means.",
        ABSTRACT,
    ),
    levers=(
        Lever(
            "sensitivity",
            "How closely people follow their rewards",
            ((4.0, "loosely"), (8.0, "closely"), (16.0, "very closely")),
            4.0,
        ),
        Lever("world", "The world", (("stable", "stable market"), ("turbulent", "fast market")), "turbulent"),
    ),
    trial=Telling(
        "{compared rewards balanced output}",
        "{compared rewards balanced coherent_action}",
        "Too busy, if only output counts: {rewards too_busy} of the people.",
    ),
    extend=(
        "Find the setting in which rewarding output costs most output. What is it about the people there?",
        "In Explore, start from “team rewards only” and protect a tenth of the week for networks and one for "
        "communities. What does protection cost, and what does it give?",
        "Keep a diary of one working week: hours in networks, communities, teams. What was rewarded?",
    ),
    notes=Notes(
        40,
        (
            "see how rewards move hours, and hours move what people know",
            "tell a claim that the simulation supports from one that it does not, and say when it would",
            "read a difference with its interval",
        ),
        (
            "If output rises while awareness falls, would a yearly report show the problem? Which number would?",
            "Is it honest to teach a trap that the usual settings of a model do not show? How would you teach it?",
            "Who decides in your organisation what “too busy” means?",
        ),
        (
            SEED_OF_ALL + " The quotation is from a comment by Karen Jeannette.",
            "Nelson Repenning and John Sterman (2001), “Nobody ever gets credit for fixing problems that never "
            "happened”, California Management Review 43(4).",
        ),
    ),
)


# --- 3: the trusted middle ground -------------------------------------------------------------------------------------


_middle_ground_found = Telling(
    "{compared distrust none coherent_action}",
    "{compared trust distrust coherent_action}",
    "{compared trust distrust viable}",
    "{compared trust none innovation}",
)
_middle_ground_explained = Telling(
    "People “need to find a trusted middle ground to test new ideas”: between the openness of networks, where "
    "anything can be said, and the team, where a mistake costs.",
    "In the model, whoever comes to a meeting tells what they know (more if they trust), brings their own idea "
    "(only as far as they trust), learns from what the community has found to work (only as far as they trust), "
    "and carries it to their team (again only as far as they trust).",
    (
        By(
            Between("distrust", "none", "coherent_action"),
            more="Meetings help even without trust: what people know is pooled to some degree, whoever is in the room.",
            same="These runs do not show whether meetings help at all without trust.",
            less="Meetings without trust do harm in these runs. They can only spread news here: look for what people "
            "do with it.",
        ),
        By(
            Between("trust", "distrust", "coherent_action"),
            more="Trust adds to that. It is what makes a meeting a middle ground, and not one more channel for news.",
            same="These runs do not show what trust adds to that.",
            less="Trust takes away from that here: everybody trusts what turns out not to work.",
        ),
    ),
    "Ideas brought to the test, per 100 people a year: {trust ideas_tested} with trust, {distrust ideas_tested} "
    "without. Tested ways that beat current practice, available to an average team: {trust viable} against "
    "{distrust viable}. Where nobody brings an idea, a community still has its shared practice, which follows those "
    "who seem to know better; that is all, and without trust nobody carries any of it to the team.",
    By(
        Between("trust", "none", "innovation"),
        more="And there is more innovation with trusted communities than without any.",
        same="These runs do not show whether trusted communities bring more innovation than none.",
        less="And yet there is less innovation with trusted communities than without any. That is no mistake: changes "
        "that are new and better are easier to find from a poor practice, and when teams work alike, an improvement "
        "is new only once. Counting innovations does not tell how well an organisation does.",
    ),
)


MIDDLE_GROUND = Lesson(
    name="middle_ground",
    title="The trusted middle ground",
    idea="Is it the meeting that counts, or the trust of those who meet?",
    story=(
        "Three organisations in a fast market, with the same people and the same hours. All leave time for communities "
        "of practice.",
        "In the first one the communities never meet. In the second one they meet, but nobody trusts anybody there, "
        "and that never changes. In the third one people begin with some trust, and it grows with every meeting.",
        "We look at coherent action again: practices that fit the world, times agreement between the teams.",
    ),
    bet=Bet(
        "Communities that meet without trust, against no meetings at all: what happens to coherent action?",
        (
            Option("more", "More of it: talking helps, even without trust"),
            Option("same", "No clear difference: without trust it is wasted time"),
            Option("less", "Less of it: without trust meetings do harm"),
        ),
        Right(Between("distrust", "none", "coherent_action"), more="more", same="same", less="less"),
    ),
    sketch=Sketch("distrust", "coherent_action"),
    model="organisation",
    fixed={"policy": "balanced", "world": "turbulent", "adaptation": 0.0},
    conditions=(
        Condition("trust", "Meetings with trust", "trust grows with every meeting", {}),
        Condition(
            "distrust", "Meetings without trust", "nobody ever trusts", {"starting_trust": 0.0, "trust_growth": 0.0}
        ),
        Condition("none", "No meetings", "communities never meet", {"sessions": 0.0}),
    ),
    charts=("coherent_action", "viable"),
    table=("coherent_action", "fit", "agreement", "awareness", "ideas_tested", "viable", "innovation", "trust"),
    notice=(
        "Which step on the way from meetings with trust to no meetings costs more: losing trust, or losing meetings?",
        "Where do alternatives come from in an organisation without trust?",
        "Compare innovation with coherent action. Would you have expected that order?",
        "How far apart are the bands? In which years could you tell the organisations apart at all?",
    ),
    found=_middle_ground_found,
    explain=_middle_ground_explained,
    limits=(
        "Trust here is a number that grows by attending and fades by itself. Nobody betrays anybody, and nobody earns "
        "trust by having been right.",
        "People trust their community as a whole, not each other.",
        ABSTRACT,
    ),
    levers=(
        Lever(
            "complexity",
            "How interdependent the work is",
            ((4, "somewhat"), (7, "very: each part depends on seven others")),
            4,
        ),
        Lever(
            "sponsorship",
            "Management's support for communities",
            ((0.0, "none"), (0.5, "half-hearted"), (1.0, "full")),
            0.5,
        ),
    ),
    trial=Telling(
        "{compared trust distrust coherent_action}",
        "{compared distrust none coherent_action}",
    ),
    extend=(
        "Does trust matter more where work is interdependent, or less? Bet first, then try.",
        "Support from above lets more people come. Can it stand in for trust?",
        "Where is your own middle ground? Who would hear an idea there that is not finished yet?",
    ),
    notes=Notes(
        40,
        (
            "tell what a meeting does by itself from what trust does",
            "see that a count of innovations is no measure of success by itself",
            "follow an idea: seen, tested, adopted, improving",
        ),
        (
            "Which of the effects of trust in the model do you know from your own work? Which one is missing?",
            "Can trust be ordered? What can management do instead?",
            "What would a fair number for “our communities are worth it” be?",
        ),
        (SEED_OF_ALL, "James March (1991): the community's shared practice is what March calls the code."),
    ),
)


# --- 4: why less connection can win -----------------------------------------------------------------------------------

_AHEAD = 0.02  # of the score; a smaller lead over one round is not spoken of
_less_connection_found = Telling(
    "{compared ring_best full_best score}",
    Overtaking(
        "ring_best", "full_best", "score", _AHEAD,
        "Neighbours only were behind at first, and ahead from round {round} on.",
    ),
    "{compared full_most ring_most score}",
)  # fmt: skip
_less_connection_explained = Telling(
    "The network learning model asks for openness in social networks. More openness, more good ideas: is that "
    "always so?",
    "Everybody here searches for a solution in which every part depends on others. After {point 5} rounds of "
    "copying the best, {full_best solutions at 5} different solutions are still in use where everybody sees "
    "everybody, and {ring_best solutions at 5} where people see their neighbours. Whoever copies at once stops "
    "searching elsewhere: the first good solution drives out the better one that nobody has found yet.",
    (
        By(
            Between("ring_best", "full_best", "score"),
            more="Where people copy the best, fewer connections win in the end.",
            same="Where people copy the best, there is no clear difference between the two networks in the end.",
            less="Where people copy the best, more connections win here.",
        ),
        By(
            Between("full_most", "ring_most", "score"),
            more="But where people follow the most frequent of the few they see, it is the other way round: everybody "
            "should see everybody. Following the most frequent is a slow filter: at least two of the three one sees "
            "must have the same. In the ring that is so slow that {ring_most solutions} different solutions are left "
            "at the end; where everybody sees everybody, good ones get through.",
            same="Where people follow the most frequent of the few they see, there is no clear difference between the "
            "two networks.",
            less="Where people follow the most frequent of the few they see, fewer connections win as well here.",
        ),
    ),
    "The final scores: {ring_best score} and {full_best score} for copying the best (neighbours, everybody), "
    "{ring_most score} and {full_most score} for following the most frequent.",
    "So neither “connect everybody” nor “less is more” is true by itself. It depends on how people learn from what "
    "they see, on how hard the problem is, and on how much time there is.",
)


LESS_CONNECTION = Lesson(
    name="less_connection",
    title="Why less connection can win (and when it cannot)",
    idea="Does it help if everybody can see what everybody else is doing?",
    story=(
        "A hundred people search for the best solution to a hard problem, over many rounds. In each round everybody "
        "looks at three of those whom they can see, and either takes over what they see, if that is better than their "
        "own, or changes one small thing and keeps it if it helps.",
        "In one network everybody can see everybody. In the other people stand in a ring and see only their nearest "
        "neighbours.",
        "First, everybody copies the best solution they see. Then, in a second pair of organisations, everybody "
        "follows the most frequent one instead.",
    ),
    bet=Bet(
        "Everybody copies the best they see. Which network has the better solutions in the end?",
        (
            Option("full_best", "Everybody sees everybody"),
            Option("ring_best", "Neighbours only"),
            Option("same", "No clear difference"),
        ),
        Right(Between("ring_best", "full_best", "score"), more="ring_best", same="same", less="full_best"),
    ),
    sketch=Sketch("full_best", "score"),
    model="search",
    conditions=(
        Condition("full_best", "Everybody, copy the best", "all see all", {"network": "full", "rule": "best"}),
        Condition("ring_best", "Neighbours, copy the best", "a ring", {"network": "ring lattice", "rule": "best"}),
        Condition("full_most", "Everybody, follow the most", "all see all", {"network": "full", "rule": "conformity"}),
        Condition(
            "ring_most", "Neighbours, follow the most", "a ring", {"network": "ring lattice", "rule": "conformity"}
        ),
    ),
    charts=("score", "solutions"),
    table=("score", "solutions"),
    notice=(
        "Who is ahead after five rounds, and who at the end? If you had to stop early, which network would you want?",
        "How fast do different solutions die out in each network?",
        "Compare the two ways of learning in the same network. Which one matters more, the network or the way?",
    ),
    found=_less_connection_found,
    explain=_less_connection_explained,
    limits=(
        "The problem never changes here. In a world that moves, a solution that was best is soon not, and speed counts "
        "for more.",
        "The score exaggerates what is missing: it is the eighth power of a solution's share of the best one, so that "
        "a "
        "score of 68 stands for a solution that is worth about 95 in 100 of the best.",
        "Some of the slow organisations are still climbing when the last round ends: “in the end” means after these "
        "rounds, not for ever.",
        "Nobody chooses whom to see. In real networks people do.",
    ),
    levers=(
        Lever(
            "complexity",
            "How hard the problem is",
            ((0, "easy: parts stand alone"), (7, "hard: parts depend on seven")),
            7,
        ),
        Lever("sample", "How many others one looks at", ((3, "three"), (9, "nine (in the ring all four)")), 3),
    ),
    trial=Telling(
        "{compared ring_best full_best score}",
        "{compared full_most ring_most score}",
    ),
    extend=(
        "When does it not matter who sees whom? Find the setting, and say why.",
        "Looking at more people: does it help those who copy the best? Those who follow the most?",
        "Which rule do people in your organisation follow when they take over how others work: the best, or the usual?",
        "`tripleos classics` runs the published model in full, with the numbers of the papers beside it.",
    ),
    notes=Notes(
        40,
        (
            "explain how fast copying ends a search too early",
            "say on what it depends whether more connection helps",
            "tell an early lead from a final one",
        ),
        (
            "An open-plan office, a feed that shows the best practice to all: when would you advise against it?",
            "How could an organisation be fast and still keep several solutions alive?",
            "The two papers seem to contradict each other. What did the second one change?",
        ),
        (
            "David Lazer and Allan Friedman (2007), “The network structure of exploration and exploitation”, "
            "Administrative Science Quarterly 52.",
            "Daniel Barkoczi and Mirta Galesic (2016), “Social learning strategies modify the effect of network "
            "structure on group performance”, Nature Communications 7:13109.",
        ),
    ),
)


# --- 5: coherent by order or by awareness -----------------------------------------------------------------------------


_coherence_found = Telling(
    "{compared aware order coherent_action}",
    "{compared order neither agreement}",
    "{compared order neither coherent_action}",
    "{compared both aware coherent_action}",
)
_NO_HARM = "If you hoped to see that orders do nothing but harm, these runs do not support that."
_coherence_explained = Telling(
    "The triple operating system says that with more awareness and more viable alternatives an organisation "
    "“can take action in a more coherent manner”. Coherence can also be ordered. Both are ways to agree; the "
    "question is on what.",
    "Order in the model: each quarter management takes the practice of the team with the best output and makes it "
    "everybody's. Every switch costs a team some of its routine.",
    (
        By(
            Between("order", "neither", "coherent_action"),
            more="Order does work here: an organisation that hardly looks elsewhere acts more coherently with it than "
            "without.",
            same="These runs do not show whether orders help an organisation that hardly looks elsewhere.",
            less="Order does harm here to an organisation that hardly looks elsewhere.",
        ),
        By(
            Between("aware", "order", "coherent_action"),
            more="It does not stand in for time to look and to test: people who have that get further without any "
            "order.",
            same="These runs do not show which gets further: orders, or time to look and to test.",
            less="It gets further than time to look and to test does.",
        ),
        By(
            Between("both", "aware", "coherent_action"),
            more="Nor do the two exclude each other: order on top of that adds to it.",
            same="These runs do not show whether orders on top of that add or take away.",
            less="On top of that, order takes something away.",
        ),
    ),
    "Fit, where 1 is the best possible: {neither fit} with neither, {order fit} by order, {aware fit} by looking and "
    "testing, {both fit} with both. Agreement, where 1 is full agreement: {neither agreement}, {order agreement}, "
    "{aware agreement}, {both agreement}.",
    (
        By(
            Between("order", "neither", "coherent_action"),
            more=_NO_HARM,
            same=_NO_HARM,
            less="If you hoped to see that orders are the worse way, these runs support that.",
        ),
        "The management of this model is a very good one, though: it always knows which team is best, everybody obeys "
        "at once, and it never has a favourite.",
    ),
)


COHERENCE = Lesson(
    name="coherence",
    title="Coherent by order or by awareness",
    idea="Teams can act as one because they are told to, or because they know the same. Does it matter which?",
    story=(
        "Four organisations in a fast market. In two of them people are heads down: nine tenths of the week in their "
        "team. In the other two they have a day each for networks and communities.",
        "In one of each pair management gives orders: every quarter all teams must work like the one that did best. In "
        "the other one teams decide for themselves.",
        "We look at coherent action: practices that fit the world, times agreement between the teams.",
    ),
    bet=Bet(
        "Which organisation acts more coherently: heads down with orders, or aware without orders?",
        (
            Option("order", "By order: one best way for all"),
            Option("aware", "By looking and testing: people who know, and have tried"),
            Option("same", "No clear difference"),
        ),
        Right(Between("aware", "order", "coherent_action"), more="aware", same="same", less="order"),
    ),
    sketch=Sketch("order", "coherent_action"),
    model="organisation",
    fixed={"world": "turbulent", "adaptation": 0.0},
    conditions=(
        Condition("neither", "Neither", "heads down, no orders", {"policy": "heads_down"}),
        Condition("order", "By order", "heads down, orders each quarter", {"policy": "heads_down", "direction": 1.0}),
        Condition("aware", "By looking and testing", "time to look and to test, no orders", {"policy": "balanced"}),
        Condition("both", "Both", "time to look and to test, and orders", {"policy": "balanced", "direction": 1.0}),
    ),
    charts=("coherent_action", "agreement"),
    table=("coherent_action", "fit", "agreement", "awareness", "innovation", "failed_changes", "output"),
    notice=(
        "Which of fit and agreement does an order change more? Which one does awareness change more?",
        "Where does the best team, whose practice all must copy, have it from?",
        "Coherent action is not output: people who look around have fewer hours for the team. Compare both columns.",
        "Is there a price of order in the table? Look at innovation and at failed changes.",
    ),
    found=_coherence_found,
    explain=_coherence_explained,
    limits=(
        "Management here sees output without error, is obeyed at once and by all, and costs nothing. Real direction "
        "errs, and is worked around.",
        "“Awareness” here is time for networks and for communities together. News alone does not do it: see what is "
        "left "
        "without communities in the first lesson.",
        "People who are ordered about do not mind here. Nothing is said about those who would leave.",
        ABSTRACT,
    ),
    levers=(TURBULENCE,),
    trial=Telling(
        "{compared aware order coherent_action}",
        "{compared order neither coherent_action}",
        "{compared both aware coherent_action}",
    ),
    extend=(
        "In how fast a world is order worth most? Bet first.",
        "In Explore, let management direct only sometimes. Is there a best measure?",
        "Think of a time when your teams all worked alike. Was it by order or by awareness? What happened when the "
        "world changed?",
    ),
    notes=Notes(
        35,
        (
            "tell agreement from fit, and see that an order gives the one sooner than the other",
            "discuss what an idealised management in a model hides",
            "report a result that goes against one's hopes",
        ),
        (
            "What would you change in the model to make its management more like one you know?",
            "If order does aware people no visible harm here, why are the two so often felt as opposites?",
            "In which situations do you want an order?",
        ),
        (SEED_OF_ALL, "James March (1991), for what is lost when everybody learns the same too fast."),
    ),
)


# --- 6: slow learners make wise organisations -------------------------------------------------------------------------


_slow_learners_found = Telling(
    "{compared slow fast code}",
    "{compared mixed middle code}",
    "{compared mixed fast code}",
)
_slow_learners_explained = Telling(
    "An organisation has a way in which things are done here (March calls it the code; in our own model it is the "
    "shared practice of a community). It learns from those of its people who know better than it does. And people "
    "learn it: they are socialised.",
    "After {point 5} rounds fast learners know {fast people at 5} points of what is true, slow learners "
    "{slow people at 5}. At the end their organisations know {fast code} and {slow code}.",
    By(
        Between("slow", "fast", "code"),
        more="Fast learners are quickly right about much, and then nothing more can be learned: everybody, the "
        "organisation included, believes the same. Slow learners stay different from each other for longer, and from "
        "their differences the organisation can still learn.",
        same="There is no clear difference between slow and fast learners at the end.",
        less="Here fast learners end up knowing more: learning slowly keeps differences alive, but not to any use.",
    ),
    By(
        Between("mixed", "middle", "code"),
        more="A mixture of slow and fast learners knows more than people who are all at their average: those who are "
        "slow keep the differences that those who are fast live on.",
        same="There is no clear difference between a mixture of slow and fast learners and people who are all average.",
        less="A mixture of slow and fast learners knows less than people who are all at their average.",
    ),
    "Slow learning by people is not the same as slow learning by the organisation: where people learn slowly, the "
    "code should learn fast from them. And when people come and go, much changes: slow learners leave before they "
    "have learned much. Try it.",
)


SLOW_LEARNERS = Lesson(
    name="slow_learners",
    title="Slow learners make wise organisations",
    idea="People and their organisation learn from each other. How fast should people learn?",
    story=(
        "Fifty people hold beliefs about thirty things, each of which is true or false. At first they are as "
        "often wrong as right. The organisation has an official view of each of the thirty things, empty at first.",
        "In every round the organisation learns from those who know better than its official view. And everybody takes "
        "over some of the official view: fast learners nearly all of it at once, slow learners a little at a time.",
        "What somebody knows is counted as things right minus things wrong, so that 100 means all right and 0 means as "
        "good as guessing.",
    ),
    bet=Bet(
        "The people are all fast learners. How much will their organisation know in the end, from 0 (as good as "
        "guessing) to 100 (all)?",
        low=0,
        high=100,
        step=5,
        unit="of 100",
        actual=Outcome("fast", "code"),
    ),
    sketch=Sketch("fast", "code"),
    model="mutual learning",
    conditions=(
        Condition("fast", "Fast learners", "take over nine tenths of the official view in a round", {"p1": 0.9}),
        Condition("slow", "Slow learners", "take over a tenth of it in a round", {"p1": 0.1}),
        Condition("middle", "All in between", "take over half of it in a round", {"p1": 0.5}),
        Condition("mixed", "Half slow, half fast", "one half of the people each", {"p1": (0.1,) * 25 + (0.9,) * 25}),
    ),
    charts=("code", "people"),
    table=("code", "people"),
    notice=(
        "Who knows more after five rounds? Who at the end?",
        "When does each line become flat? What is there left to learn from then on?",
        "In which organisation do people and official view come closest to each other soonest?",
        "The mixture learns at the same speed on average as those in between. Is it the same?",
    ),
    found=_slow_learners_found,
    explain=_slow_learners_explained,
    limits=(
        "Nobody learns from anybody but the official view. There are no networks and no teams here.",
        "What is true never changes here. In a world that moves, an organisation in which all agree slowly loses "
        "touch; that is another figure in March's paper.",
        "Slow does not mean stupid: people are slow to take over what is official, not to think.",
    ),
    levers=(
        Lever(
            "p2",
            "How fast the organisation learns from those who know better",
            ((0.1, "slowly"), (0.5, "in between"), (0.9, "fast")),
            0.5,
        ),
        Lever("turnover", "How many people are replaced in a round", ((0.0, "nobody"), (0.05, "one in twenty")), 0.0),
    ),
    trial=Telling(
        "{compared slow fast code}",
        "{compared mixed middle code}",
    ),
    extend=(
        "Let people come and go. Whom does it help, and whom does it harm?",
        "Where is it better if the organisation learns slowly?",
        "What is the official view where you work? Who knows better, and how would it learn from them?",
        "`tripleos classics` runs the published model in full, with the numbers of the paper beside it.",
    ),
    notes=Notes(
        35,
        (
            "explain why agreement ends learning",
            "tell learning by people from learning by the organisation",
            "see what newcomers and the slow to adapt are good for",
        ),
        (
            "How does your organisation treat those who are slow to take over its ways?",
            "What is the difference between diversity of people and diversity of beliefs? Which one counts here?",
            "March called it exploration and exploitation. Which is which in this lesson?",
        ),
        (
            "James March (1991), “Exploration and exploitation in organizational learning”, Organization Science 2(1).",
            "The figures come from the rules of March's own program; the rules that the text of the paper tells give "
            "lower numbers.",
        ),
    ),
)

LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {one.name: one for one in (TWO_MODELS, TOO_BUSY, MIDDLE_GROUND, LESS_CONNECTION, COHERENCE, SLOW_LEARNERS)}
)
