"""All shipped extensions in one page: the same bits as in the engine. Not among the tests: it takes minutes to compile.

python -m tests.web.extensions
"""

from sim.model.extensions import examples

from .test_module import assert_extended

if __name__ == "__main__":
    assert_extended(sorted(examples()), mentoring=0.6, imitation="prestige")
    print(f"pages give the bits of the engine with {', '.join(sorted(examples()))}")
