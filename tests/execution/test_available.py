"""How much memory there is: of the machine, control groups of both versions, and the process."""

import math
import sys

import pytest

from sim.execution.available import Available, available_memory

GB = 10**9
MEMINFO = "MemTotal:       24683520 kB\nMemFree:        100 kB\nMemAvailable:   8000000 kB\n"
V2 = "30 24 0:26 {inside} {mount} rw,nosuid - cgroup2 cgroup rw\n"
V1 = "31 24 0:27 {inside} {mount} rw - cgroup cgroup rw,{controller}\n"


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Writes files of a system below a folder of the test, and tells what is available there."""
    if sys.platform != "win32":
        import resource

        monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def available(files):
        for name, content in {"proc/meminfo": MEMINFO, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(content), encoding="utf-8")
        return available_memory(tmp_path)

    return available


def group(folder, limit, used, spare=0, version=2):
    names = ("memory.max", "memory.current", "inactive_file")
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    stat = f"anon 5\n{names[2]} {spare}\nfile 7\n"
    return {f"{folder}/{names[0]}": limit, f"{folder}/{names[1]}": used, f"{folder}/memory.stat": stat}


def v2(inside="/", mount="/sys/fs/cgroup"):
    return {"proc/self/mountinfo": V2.format(inside=inside, mount=mount)}


def test_without_a_container_it_is_what_the_machine_has_free(system):
    assert system({}) == Available(8000000 * 1024)
    assert system({"proc/self/cgroup": "0::/\n", **v2()}) == Available(8000000 * 1024)


def test_a_container_of_version_2_leaves_its_limit_less_what_is_in_use(system):
    """File pages that can be given up are free."""
    files = {"proc/self/cgroup": "0::/\n", **v2(), **group("sys/fs/cgroup", 4 * GB, 3 * GB, GB)}
    assert system(files) == Available(2 * GB, "the limit of the container")


def test_no_limit_is_none(system):
    assert system({"proc/self/cgroup": "0::/\n", **v2(), **group("sys/fs/cgroup", "max", 3 * GB)}).limit == ""
    files = {
        "proc/self/cgroup": "4:memory:/a\n",
        "proc/self/mountinfo": V1.format(inside="/", mount="/m", controller="memory"),
    }
    assert system({**files, **group("m/a", 9223372036854771712, GB, version=1)}).limit == ""


def test_the_tightest_of_the_groups_around_a_group_counts(system):
    files = {"proc/self/cgroup": "0::/job/step\n", **v2(), **group("sys/fs/cgroup/job/step", 7 * GB, GB)}
    assert system(files).bytes == 6 * GB
    assert system({**files, **group("sys/fs/cgroup/job", 3 * GB, 2 * GB)}).bytes == GB
    high = {"sys/fs/cgroup/job/step/memory.high": int(1.5 * GB)}
    assert system({**files, **group("sys/fs/cgroup/job", "max", 2 * GB), **high}).bytes == GB / 2


def test_version_1(system):
    files = {
        "proc/self/cgroup": "9:cpu:/elsewhere\n4:hugetlb,memory:/docker/abc\n0::/\n",
        "proc/self/mountinfo": V1.format(inside="/elsewhere", mount="/cpu", controller="cpu")
        + V1.format(inside="/", mount="/sys/fs/cgroup/the\\040memory", controller="memory"),
        **group("sys/fs/cgroup/the memory/docker/abc", 5 * GB, 3 * GB, GB, version=1),
    }
    assert system(files) == Available(3 * GB, "the limit of the container")


@pytest.mark.parametrize("path", ["/docker/abc", "/docker/abc/below", "/../outside", "/other"])
def test_in_a_container_the_top_of_the_mount_is_its_own_group(path, system):
    """The path is told from the host, and what is mounted begins at the container's group."""
    mounts = V1.format(inside="/docker/abc", mount="/sys/fs/cgroup/memory", controller="memory")
    files = {"proc/self/cgroup": f"4:memory:{path}\n", "proc/self/mountinfo": mounts}
    assert system({**files, **group("sys/fs/cgroup/memory", 2 * GB, GB, version=1)}).bytes == GB


def test_more_in_use_than_there_may_be_leaves_nothing(system):
    assert system({"proc/self/cgroup": "0::/\n", **v2(), **group("sys/fs/cgroup", GB, 2 * GB)}).bytes == 0


def test_files_of_another_form_are_as_good_as_none(system):
    files = {
        "proc/self/cgroup": "nonsense\n\n",
        "proc/self/mountinfo": "- \na b c d e - cgroup2\n",
        "proc/meminfo": "?",
    }
    assert system(files).limit == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_the_limit_of_the_process(system, monkeypatch):
    import resource

    page = resource.getpagesize()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1000 * page, resource.RLIM_INFINITY))
    assert system({"proc/self/statm": "400 20 3 1 0 5 0"}) == Available(600 * page, "the limit of the process")


def test_here_something_is_available():
    found = available_memory()
    assert found.bytes > 0
    assert found.bytes < math.inf or sys.platform not in ("linux", "darwin", "win32")
