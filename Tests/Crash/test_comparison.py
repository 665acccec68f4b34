"""The comparison itself, on made-up ledgers: what must be noticed is noticed."""

import pytest
from comparison import Attempt, Entry, Row, Submitted, compare_inbound, compare_outbound, under_way
from plan import swallowed as swallowed_by


def message(number: int, status: str = "delivered", conversation: str = "cnv_1") -> Row:
    return Row(f"msg_{number}", f"client-{number}", status, conversation, number)


def outbound(rows, ledger, *, submitted=None, attempts=None, in_flight=(), swallowed=0, once_unknown=()):
    entries = [Entry(reference, status) for reference, status in ledger]
    return compare_outbound(
        submitted if submitted is not None else [Submitted(row.client_id, row.id) for row in rows],
        rows,
        attempts if attempts is not None else {entry.reference for entry in entries},
        entries,
        set(in_flight),
        swallowed,
        set(once_unknown),
    )


def test_a_run_without_trouble_has_no_problem():
    table = outbound([message(1), message(2, "read")], [("msg_1.1", "delivered"), ("msg_2.1", "read")])
    assert table.problems == []
    assert table.counts == {"submitted": 2, "reached once": 2, "doubled": 0, "refused": 0, "unknown": 0, "settled": 0, "lost": 0}


@pytest.mark.parametrize(
    ("rows", "ledger", "column"),
    [
        # One attempt that went out twice, a blind repetition, and two rows of one client id.
        ([message(1)], [("msg_1.1", "delivered"), ("msg_1.1", "delivered")], "doubled"),
        ([message(1)], [("msg_1.1", "delivered"), ("msg_1.2", "sent")], "doubled"),
        ([message(1, "failed")], [("msg_1.1", "delivered"), ("msg_1.2", "delivered")], "doubled"),
        # Told as sent, and nobody has it.
        ([message(1, "sent")], [], "lost"),
        ([message(1, "delivered")], [], "lost"),
        # Nobody here knows what was accepted there.
        ([], [("msg_1.1", "delivered")], "lost"),
        ([], [("", "delivered")], "lost"),
        # Here is another than there.
        ([message(1, "queued")], [("msg_1.1", "delivered")], "contradicted"),
        ([message(1, "cancelled")], [("msg_1.1", "delivered")], "contradicted"),
        ([message(1, "failed")], [("msg_1.1", "delivered")], "contradicted"),
        ([message(1, "sent")], [("msg_1.1", "delivered")], "contradicted"),
        ([message(1, "read")], [("msg_1.1", "delivered")], "contradicted"),
        # Statuses came and weren't heard.
        ([message(1, "unknown")], [("msg_1.1", "delivered")], "unknown"),
    ],
)
def test_what_must_not_be_is_a_problem(rows, ledger, column):
    table = outbound(rows, ledger, in_flight={"msg_1"})
    assert table.problems, table
    assert table.counts[column] == 1


def test_an_accepted_message_without_a_row_is_lost():
    table = outbound([], [], submitted=[Submitted("client-1", "msg_1")])
    assert table.counts["lost"] == 1 and table.problems


def test_two_rows_for_one_client_id_are_doubled():
    rows = [message(1), Row("msg_2", "client-1", "queued", "cnv_1", 2)]
    table = outbound(rows, [("msg_1.1", "delivered")], submitted=[Submitted("client-1", "msg_1")])
    assert table.counts["doubled"] == 1 and table.problems


def test_an_attempt_that_was_never_written_down_is_lost():
    table = outbound([message(1)], [("msg_1.1", "delivered")], attempts=set())
    assert table.counts["lost"] == 1 and table.problems


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_what_never_left_is_visible_and_no_problem(status):
    table = outbound([message(1, status)], [], in_flight={"msg_1"})
    assert table.problems == []
    assert table.counts["lost"] == 0


@pytest.mark.parametrize("status", ["queued", "claimed", "sending", "cancelled"])
def test_what_waits_at_the_end_isnt_lost_but_stuck(status):
    table = outbound([message(1, status)], [])
    assert table.counts["lost"] == 0 and table.counts["waiting"] == 1
    assert table.problems


def test_a_refusal_by_the_api_is_no_loss():
    assert outbound([], [], submitted=[Submitted("client-1", None)]).counts["refused"] == 1


def test_a_message_that_failed_and_was_sent_again_reached_once():
    table = outbound([message(1)], [("msg_1.1", "failed"), ("msg_1.2", "delivered")])
    assert table.problems == [] and table.counts["reached once"] == 1


def test_only_calls_under_way_at_a_kill_or_swallowed_may_stay_unknown():
    rows = [message(1, "unknown", "cnv_1"), message(2, "unknown", "cnv_2"), message(3, "unknown", "cnv_3")]
    assert outbound(rows, [], in_flight={"msg_1", "msg_2", "msg_3"}).problems == []
    assert outbound(rows, [], in_flight={"msg_1"}, swallowed=2).problems == []
    assert outbound(rows, [], in_flight={"msg_1"}, swallowed=1).problems


@pytest.mark.parametrize(
    ("action", "after", "count"),
    [
        ("reset", False, 9),
        ("status", False, 9),
        ("silence", False, 9),
        ("reset", True, 2),
        ("status", True, 2),
        ("error", True, 0),
        ("delay", False, 0),
    ],
)
def test_a_call_is_swallowed_that_nobody_accepted_and_whose_refusal_nobody_heard(action, after, count):
    assert swallowed_by({"action": action, "after": after, "hits": 9, "hiddenRefusals": 2}) == count


def test_what_was_unknown_for_a_time_counts_as_settled():
    rows = [message(1), message(2, "failed", "cnv_2"), message(3, "unknown", "cnv_3")]
    table = outbound(rows, [("msg_1.1", "delivered")], in_flight={"msg_3"}, once_unknown={"msg_1", "msg_2", "msg_3"})
    assert table.counts["settled"] == 2 and table.problems == []


def test_the_order_of_a_conversation_holds_across_attempts():
    rows = [message(1), message(2), message(3, conversation="cnv_2")]
    assert outbound(rows, [("msg_3.1", "delivered"), ("msg_1.2", "delivered"), ("msg_2.1", "delivered")]).problems == []
    assert outbound(rows, [("msg_2.1", "delivered"), ("msg_3.1", "delivered"), ("msg_1.1", "delivered")]).problems


def test_inbound_is_stored_once():
    table = compare_inbound({"a", "b"}, ["a", "b"], ["wamid.1", "wamid.2"])
    assert table.problems == []
    assert table.counts == {"written": 2, "stored once": 2, "doubled": 0, "lost": 0}


@pytest.mark.parametrize(
    ("stored", "ids", "column"),
    [
        (["a", "a", "b"], ["1", "2", "3"], "doubled"),
        (["a"], ["1"], "lost"),
        (["a", "b", "c"], ["1", "2", "3"], None),
        (["a", "b"], ["1", "1"], None),
    ],
)
def test_inbound_doubled_lost_or_invented_is_a_problem(stored, ids, column):
    table = compare_inbound({"a", "b"}, stored, ids)
    assert table.problems
    if column:
        assert table.counts[column] == 1


@pytest.mark.parametrize(
    ("started_at", "answered_at", "is_under_way"),
    [(1_000, 1_200, False), (1_900, 2_100, True), (1_900, None, True), (2_050, 2_300, False), (-60_000, None, False)],
)
def test_a_call_is_under_way_from_its_start_to_its_answer(started_at, answered_at, is_under_way):
    attempts = [Attempt("msg_1", 1, started_at, answered_at)]
    assert under_way(attempts, [500, 2_000]) == ({"msg_1"} if is_under_way else set())


def test_a_margin_takes_in_what_came_through_after_a_death():
    attempts = [Attempt("msg_1", 1, 2_050, 2_300), Attempt("msg_2", 1, 1_000, 1_980), Attempt("msg_3", 1, 1_000, 1_200)]
    assert under_way(attempts, [2_000], margin=100) == {"msg_1", "msg_2"}
