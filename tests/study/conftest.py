"""What the tests of studies share."""

import logging
from unittest import mock

import pytest

from sim import cli


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    """So that command lines, which tables tell, are the same in all tests."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tripleos(capfd):
    """The command line within this process: exit code, stdout, stderr."""

    def call(*arguments):
        capfd.readouterr()
        with mock.patch.object(logging.root, "handlers", []):  # those of pytest would keep notes from stderr
            code = cli.answer([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call
