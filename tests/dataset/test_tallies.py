"""The tallies of the data set against its missions, counted here once more."""

from collections import Counter

from missions.models import Mission
from missions.status import Status
from tests.dataset.unpacking import rows, unpacked

DIMENSIONS = ["instrument", "theme", "owner", "status", "deadline"]


def test_each_number_is_how_many_missions_of_the_data_set_stand_so(client, world, tmp_path):
    folder = unpacked(client, tmp_path)
    missions = rows(folder, "missions")
    documented = {mission.code for mission in Mission.objects.as_of().documented()}
    counted = Counter(
        (name, row.get(name, "all"), column)
        for row in missions
        for name in ["all", *DIMENSIONS]
        for column in ["missions", row["status"], *(["documented"] if row["code"] in documented else [])]
    )

    found = rows(folder, "tallies")

    columns = ["missions", *Status.values, "documented"]
    assert list(found[0]) == ["dimension", "code", *columns]
    said = {(row["dimension"], row["code"], name): int(row[name]) for row in found for name in columns}
    assert {key: number for key, number in said.items() if number} == counted
    assert len(said) == len(found) * len(columns)
    assert 0 < len(documented) < len(missions)


def test_each_dimension_adds_up_to_the_whole(client, world, tmp_path):
    found = rows(unpacked(client, tmp_path), "tallies")

    sums: dict[str, Counter[str]] = {}
    for row in found:
        numbers = {name: int(value) for name, value in row.items() if name not in ("dimension", "code")}
        sums.setdefault(row["dimension"], Counter()).update(numbers)
    assert list(sums) == ["all", *DIMENSIONS]
    assert [name for name in DIMENSIONS if sums[name] != sums["all"]] == []
