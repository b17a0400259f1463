from bot.bench.measured import Spread, ratio


def test_a_spread_is_in_milliseconds():
    spread = Spread.of([0.001, 0.002, 0.003])

    assert spread.figures() == {"p50_ms": 2.0, "p95_ms": 2.9}
    assert str(spread) == "p50 2.0 ms, p95 2.9 ms"


def test_a_ratio_is_ours_over_theirs():
    assert ratio(1.0, 3.0) == 0.333
