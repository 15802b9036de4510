"""Preview and submission of a return form."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from ..models import ImportState
from .returns import read_return, submit_rows
from .workbooks import handed_in

BUSY = _("The site is writing something else at the moment: nothing was submitted. Send it again in a minute.")


def return_page(request, imported, context):
    grids, refusal = handed_in(imported), None
    if request.method == "POST":
        try:
            submissions = submit(request, imported, grids)
        except ValidationError as error:
            refusal = error
        except OperationalError:  # another writer held the lock until the timeout
            refusal = ValidationError(BUSY)
        else:
            messages.success(request, _("Submitted: %d. A coordinator is going to read them.") % len(submissions))
            return redirect(imported)
    found, chosen = read_return(grids, by=request.user), request.POST.getlist("chosen")
    context |= {"found": found, "refusal": refusal, "chosen": chosen}
    return TemplateResponse(request, "admin/missions/import.html", context)


@transaction.atomic
def submit(request, imported, grids):
    """Submit the rows. Raises ValidationError if the preview is out of date."""
    imported.decide(ImportState.DONE, by=request.user)
    choice = {"chosen": request.POST.getlist("chosen"), "previewed": request.POST.get("previewed", "")}
    return submit_rows(grids, **choice, by=request.user, key=imported.key, reason=imported.reason)
