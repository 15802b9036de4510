"""Access tokens in the back office: issued, shown once, listed, and revoked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import AdminRadioSelect
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ..admin.base import HubModelAdmin, RelatedFilter
from ..audit.audit_text import account
from ..days import today
from ..exchange.admin import demand
from ..forms import DayField
from ..models import Membership, Scope, Token
from .token_mail import acts_as, send_letter
from .tokens import REPORTING

USUALLY = timedelta(days=90)
LATEST = 20  # of the submissions that came in by a token


class MembershipField(forms.ModelChoiceField):
    def label_from_instance(self, membership):
        return f"{account(membership.user)} · {acts_as(membership)}"


class TokenForm(forms.Form):
    """Whose token it is to be, for which system, what it may do and how long it is good."""

    membership = MembershipField(
        Membership.objects.filter(role__in=REPORTING, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("user__username", "role", "organisation__code"),
        label=_("Acts for"),
        empty_label=_("Choose a person and role"),
        help_text=_("The system does what this person may do in this role, and nothing that another role permits."),
    )
    name = forms.CharField(
        max_length=100,
        label=_("System"),
        help_text=_("What the office calls it. Reviewers see this name with each submission that it sends."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        choices=Scope,
        initial=Scope.DRAFT,
        label=_("It may"),
        widget=AdminRadioSelect(attrs={"class": "radiolist"}),
    )
    expires_on = DayField(
        label=_("Last day"),
        initial=lambda: today() + USUALLY,
        help_text=_("It is good until the end of this day, for a year at most."),
    )

    use_required_attribute = False

    def __init__(self, *args):
        super().__init__(*args)
        self.fields["expires_on"].required = True


@admin.register(Token)
class TokenAdmin(HubModelAdmin):
    """Access tokens. The secret of one is on the page that answers its form, and nowhere else."""

    list_display = ("system", "standing", "person", "acts_as", "scope", "created_at", "expires_on", "last_used_on")
    list_display_links = None
    list_select_related = ("user", "organisation")
    list_filter = ("scope", ("user", RelatedFilter))
    search_fields = ("name", "user__username", "user__name", "organisation__code")

    @admin.display(description=_("system"), ordering="name")
    def system(self, token):
        return format_html('<a href="{}">{}</a>', token.get_absolute_url(), token.name)

    @admin.display(description=_("person"), ordering="user__username")
    def person(self, token):
        return account(token.user)

    @admin.display(description=_("acts as"), ordering="role")
    def acts_as(self, token):
        return acts_as(token)

    @admin.display(description=_("token state"))
    def standing(self, token):
        return token.state.label

    def get_urls(self):
        changelist = next(url for url in super().get_urls() if url.name == "missions_token_changelist")
        pages: dict[str, tuple[Any, str]] = {
            "add/": (self.add_page, "add"),
            "<int:pk>/change/": (require_safe(self.page), "change"),
            "<int:pk>/revoke/": (require_POST(self.revoke), "revoke"),
        }
        return [
            changelist,
            *(
                path(route, self.admin_site.admin_view(view), name=f"missions_token_{name}")
                for route, (view, name) in pages.items()
            ),
        ]

    def add_page(self, request):
        """The form; what it was sent for is answered at once, so that no address and no session holds the secret."""
        demand(request.user, "missions.add_token")
        form: Any = TokenForm(*([request.POST] if request.method == "POST" else []))
        if form.is_valid():
            try:
                token, secret = Token.objects.issue(**form.cleaned_data, by=request.user)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                self.tell(request, token)
                issued = {"token": token, "secret": secret, "site": settings.SITE_URL}
                return self.answer(request, "token_issued", _("Access token issued"), **issued)
        fieldsets = AdminForm(form, [(None, {"fields": list(form.fields)})], {})
        return self.answer(request, "token_form", _("Issue an access token"), form=form, fieldsets=fieldsets)

    def page(self, request, pk):
        """What is on record of a token, and what came in by it last."""
        demand(request.user, "missions.view_token")
        known = Token.objects.select_related("user", "organisation", "created_by", "revoked_by")
        token = get_object_or_404(known, pk=pk)
        deliveries = token.deliveries.select_related("submission__mission").order_by("-id")[:LATEST]
        return self.answer(request, "token", token.name, token=token, person=account(token.user), deliveries=deliveries)

    def revoke(self, request, pk):
        demand(request.user, "missions.change_token")
        token = get_object_or_404(Token, pk=pk)
        try:
            token.revoke(by=request.user)
            messages.success(request, _("Revoked: from now on nothing comes in by it."))
            self.tell(request, token)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect(token)

    def tell(self, request, token):
        """Sends the mail about it to the person whose it is; where that cannot be done, whoever is here must tell."""
        try:
            send_letter(token)
        except OSError:  # the mail server cannot be reached or refuses: what was done stays
            said = _("No mail could be sent to %(name)s, whose token it is: tell them of it yourself.")
            messages.warning(request, said % {"name": account(token.user)})

    def answer(self, request, template, title, **context):
        common = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/missions/{template}.html", {**common, **context})
