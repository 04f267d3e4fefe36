"""Fixtures of these tests."""

import pytest

from tests.quota.conftest import Site
from tests.quota.verification.damaged import Counted, counting_three


@pytest.fixture
def counted(site: Site) -> Counted:
    return counting_three(site)
