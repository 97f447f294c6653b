"""These tests run studies, and share what the tests of studies have."""

from tests.study.conftest import in_a_folder_of_its_own, tripleos

__all__ = ["in_a_folder_of_its_own", "tripleos"]
