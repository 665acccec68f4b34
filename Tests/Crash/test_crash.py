"""Two short runs of what `make crash` does: processes are killed while messages go out and come in, and nothing is lost or doubled."""

import pytest
from run import as_json, report, run_once, table

MESSAGES = 2_000


@pytest.mark.parametrize(("setup", "seed"), [("sqlite", 1), ("postgres", 2)])
def test_nothing_is_lost_and_nothing_doubled(setup, seed):
    result = run_once(setup, seed, MESSAGES)
    print(report(result))
    print(table([as_json(result)]))
    assert result.problems == []
    assert result.outbound.counts["submitted"] == MESSAGES
    assert len(result.deaths) > 5
