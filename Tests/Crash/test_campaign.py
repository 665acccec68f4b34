"""A short run of the campaign that `make crash` sends to 100,000: its hub dies five times, and nobody is reached twice or forgotten."""

import pytest
from campaign import KILLS, run_campaign

RECIPIENTS = 1_500


@pytest.mark.parametrize(("setup", "seed"), [("sqlite", 1), ("postgres", 2)])
def test_nobody_is_reached_twice_or_forgotten(setup, seed):
    problems, deaths = run_campaign(setup, seed, RECIPIENTS)
    assert problems == []
    assert len(deaths) >= KILLS
