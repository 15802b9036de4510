"""A return form that was handed in: what would come of it, and its submission."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from ..exchange.returns import carry_out, read_return
from ..exchange.workbooks import read_workbook
from ..models import Head, ImportState


def return_page(request, imported, context):
    """A form's preview; sent as it was shown, its rows are submitted."""
    refusal = None
    if request.method == "POST":
        try:
            submissions = submit(request, imported)
        except ValidationError as error:
            refusal = error
        else:
            messages.success(request, _("Submitted: %d. A coordinator is going to read them.") % len(submissions))
            return redirect(imported)
    found = read_return(read_workbook(imported.name, bytes(imported.content)), by=request.user)
    context |= {"found": found, "refusal": refusal, "chosen": request.POST.getlist("chosen")}
    return TemplateResponse(request, "admin/missions/import.html", context)


@transaction.atomic
def submit(request, imported):
    """Raises ValidationError where something else is there by now than the preview showed."""
    Head.objects.lock()  # what is read here stays true until it is submitted
    imported.decide(ImportState.DONE, by=request.user)
    found = read_return(read_workbook(imported.name, bytes(imported.content)), by=request.user)
    if found.digest != request.POST.get("previewed"):
        raise ValidationError(_("Nothing was submitted: the data have changed since the preview. Look again."))
    chosen = request.POST.getlist("chosen")
    submissions = carry_out(found, chosen, by=request.user, key=imported.key, reason=imported.reason)
    if not submissions:
        raise ValidationError(_("Nothing would be submitted: choose a row, or drop this form."))
    return submissions
