"""The columns of a mission, for the page, the files, the API, the register's sheet and the public history.

Labels and explanations are `verbose_name` and `help_text` of the fields.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """A column. `path` leads to its value in a query `as_of` a date, by default to the field `name` of Mission.

    `is_plain` marks a value of the mission itself that needs no code: the register's sheet, the API, the admin form
    and, with `in_list`, the list and the documents take it from here. `sort` is its name in the sort parameter, `width`
    its width in a workbook, in characters (0: as wide as its name).
    """

    name: str
    path: str = ""
    in_list: bool = False
    sort: str = ""
    is_public: bool = False  # the history of the field is public
    is_plain: bool = False
    is_optional: bool = True  # an import accepts a file without the column
    in_reports: bool = True
    in_dataset: bool = True
    width: int = 0

    @property
    def source(self) -> str:
        return self.path or self.name


# In the order of the files; the contract fixes the first ten columns of reports.
COLUMNS = (
    Column("code", in_list=True, sort="code"),
    Column("instrument", "instrument.code"),
    Column("title", in_list=True, sort="title", in_reports=False, in_dataset=False),
    Column("status", "status_asof", in_list=True, sort="status"),
    Column("status_since", "since_asof", in_list=True, sort="changed"),
    Column("deadline", "deadline_asof"),
    Column("owner", "lead_owner.code", in_list=True, sort="owner", is_public=True),
    Column("theme", "theme.code", is_public=True),
    Column("due", "due_asof", in_list=True, sort="due"),
    Column("title_en", is_public=True, width=46),
    Column("title_zh", is_public=True, width=40),
    Column("status_en", "status_asof", width=24),
    Column("status_zh", "status_asof"),
    Column("deadline_en", "deadline_asof"),
    Column("deadline_zh", "deadline_asof"),
    Column("owner_en", "lead_owner.name_en", width=26),
    Column("owner_zh", "lead_owner.name_zh", width=22),
    Column("theme_en", "theme.name_en", width=28),
    Column("theme_zh", "theme.name_zh", width=28),
    Column("supporting_owners", is_public=True),
    Column("areas", is_public=True),
    Column("kind", is_public=True),
    Column("kind_en", "kind"),
    Column("kind_zh", "kind"),
    Column("provenance", is_public=True),
    Column("provenance_en", "provenance", width=18),
    Column("provenance_zh", "provenance"),
    Column("clause", is_plain=True, is_public=True, is_optional=False, width=26),
    Column("clause_zh", is_plain=True, is_public=True, width=26),
    Column("due_first", "due_first_asof"),
    Column("due_moves", "due_moves_asof"),
    Column("number", in_reports=False),
    Column("description_en", is_public=True, in_reports=False),
    Column("description_zh", is_public=True, in_reports=False),
    Column("replaces", in_reports=False),
    Column("sources", is_public=True, in_reports=False, in_dataset=False),
)

PLAIN = tuple(column for column in COLUMNS if column.is_plain)
LISTED = tuple(column for column in COLUMNS if column.in_list)
# Plain columns of the list: they are read, drawn and sorted without code.
PLAIN_LISTED = tuple(column for column in PLAIN if column.in_list)
# The contract lists `changed` last.
SORTS = ("programme", *sorted((column.sort for column in LISTED if column.sort), key="changed".__eq__))
PUBLIC_FIELDS = tuple(column.source.partition(".")[0] for column in COLUMNS if column.is_public)
WIDTHS = {column.name: column.width for column in COLUMNS if column.width}
