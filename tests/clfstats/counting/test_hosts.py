"""Distinct hosts: all names up to the bounds, and past them an estimate that any split gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import RANDOM, as_hits

from clfparse.counting.batch import Batch
from clfstats.counting.bottom_k import FEWEST, BottomK
from clfstats.counting.hosts import Hosts

BOUND = "clfstats.counting.hosts"


def counted(names: list[object]) -> Hosts:
    hosts = Hosts()
    hosts.add(Batch(as_hits({"host": name} for name in names)))
    return hosts


def merged(*parts: Hosts) -> Hosts:
    whole = Hosts()
    for part in parts:
        whole.merge(part)
    return whole


def state(hosts: Hosts) -> object:
    return hosts.emit(), hosts.approximate, hosts.dump()


names = st.lists(st.integers(0, 60) | st.integers(0, 60).map(lambda at: "h" * (at % 9) + str(at)))


@given(names, names, names, st.integers(1, 60), st.integers(60, 3_000))
@RANDOM
def test_any_split_is_the_same(
    a: list[object], b: list[object], c: list[object], bound: int, text: int
) -> None:
    """Past either bound, in any order and number of stages; a hash is none of a name too many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{BOUND}.HOSTS", bound)
        patch.setattr(f"{BOUND}._TEXT", text)
        patch.setattr(BottomK.__init__, "__defaults__", (FEWEST,))
        first, second, third = counted(a), counted(b), counted(c)
        whole = state(counted(a + b + c))
        assert state(merged(merged(first, second), third)) == whole
        assert state(merged(third, merged(second, first))) == whole
        single = Hosts()
        for name in a + b + c:
            single.add(Batch(as_hits([{"host": name}])))
        assert state(single) == whole


@pytest.mark.parametrize("limit", ["HOSTS", "_TEXT"])
def test_past_the_bounds_few_are_exact(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as there are no more than hashes that are held, as with few names that are long."""
    monkeypatch.setattr(f"{BOUND}.{limit}", 10 if limit == "HOSTS" else 1_500)
    hosts = counted([None, *(f"{at:099}" for at in range(20))])
    assert hosts.text == 20 * 8
    assert (hosts.approximate, hosts.emit()) == (False, 20)
    hosts.add(Batch(as_hits({"host": name} for name in [None, "more", f"{3:099}"])))
    assert (hosts.approximate, hosts.emit()) == (False, 21)


def test_as_many_hosts_as_the_bound_are_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{BOUND}.HOSTS", 10)
    hosts = counted([str(at % 10) for at in range(50)])
    assert hosts.dump() == [str(at) for at in range(10)]
    assert isinstance(merged(hosts, counted(["more"])).dump(), dict)
    assert isinstance(merged(counted(["more"]), hosts).dump(), dict)


def test_shrink() -> None:
    """Names become hashes, and then those become fewer, up to a bound; the estimate holds on."""
    hosts = counted([f"host {at}" for at in range(20_000)])
    sizes = []
    for _ in range(12):
        hosts.shrink()
        sizes.append(hosts.text)
        assert abs(hosts.emit() - 20_000) < 20_000 * 4 / (sizes[-1] / 8) ** 0.5
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 8 * FEWEST
    assert hosts.approximate
