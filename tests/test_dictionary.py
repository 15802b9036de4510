"""What the dictionary says of the parameters of a query."""

import pytest

from missions.dictionary import change_parameters, mission_parameters, report_parameters
from missions.forms import ListForm

pytestmark = pytest.mark.django_db


def test_one_of_several_codes_is_told_from_the_column_to_sort_by():
    (language,) = [parameter for parameter in report_parameters() if parameter.name == "lang"]
    (sort,) = [parameter for parameter in mission_parameters("en") if parameter.name == "sort"]

    assert language.form == "one of these codes"
    assert language.choices == [("en", "English"), ("zh", "中文"), ("both", "中文 + English")]
    assert sort.form == "one of these orders; - before it for the reverse"
    assert [code for code, _word in sort.choices] == [f"{sign}{name}" for name in ListForm.SORTS for sign in ("", "-")]


def test_to_leave_a_parameter_out_is_none_of_its_choices():
    parameters = [*mission_parameters("en"), *change_parameters(), *report_parameters()]

    assert {"status", "kind", "lang"} <= {parameter.name for parameter in parameters if parameter.choices}
    assert [parameter.name for parameter in parameters if "" in dict(parameter.choices)] == []
