"""Explanations of sheets and columns in the template."""

from django.utils.translation import gettext_lazy as _

RULES = (
    _("Fill in the sheets from left to right: each refers to those before it. One record a row; leave the first row."),
    _("A dark heading marks a column that must be filled in. The note on each heading explains the column."),
    _("Where a column ends in _en or _zh, both languages are needed. Several codes in one cell are separated by ;"),
    _("Enter only what a source states: no status, date or owner of your own. Leave unknown values empty."),
    _("“manage.py load_programme FILE --dry-run” lists each error with its cell, and writes nothing."),
    _("Without “--dry-run” it writes everything, or nothing if there is an error."),
)

PURPOSES = {
    "sources": _("The publications that the other sheets rest on."),
    "areas": _("The places that missions apply to."),
    "themes": _("The chapters by which missions are grouped."),
    "instruments": _("The published documents that assign missions."),
    "owners": _("The organisations that lead or support missions."),
    "missions": _("What was promised, one commitment a row."),
    "reported_figures": _("Figures published by officials, compared with the site's own counts. May stay empty."),
    "programme": _("The names of the programme, and a sentence on what it is: one row."),
    "timeline": _("Dates of the programme's history, shown on charts. May stay empty."),
    "contradictions": _("Where sources contradict each other, in a sentence. May stay empty."),
    "events": _("What a source reports of a mission's status. May stay empty."),
}

# By table and column. `none` is the word for no reference.
HINTS = {
    ("sources", "title"): _("In the language of the publication, or in English."),
    ("sources", "title_zh"): _("Only for a Chinese publication whose title is in English."),
    ("sources", "publisher"): _("Who published it, not where a copy was read."),
    ("sources", "published_on"): _("Empty where the publication shows none."),
    ("sources", "form"): _("What was read. Without an address, pages say that it was a copy."),
    ("sources", "url"): _("Pages link it. Empty where only a copy was read that no office can show."),
    ("sources", "seen_at"): _("The address of such a copy: the back office alone shows it."),
    ("sources", "language"): _("As en or zh."),
    ("areas", "zone"): _("Empty for an area that only groups those below it."),
    ("areas", "parent_code"): _("Empty for an area at the top."),
    ("instruments", "issued_on"): _("Without it, the instrument is in preparation, and its missions are not public."),
    ("instruments", "official_total"): _("The official count; empty if no source states it."),
    ("owners", "parent_code"): _("Empty for a body at the top."),
    ("owners", "source"): _("Write “%(none)s” where no source names this body."),
    ("missions", "code"): _("It never changes, and is never given to another mission."),
    ("missions", "number"): _("Each mission of an instrument has its own number."),
    ("missions", "lead_owner"): _("The one body that answers for the mission."),
    ("missions", "description_en"): _("In both languages, or in neither."),
    ("missions", "description_zh"): _("In both languages, or in neither."),
    ("missions", "due"): _("Only a date that the instrument names. A later change is made in the back office."),
    ("missions", "source_keys"): _("The publications that the text of the mission comes from."),
    ("reported_figures", "as_of"): _("The date of the figure."),
    ("reported_figures", "instrument"): _("Write “%(none)s” for the programme as a whole."),
    ("reported_figures", "unit"): _("Such as missions, percent, billion yuan."),
    ("reported_figures", "unit_zh"): _("Where it is empty, the unit is shown as entered in English."),
    ("reported_figures", "measure"): _("Only for counts of missions, together with the column “covers”."),
    ("reported_figures", "covers"): _("The instruments whose missions were counted."),
    ("programme", "short_name_en"): _("For the heads of pages and files."),
    ("programme", "short_name_zh"): _("For the heads of pages and files."),
    ("timeline", "source_key"): _("The publication that names the date."),
    ("events", "key"): _("It names the event for good: a row that changes under its key corrects what was loaded."),
    ("events", "date"): _("The date of the event, not after today."),
    ("events", "new_status"): _("A mission without an event is shown as not individually reported."),
    ("events", "headline_en"): _("What happened, in one sentence."),
    ("events", "headline_zh"): _("What happened, in one sentence."),
    ("events", "source_key"): _("The publication that reports it."),
}
