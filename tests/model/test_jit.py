"""The cache of compiled code: it goes stale for nobody, is never damaged for long, and gives way where it cannot be."""

import os
import pickle
import shutil
import stat
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import numba
import pytest
from numba.core.dispatcher import Dispatcher

from sim.model import jit, machine_code, people, rng
from sim.model import units as model_units
from sim.model.model import OURS, PHASE_OF
from sim.model.people import begin_policy
from sim.model.spaces import networks
from sim.model.week import run_weeks
from tests.engine import Hand, small

PACKAGE = Path(jit.__file__).parents[1]
DAY = 86400
pytestmark = pytest.mark.skipif(not hasattr(run_weeks, "compiled"), reason="nothing is compiled")

# A kernel in a file of its own, which calls a rule of another file; it compiles in a second.
TINY = '''
"""Two small kernels."""
from .model import people
from .model.jit import kernel

SCALE = 1.0

@kernel
def coached(skill, gain):
    """A first text."""
    return SCALE * people.coach(skill, gain)

@kernel
def coached_twice(skill, gain):
    return people.coach(people.coach(skill, gain), gain)
'''
CALL_TINY = "from sim.tiny import coached; print(coached(0.5, 0.5), sum(coached.compiled.stats.cache_hits.values()))"
COACH = "return skill + gain * (1.0 - skill)"
EDIT = ("model/people.py", COACH, "return skill + gain * (0.75 - skill)")


@pytest.fixture
def package(tmp_path):
    """A copy of the package."""
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sim" / "tiny.py").write_text(TINY)
    return tmp_path / "sim"


def edit(package, file, old, new):
    text = (package / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (package / file).write_text(text.replace(old, new), encoding="utf-8")


def begun(package, program, **settings):
    """A Python of its own that finds the package and has a cache beside it."""
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "TRIPLEOS_CACHE": str(package.parent / "cache")} | settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "PYTHONPATH"))}
    command, pipes = [sys.executable, "-c", program], {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=package.parent, env=environment | settings, text=True, **pipes)


def session(package, program=CALL_TINY, **settings):
    """What a program prints."""
    running = begun(package, program, **settings)
    out, err = running.communicate()
    assert running.returncode == 0, err
    return out.strip()


def kept(package):
    return sorted((package.parent / "cache" / "compiled").iterdir())


# Staleness: the package is edited between two sessions


def test_an_edit_of_a_rule_in_another_file_is_seen(package):
    assert session(package) == "0.75 0"
    assert session(package) == "0.75 1", "the second session finds the code on disk"
    edit(package, *EDIT)
    assert session(package) == "0.625 0"


def test_without_the_fingerprint_it_would_not_be_seen(package):
    edit(package, "model/jit.py", "return digest.hexdigest()[:16]", 'return "always the same"')
    assert session(package) == "0.75 0"
    edit(package, *EDIT)
    assert session(package) == "0.75 1"


@pytest.mark.parametrize(
    "change",
    [
        ("tiny.py", "SCALE = 1.0", "SCALE = 2.0"),
        ("model/jit.py", '"error_model": "numpy"', '"error_model": "python"'),
    ],
    ids=["a constant", "how it is compiled"],
)
def test_other_changes_of_compiled_code_are_seen(package, change):
    assert session(package) == "0.75 0"
    edit(package, *change)
    assert session(package).endswith(" 0")


def test_what_changes_no_compiled_code_compiles_nothing(package):
    session(package)
    edit(package, "tiny.py", "A first text.", "Another text,\n    of two lines.")
    edit(package, "tiny.py", '"""Two small kernels."""', '"""Two small kernels."""\n\n# A comment that moves them down')
    people = package / "model" / "people.py"
    told = people.read_text(encoding="utf-8").replace(':\n    """', ':\n    """Altogether different: ')
    people.write_text(f"# A comment\n{told}\n\ndef idle():\n    pass\n", encoding="utf-8")
    edit(package, "scenario/scenario.py", "import hashlib\n", "import hashlib\nimport hmac\n")
    assert session(package) == "0.75 1"
    moved = package.parent / "elsewhere"
    moved.mkdir()
    shutil.copytree(package, moved / "sim")
    assert session(moved / "sim", TRIPLEOS_CACHE=str(package.parent / "cache")) == "0.75 1"


def test_arguments_with_other_fields_are_other_arguments():
    one, other = namedtuple("Pair", "a b"), namedtuple("Pair", "b a")
    kinds = [numba.typeof((pair(1.0, 2.0), 3)) for pair in (one, other)]
    assert str(kinds[0]) == str(kinds[1]), "Numba's name for them does not say which is which"
    assert jit._layout(kinds[0]) != jit._layout(kinds[1])


def test_every_rule_of_the_model_is_found_to_be_compiled_into_the_engine():
    kernels = run_weeks, begin_policy
    found = {(f.__module__, f.__qualname__) for one in kernels for f in jit.compiled_into(one.py_func)}
    modules = [sys.modules[name] for name in sorted({module for module, _ in found})]
    assert len(modules) > 8
    there = {
        (module.__name__, name)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher) and value.py_func.__module__ == module.__name__
    }
    assert there - found == {("sim.model.practice", "disagrees")}, "only the classics use it"


# Replaced from outside

REPLACE = """
from sim.model import people
from sim.model.jit import rule
@rule
def mine(skill, gain):
    return skill
people.coach = mine
"""


def test_a_rule_that_was_replaced_before_the_first_run_is_honoured_and_leaves_nothing(package):
    for _ in range(2):  # with an empty cache, and with a full one
        assert session(package, REPLACE + CALL_TINY)[:3] == "0.5"
        assert session(package)[:4] == "0.75"
    assert session(package) == "0.75 1"


def test_a_constant_that_was_replaced_before_the_first_run_is_honoured_and_leaves_nothing(package):
    replace = "import sim.tiny\nsim.tiny.SCALE = 4.0\n"
    for _ in range(2):
        assert session(package, replace + CALL_TINY)[:3] == "3.0"
        assert session(package)[:4] == "0.75"


LATER = """
from sim import tiny
from sim.model.jit import ReplacedError
def refused(call):
    try:
        print(call(0.5, 0.5))
    except ReplacedError as error:
        print(error)
print(tiny.coached(0.5, 0.5))
"""


@pytest.mark.parametrize("state", ["an empty cache", "a full cache"])
@pytest.mark.parametrize(
    ("replace", "name"),
    [
        (REPLACE, "sim.model.people.coach"),
        ("import sim.tiny\nsim.tiny.SCALE = 4.0\n", "sim.tiny.SCALE"),
        ("import sim.model.people\nsim.model.people.coach = lambda skill, gain: 0.0\n", "sim.model.people.coach"),
    ],
    ids=["a rule", "a constant", "an ordinary function"],
)
def test_what_is_replaced_after_a_run_is_refused(package, replace, name, state):
    if state == "a full cache":
        session(package)
    first, refusal = session(package, LATER + replace + "refused(tiny.coached)").splitlines()
    assert first == "0.75"
    assert refusal.startswith(f"{name} was replaced after the model had been compiled with it")
    assert session(package)[:4] == "0.75"


def test_it_is_refused_by_a_kernel_that_was_not_compiled_yet(package):
    told = session(package, LATER + REPLACE + "refused(tiny.coached_twice)").splitlines()
    assert told[1].startswith("sim.model.people.coach was replaced")


def test_what_is_put_back_is_as_it_was(package):
    put_back = "coach = tiny.people.coach\n" + REPLACE + "people.coach = coach\nrefused(tiny.coached)"
    assert session(package, LATER + put_back).splitlines() == ["0.75", "0.75"]


def test_an_ordinary_function_in_place_of_a_rule_is_refused(package):
    program = LATER.replace("print(tiny", "tiny.people.coach = lambda skill, gain: 0.0\nrefused(tiny.coached)\n#")
    assert session(package, program) == (
        "sim.model.people.coach is an ordinary function, which compiled code cannot call: "
        "it needs the decorator `rule` of tripleos.extend"
    )


def test_the_engine_refuses_a_replaced_rule(monkeypatch):
    run = Hand(small())
    monkeypatch.setattr(networks, "best_of", jit.rule(lambda values, count: 0))
    for go_on in (lambda: run.advance(1), lambda: Hand(small())):
        with pytest.raises(jit.ReplacedError, match=r"sim\.model\.spaces\.networks\.best_of was replaced"):
            go_on()
    monkeypatch.undo()
    run.advance(1)


def test_a_name_that_hides_a_builtin_is_noticed(monkeypatch):
    before = jit.fingerprint(rng.uniform.py_func), jit.fingerprint(run_weeks.py_func)
    monkeypatch.setattr(rng, "float", 3.0, raising=False)
    monkeypatch.setattr(networks, "range", 3.0, raising=False)
    assert jit.fingerprint(run_weeks.py_func) != before[1]


# Damage

DAMAGE = """
import random, sys
from sim import tiny
from sim.model import jit, machine_code
print(tiny.coached(0.5, 0.5))
(file,) = machine_code.folder().glob("*.nbc")
whole = file.read_bytes()
chance = random.Random(1)
for k in range(int(sys.argv[1]) if len(sys.argv) > 1 else 30):
    damaged = bytearray(whole)
    place = chance.randrange(len(whole))
    if k % 3 == 0:
        damaged[place] ^= 1 << chance.randrange(8)
    elif k % 3 == 1:
        del damaged[[0, 1, 32, place][k % 4]:]
    else:
        damaged[place:place] = bytes(chance.randrange(256) for _ in range(3))
    file.write_bytes(damaged)
    again = jit.kernel(tiny.coached.py_func)
    assert again(0.5, 0.5) == 0.75 and not again.compiled.stats.cache_hits, k
    again = jit.kernel(tiny.coached.py_func)
    assert again(0.5, 0.5) == 0.75 and again.compiled.stats.cache_hits, k
"""


def test_damaged_code_is_made_again(package):
    assert session(package, DAMAGE) == "0.75"
    assert len(kept(package)) == 1


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A cache of its own for this process."""
    machine_code.cache_root.cache_clear()
    machine_code._note.cache_clear()
    monkeypatch.setenv("TRIPLEOS_CACHE", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    machine_code.cache_root.cache_clear()
    machine_code._note.cache_clear()


def test_no_bit_can_be_flipped_unseen(root):
    for k in range(8 * 40):
        machine_code.write("some", b"8 bytes.")
        assert machine_code.read("some") == b"8 bytes."
        (file,) = machine_code.folder().iterdir()
        content = bytearray(file.read_bytes())
        content[k // 8] ^= 1 << k % 8
        file.write_bytes(content)
        assert machine_code.read("some") is None
        assert not file.exists()


def test_a_folder_in_the_place_of_a_file_gives_way(root):
    machine_code.write("some", b"content")
    (file,) = machine_code.folder().iterdir()
    file.unlink()
    (file / "inside").mkdir(parents=True)
    assert machine_code.read("some") is None
    machine_code.write("some", b"content")
    assert machine_code.read("some") == b"content"


def test_what_is_whole_and_yet_of_no_use_is_made_again(package):
    session(package)
    use = "machine_code.write(file.stem, {}); " + CALL_TINY
    program = "from sim.model import machine_code; (file,) = machine_code.folder().iterdir(); " + use
    for content in (b"", b"no pickle", pickle.dumps(())):
        assert session(package, program.format(content)) == "0.75 0"
        assert session(package) == "0.75 1"


# No place to keep it


def test_a_cache_that_cannot_be_made_is_gone_without(package):
    (package.parent / "file").write_text("")
    running = begun(package, 2 * f"{CALL_TINY}\n", TRIPLEOS_CACHE=str(package.parent / "file" / "cache"))
    out, err = running.communicate()
    assert out == "0.75 0\n" * 2
    assert err.startswith("note: ")
    assert len(err.splitlines()) == 1
    assert "the model is compiled anew in each session" in err


@pytest.mark.parametrize("call", ["replace", "utime", "unlink"])
def test_a_disk_that_is_full_or_cannot_be_written_is_gone_without(root, monkeypatch, caplog, call):
    def failing(*_, **__):
        raise OSError(28, "No space left on device")

    machine_code.write("old", b"content")
    os.utime(machine_code.folder() / "old.nbc", (0, 0))
    monkeypatch.setattr(os, call, failing)
    for _ in range(2):
        machine_code.write("some", b"content")
        assert machine_code.read("some") in ((None,) if call == "replace" else (b"content", None))
    machine_code.drop("some")
    assert len(caplog.messages) <= 1
    assert all("No space left on device" in text for text in caplog.messages)
    monkeypatch.undo()
    assert not list(root.rglob("*.writing"))


def test_a_session_that_is_killed_while_it_writes_leaves_nothing_that_is_read(package):
    killing = "import os, signal; os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
    running = begun(package, killing + CALL_TINY)
    running.communicate()
    assert running.returncode == -9
    (left,) = kept(package)
    assert left.suffix == ".writing"
    assert session(package) == "0.75 0"
    assert session(package) == "0.75 1"
    os.utime(left, (0, 0))
    edit(package, *EDIT)
    session(package)
    assert left not in kept(package)


def test_several_sessions_at_once(package):
    running = [begun(package, CALL_TINY) for _ in range(4)]
    assert {one.communicate()[0][:4] for one in running} == {"0.75"}
    assert len(kept(package)) == 1
    assert session(package) == "0.75 1"


# Where it is, and whose


def test_the_cache_is_where_it_is_asked_to_be(root):
    assert machine_code.cache_root() == root
    assert machine_code.folder() == root / "compiled"
    assert stat.S_IMODE((root / "compiled").stat().st_mode) == 0o700


@pytest.fixture
def home(root, tmp_path, monkeypatch):
    """A home and a temporary folder, and no place asked for."""
    monkeypatch.delenv("TRIPLEOS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "home"


def test_otherwise_it_is_in_the_users_cache(home):
    assert machine_code.cache_root() == home / "tripleos"


@pytest.mark.parametrize("fault", ["a file in the way", "no right to write"])
def test_a_home_that_cannot_be_written_gives_way_to_a_private_temporary_folder(home, fault, monkeypatch):
    if fault == "a file in the way":
        home.write_text("")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    found = machine_code.cache_root()
    assert found == home.parent / "tmp" / f"tripleos-{os.getuid()}"
    assert stat.S_IMODE(found.stat().st_mode) == 0o700


@pytest.mark.parametrize("trap", ["a link", "a folder for all", "another's folder", "a file"])
def test_a_temporary_folder_of_somebody_else_is_not_used(home, trap, monkeypatch):
    home.write_text("")
    planted = home.parent / "tmp" / f"tripleos-{os.getuid()}"
    prepared = home.parent / "prepared"
    prepared.mkdir(mode=0o700)
    if trap == "a link":
        planted.symlink_to(prepared)
    elif trap == "a file":
        planted.write_text("")
    else:
        planted.mkdir(mode=0o700)
    if trap == "a folder for all":
        planted.chmod(0o777)
    if trap == "another's folder":
        mine, lstat = os.getuid(), Path.lstat
        fields = [*prepared.lstat()]
        fields[4] = mine + 1
        monkeypatch.setattr(Path, "lstat", lambda p: os.stat_result(fields) if p == planted else lstat(p))
    found = machine_code.cache_root()
    assert found != planted
    assert found == machine_code.cache_root(), "the same for the whole session"
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    machine_code.write("some", b"content")
    assert machine_code.read("some") == b"content"
    assert not list(prepared.iterdir())


@pytest.mark.parametrize("trap", ["a link", "a folder for all"])
def test_nothing_is_read_that_others_could_have_written(root, trap, caplog):
    machine_code.write("some", b"content")
    folder = machine_code.folder()
    if trap == "a link":
        folder.rename(root / "prepared")
        folder.symlink_to(root / "prepared")
    else:
        folder.chmod(0o777)
    assert machine_code.read("some") is None
    assert not machine_code.holds("some")
    machine_code.write("other", b"content")
    assert sum(1 for _ in root.rglob("*.nbc")) == 1
    assert len(caplog.messages) == 1


def test_what_was_not_used_for_a_month_is_removed(root):
    ages = {"old": machine_code.UNUSED_AFTER_DAYS + 1, "young": machine_code.UNUSED_AFTER_DAYS - 1, "used": 99}
    for name in ages:
        machine_code.write(name, b"content")
    for name, days in ages.items():
        os.utime(root / "compiled" / f"{name}.nbc", (time.time() - days * DAY,) * 2)
    assert machine_code.read("used") == b"content"
    machine_code.write("new", b"content")
    assert {path.stem for path in (root / "compiled").iterdir()} == {"young", "used", "new"}


def test_whether_a_kernel_is_compiled_is_known(package):
    asked = "from sim.model.jit import is_compiled; from sim.tiny import coached; print(is_compiled(coached)); "
    told = session(package, asked + CALL_TINY + "; print(is_compiled(coached))")
    assert told.splitlines() == ["False", "0.75 0", "True"]
    assert session(package, asked) == "True"
    assert session(package, REPLACE + asked) == "False"
    assert session(package, asked, NUMBA_DISABLE_JIT="1") == "True"


# A rule in the place of another

VARIANTS = '''
"""A kernel that calls a phase, which calls a rule; and another rule that can stand in its place."""
from .model.jit import kernel, phase, rule, with_others

@rule
def one():
    return 1.0

@rule
def two():
    return 2.0

@phase
def write(out):
    out[0] = one()
    # long enough to be called, and not compiled into the kernel
LINES

@kernel
def ours(out):
    write(out)
    write(out)
    write(out)

theirs = with_others(ours, {one: two})
'''
CALL_VARIANTS = """
import sys, numpy as np
from sim import variants
for name in sys.argv[1:] or {names!r}.split():
    out = np.zeros(200)
    getattr(variants, name)(out)
    print(out[0], end=" ")
"""


def variants(package, *names):
    return session(package, CALL_VARIANTS.format(names=" ".join(names)))


@pytest.mark.parametrize("numbered_apart", [True, False])
def test_kernels_that_differ_in_a_rule_do_not_share_code(package, numbered_apart):
    """Both compiled in a process of its own, then loaded into one; it goes wrong if Numba numbers both from 1 on."""
    lines = "\n".join(f"    out[{k}] = out[{k - 1}] / (out[{k - 1}] + {k}.5)" for k in range(1, 200))
    (package / "variants.py").write_text(VARIANTS.replace("LINES", lines))
    if not numbered_apart:
        edit(package, "model/jit.py", "itertools.count(secrets.randbits(62))", "itertools.count(1)")
    assert (variants(package, "ours"), variants(package, "theirs")) == ("1.0", "2.0")
    assert (variants(package, "ours", "theirs") == "1.0 2.0") == numbered_apart


def test_what_stands_in_for_a_rule_may_call_it_and_others_are_replaced_in_it():
    @jit.rule
    def add(x):
        return x + 1.0

    @jit.rule
    def scale(x):
        return 2.0 * x

    @jit.rule
    def both(x):
        return scale(add(x))

    @jit.rule
    def add_twice(x):
        return add(add(scale(x)))

    @jit.rule
    def scale_more(x):
        return 10.0 * x

    assert both(1.0) == 4.0
    assert jit.with_others(both, {add: add_twice})(1.0) == 2.0 * (1.0 * 2.0 + 2.0)
    assert jit.with_others(both, {add: add_twice, scale: scale_more})(1.0) == 10.0 * (10.0 + 2.0)
    assert jit.with_others(both, {scale_more: add}) is both
    assert both(1.0) == 4.0, "the original stays as it is"


def test_a_rule_that_is_read_from_its_module_cannot_be_replaced():
    @jit.rule
    def other(key, draw):
        return 0.5

    with pytest.raises(jit.ReplacedError, match="is read from its module"):
        jit.with_others(run_weeks, {rng.uniform: other})


# Units: a phase is compiled once, and called by its name

OTHERS = """
@kernel
def once(out):
    write(out)
"""
CALL_UNITS = """
import numpy as np
from sim import variants
for name in {names!r}.split():
    out = np.zeros(200)
    getattr(variants, name)(out)
    print(out[0], end=" ")
print(sum(variants.write._cache_hits.values()), sum(variants.write._cache_misses.values()))
"""


@pytest.fixture
def units(package):
    """Runs kernels of a phase in a session of its own; tells what they wrote, and hits and misses of the phase."""
    (package / "variants.py").write_text(VARIANTS.replace("LINES", "") + OTHERS)
    return lambda *names, **settings: session(package, CALL_UNITS.format(names=" ".join(names)), **settings)


def files(package, name):
    return [path for path in kept(package) if path.name.startswith(f"sim.variants.{name}-")]


def test_kernels_share_a_phase(package, units):
    assert units("ours") == "1.0 0 1"
    assert units("once", "ours") == "1.0 1.0 1 0", "the second session finds the phase on disk"
    assert units("once", "ours") == "1.0 1.0 0 0", "kernels load it by themselves"
    assert [len(files(package, name)) for name in ("write", "ours", "once")] == [1, 1, 1]


@pytest.mark.parametrize("damage", ["missing", "damaged", "of no use"])
def test_a_phase_that_is_lost_is_made_again(package, units, damage):
    units("ours")
    (file,) = files(package, "write")
    if damage == "missing":
        file.unlink()
    elif damage == "damaged":
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    else:
        begun(package, f"from sim.model import machine_code; machine_code.write({file.stem!r}, b'no pickle')").wait()
    assert units("ours") == "1.0 0 1"
    assert units("ours") == "1.0 0 0"


def test_a_phase_that_another_session_wrote_last_is_called_by_its_own_name(package, units):
    units("ours")
    (file,) = files(package, "write")
    first = file.read_bytes()
    file.unlink()
    units("once")
    assert file.read_bytes() != first, "each session has names of its own"
    assert units("ours", "once") == "1.0 1.0 1 0", "the kernel is compiled anew, the phase is not"
    assert units("ours", "once") == "1.0 1.0 0 0"


def test_a_phase_that_cannot_be_kept_is_compiled_in_each_session(package, units):
    (package.parent / "file").write_text("")
    for _ in range(2):
        assert units("ours", "once", TRIPLEOS_CACHE=str(package.parent / "file" / "cache")) == "1.0 1.0 0 1"


def test_several_sessions_at_once_that_compile_a_phase(package, units):
    running = [begun(package, CALL_UNITS.format(names="ours once")) for _ in range(4)]
    assert {one.communicate()[0][:7] for one in running} == {"1.0 1.0"}
    assert units("ours", "once")[:7] == "1.0 1.0"


def test_with_a_numba_that_was_not_tried_callers_get_copies(package, units):
    edit(package, "model/units.py", "TRIED = {(0, 68)}", "TRIED = {(0, 61)}")
    assert units("ours", "once") == "1.0 1.0 0 1"
    assert units("ours", "once") == "1.0 1.0 0 0"
    for path in files(package, "write"):
        path.unlink()
    assert units("ours", "once") == "1.0 1.0 0 0", "a copy of the phase is in each"


def test_this_numba_was_tried():
    assert model_units.USABLE


def test_phases_are_those_of_the_model_without_extensions():
    Hand(small()).advance(1)
    compiled = [sum(one._cache_misses.values()) for one in PHASE_OF.values()]
    extended = Hand(small(with_="bridging"))
    extended.advance(1)
    assert hasattr(extended.model.run_weeks, "compiled")
    assert extended.model.run_weeks is not OURS.run_weeks
    assert [sum(one._cache_misses.values()) for one in PHASE_OF.values()] == compiled


def test_only_compiled_code_calls_a_part():
    with pytest.raises(TypeError, match="swap_teams is called by compiled code only"):
        people.swap_teams(0, 1, Hand(small()).state)


def test_a_rule_can_print(package):
    edit(package, "model/people.py", COACH, f"print(skill, 'is coached')\n    {COACH}")
    assert session(package, CALL_TINY).splitlines() == ["0.5 is coached", "0.75 0"]
    assert session(package, CALL_TINY).splitlines() == ["0.5 is coached", "0.75 1"]
