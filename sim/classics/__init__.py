"""The classics: published models of organisational learning, composed from the rules of the weekly engine.

Each module switches off every space but one and puts that space's own rules into the schedule of a paper:

    march1991                  communities: mutual learning between people and a code
    lazer_friedman2007         networks: copy the best contact, else experiment
    fang_lee_schilling2010     networks: the majority of better contacts, in semi-isolated subgroups
    barkoczi_galesic2016       networks: best member or conformity, from samples of contacts

Each holds a function of the same name that returns `Trajectories`: what was measured in every period of every
replicate.
`targets` holds the published numbers and says whether they are met.
"""
