"""The public pages. Each reads the query, asks the models, and hands what they say to a template."""

import base64
import hashlib
import tempfile
from collections import Counter

from django.core.paginator import EmptyPage, Paginator
from django.db.models import Model
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_from_request, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from ..filters import MissionFilter, ReportFilter
from ..forms import LISTED_PER_PAGE, DayForm, ListForm, given
from ..models import Area, EntryKind, Head, Instrument, Mission, Organisation, Provenance, StatusChange, Theme
from ..models.days import today
from ..models.figures import reconcile
from ..models.history import public_changes
from ..models.timeline import timeline
from ..reports import FORMATS
from ..reports.completion import completion_report
from ..status import Deadline, Status
from ..tables import MissionTable


@require_safe
def home(request):
    """The overview in the reader's language, by what the browser asks for."""
    with override(get_language_from_request(request)):
        return redirect("overview")


class Page(TemplateView):
    """A page that shows how things stand on a day. A query that cannot be read gets the form, the message and a 400."""

    def get(self, request, *args, **kwargs):
        self.prepare()
        self.form = self.read_query()
        if not self.form.is_valid():
            context = {"view": self, "form": self.form, "at": self.at}
            return render(self.request, "missions/bad_query.html", context, status=400)
        return self.render_to_response(self.get_context_data(**kwargs))

    def prepare(self):
        """Finds the record that the page is about, or raises Http404."""

    def read_query(self):
        return DayForm(self.request.GET)

    @property
    def link_parameters(self):
        """The parameters that links to this page, in another language or order, carry."""
        return DayForm.base_fields

    @property
    def at(self):
        """The end of every link to another page: the days that were named."""
        return f"?{self.form.day.urlencode()}" if self.form.day else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            form=self.form,
            on=self.form.on,
            known_at=self.form.known,
            is_past=self.form.on < today() or (self.form.known or today()) < today(),
            day=self.form.day,
            at=self.at,
            links=given(self.request.GET, [name for name in self.link_parameters if name != "page"]),
            head=Head.objects.get(),
            **kwargs,
        )

    @property
    def clocks(self):
        return self.form.on, self.form.known


class Overview(Page):
    template_name = "missions/overview.html"

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks)
        changes = StatusChange.objects.standing(*self.clocks).exclude(kind=EntryKind.OPENING)
        tally = missions.tally("status_asof")
        ahead = missions.exclude(deadline_asof__in=[Deadline.NONE, Deadline.MET, Deadline.MET_LATE])
        return super().get_context_data(
            reconciliations=reconcile(*self.clocks),
            tally=[(status, tally.get(status, 0)) for status in Status],
            editorial=missions.filter(provenance=Provenance.EDITORIAL_SPLIT).count(),
            total=sum(tally.values()),
            changes=changes.select_related("mission").newest_first()[:8],
            ahead=ahead.order_by("due_asof", "code")[:8],
            **kwargs,
        )


class ListPage(Page):
    """A page with a list of missions: filtered, sorted and in pages."""

    def read_query(self):
        self.filter = MissionFilter(self.parameters(), language=self.request.LANGUAGE_CODE)
        return self.filter.form

    def parameters(self):
        return self.request.GET

    def get_context_data(self, **kwargs):
        paginator = Paginator(self.filter.qs, self.form.cleaned_data["per_page"] or LISTED_PER_PAGE)
        paginator.count = self.filter.total
        try:
            page = paginator.page(self.form.cleaned_data["page"] or 1)
        except EmptyPage:
            raise Http404(gettext("This list has fewer pages.")) from None
        context = super().get_context_data(
            filter=self.filter, page=page, pages=paginator.get_elided_page_range(page.number), **kwargs
        )
        context["table"] = MissionTable(page.object_list, query=context["links"], day=self.form.day)
        return context

    @property
    def link_parameters(self):
        return self.form.fields


class MissionList(ListPage):
    template_name = "missions/list.html"


class DimensionPage(ListPage):
    """One record of a dimension: its facts, its counts and its list."""

    template_name = "missions/dimension.html"
    model: type[Model]
    parameter: str
    link_parameters = ListForm.base_fields

    def prepare(self):
        self.object = get_object_or_404(self.records(), code=self.kwargs["code"])

    def records(self):
        return self.model._default_manager.all()

    def parameters(self):
        parameters = given(self.request.GET, ListForm.base_fields)
        parameters[self.parameter] = self.object.code
        return parameters

    def get_context_data(self, **kwargs):
        counts = self.filter.counts["status"]
        kwargs["changes"] = public_changes(self.object, self.form.known)
        return super().get_context_data(
            object=self.object, tally=[(status, counts[status]) for status in Status], **kwargs
        )


class InstrumentPage(DimensionPage):
    model, parameter, name = Instrument, "instrument", _("Instrument")
    template_name = "missions/instrument.html"

    def records(self):
        return Instrument.objects.public()


class ThemePage(DimensionPage):
    model, parameter, name = Theme, "theme", _("Theme")


class AreaPage(DimensionPage):
    model, parameter, name = Area, "area", _("Area")
    template_name = "missions/area.html"


class OwnerPage(DimensionPage):
    model, parameter, name = Organisation, "owner", _("Owner")
    template_name = "missions/owner.html"

    def records(self):
        return Organisation.objects.select_related("parent", "source")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(children=self.object.children.all(), **kwargs)
        own = Mission.objects.as_of(*self.clocks).filter(lead_owner=self.object).tally("status_asof")
        context["tally"] = [(status, own.get(status, 0), below) for status, below in context["tally"]]
        context["own_total"] = sum(own.values())
        return context


class DimensionIndex(Page):
    """All records of a dimension, each with its counts by status."""

    template_name = "missions/dimensions.html"
    model: type[Model]
    dimension: str

    def records(self):
        return self.model._default_manager.all()

    def get_context_data(self, **kwargs):
        missions = Mission.objects.as_of(*self.clocks)
        counts: Counter = Counter(missions.order_by().values_list(self.dimension, "status_asof"))
        rows = []
        for record in self.records():
            by_status = [(status, counts[record.pk, status]) for status in Status]
            rows.append((record, sum(count for _status, count in by_status), by_status))
        return super().get_context_data(rows=rows, statuses=list(Status), **kwargs)


class Instruments(DimensionIndex):
    model, dimension, name = Instrument, "instrument", _("Instruments")

    def records(self):
        return Instrument.objects.public()


class Themes(DimensionIndex):
    model, dimension, name = Theme, "theme", _("Themes")


class Areas(DimensionIndex):
    model, dimension, name = Area, "areas", _("Areas")
    overlap = _("A mission counts in each area that it names, so the rows add up to more than the whole.")


class Owners(DimensionIndex):
    model, dimension, name = Organisation, "lead_owner", _("Owners")


class MissionPage(Page):
    template_name = "missions/mission.html"

    def get_context_data(self, **kwargs):
        missions = Mission.objects.for_listing(*self.clocks).prefetch_related("supporting_owners", "areas", "sources")
        mission = get_object_or_404(missions, code=self.kwargs["code"])
        lines = timeline(mission, *self.clocks)
        kwargs["changes"] = public_changes(mission, self.form.known)
        return super().get_context_data(mission=mission, lines=lines, shown={line.entry.pk for line in lines}, **kwargs)


@require_safe
def report(request, ending):
    """The completion report of the list's query as a file."""
    if ending not in FORMATS:
        raise Http404
    query = ReportFilter(request.GET, language=request.LANGUAGE_CODE)
    if not query.form.is_valid():
        return problem(query.form)
    return report_file(completion_report(query), ending)


def report_file(report, ending):
    """The report as a download that states what it is and the digest of its bytes."""
    media_type, write = FORMATS[ending]
    file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 (the response closes it)
    write(report, file)
    file.seek(0)
    digest = base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{report.filename}.{ending}",
        content_type=media_type,
        headers={
            "Repr-Digest": f"sha-256=:{digest}:",
            "X-Hub-Query": report.query,
            "X-Hub-As-Of": report.as_of.isoformat(),
            "X-Hub-Count": len(report.missions),
            "X-Hub-Revision": report.revision,
            "X-Hub-Ledger-Head": report.ledger_head,
        },
    )


def problem(form):
    """A bad query, for programs: which parameter, and what is wrong with it in both languages."""
    errors = [{"parameter": name} for name in form.errors]
    for language, key in (("en", "en"), ("zh-hans", "zh")):
        with override(language):
            for error in errors:
                error[key] = " ".join(form.errors[error["parameter"]])
    names = ", ".join(form.errors)
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Bad query / 查询参数有误",
            "status": 400,
            "detail": f"These parameters cannot be read: {names}. / 以下参数无法识别：{names}。",
            "errors": errors,
        },
        status=400,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
