"""The engine beside what one would use instead: the same parallel search in C, NumPy, Mesa and AgentPy.

AgentPy is in the optional part `peers`; C needs a compiler.
"""
