from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminRadioSelect
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ..admin.base import HubModelAdmin, RelatedFilter, demand
from ..audit.log import account
from ..days import today
from ..models import Membership, Scope, Token
from ..parameters import DayField
from ..register.history import acts_as
from . import invitations
from .tokens import REPORTING_ROLES

DEFAULT_VALIDITY = timedelta(days=90)
SHOWN_DELIVERIES = 20


class MembershipField(forms.ModelChoiceField):
    def label_from_instance(self, membership):
        return f"{account(membership.user)} · {acts_as(membership)}"


class TokenForm(forms.Form):
    membership = MembershipField(
        Membership.objects.filter(role__in=REPORTING_ROLES, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("user__username", "role", "organisation__code"),
        label=_("Acts for"),
        empty_label=_("Choose a person and role"),
        help_text=_("The system may do what this person may do in this role, and nothing else."),
    )
    name = forms.CharField(
        max_length=100,
        label=_("System"),
        help_text=_("The name that the office uses. Reviewers see it with each submission."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        choices=Scope,
        initial=Scope.DRAFT,
        label=_("It may"),
        widget=AdminRadioSelect(attrs={"class": "radiolist"}),
    )
    expires_on = DayField(
        label=_("Last date"),
        initial=lambda: today() + DEFAULT_VALIDITY,
        help_text=_("The token is valid until the end of this date, for at most one year."),
    )

    use_required_attribute = False

    def __init__(self, *args):
        super().__init__(*args)
        self.fields["expires_on"].required = True


@admin.register(Token)
class TokenAdmin(HubModelAdmin):
    list_display = ("system", "state", "person", "acts_as", "scope", "created_at", "expires_on", "last_used_on")
    list_display_links = None
    only_lists = True
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
    def state(self, token):
        return token.state.label

    def own_pages(self):
        return [
            ("add/", "add", self.add_page),
            ("<int:pk>/change/", "change", require_safe(self.page)),
            ("<int:pk>/revoke/", "revoke", require_POST(self.revoke)),
        ]

    def add_page(self, request):
        """Show the secret in the response of the form, so that no URL or session holds it."""
        demand(request.user, "missions.add_token")
        form: Any = TokenForm(*([request.POST] if request.method == "POST" else []))
        if form.is_valid():
            try:
                token, secret = Token.objects.issue(**form.cleaned_data, by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.notify(request, token)
                issued = {"token": token, "secret": secret, "site": settings.SITE_URL}
                return self.render(request, "token_issued", _("Access token issued"), **issued)
        return self.render_form(request, "token_form", _("Issue an access token"), form)

    def page(self, request, pk):
        demand(request.user, "missions.view_token")
        tokens = Token.objects.select_related("user", "organisation", "created_by", "revoked_by")
        token = get_object_or_404(tokens, pk=pk)
        deliveries = token.deliveries.select_related("submission__mission").order_by("-id")[:SHOWN_DELIVERIES]
        return self.render(request, "token", token.name, token=token, person=account(token.user), deliveries=deliveries)

    def revoke(self, request, pk):
        demand(request.user, "missions.change_token")
        token = get_object_or_404(Token, pk=pk)
        try:
            token.revoke(by=request.user)
            messages.success(request, _("The token is revoked. We no longer accept submissions with it."))
            self.notify(request, token)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(token)

    def notify(self, request, token):
        """Tell the person that a token acts for them, or no longer does."""
        if not (settings.HUB_SENDS_MAIL and token.user.email and token.user.is_active):
            return
        by = account(token.revoked_by or token.created_by)
        mail = invitations.message("token", token.user, token=token, by=by, acts_as=partial(acts_as, token))
        mail.extra_headers["Auto-Submitted"] = "auto-generated"  # prevents out-of-office replies
        try:
            mail.send()
        except OSError:  # the token stays issued or revoked
            message = _("No mail could be sent to %(name)s, the owner of the token. Inform them yourself.")
            messages.warning(request, message % {"name": account(token.user)})
