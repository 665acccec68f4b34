"""Two short runs of what `make crash` does: processes are killed while messages go out and come in, and nothing is lost or doubled."""

import pytest
from run import as_json, report, run_once, table

MESSAGES = 2_000


# Each process counts the numbers that wait and its own, but not those of the others. Once all three hold as many idle numbers as that
# share allows, nobody takes a number whose owner died, and its messages wait for ever.
STARVED = pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="numbers without an owner starve beside three processes with idle ones"
)


@pytest.mark.parametrize(("setup", "seed"), [("sqlite", 1), pytest.param("postgres", 2, marks=STARVED)])
def test_nothing_is_lost_and_nothing_doubled(setup, seed):
    result = run_once(setup, seed, MESSAGES)
    print(report(result))
    print(table([as_json(result)]))
    assert result.problems == []
    assert result.outbound.counts["submitted"] == MESSAGES
    assert len(result.deaths) > 5
