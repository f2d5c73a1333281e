"""The sign-in page: the password, then the code of who has two-factor sign-in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from digest.admin.sign_in import SignInForm
from digest.admin.two_factor import devices, guard, waiting


class SignInPage(LoginView):
    authentication_form = SignInForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in who needs no code. Nobody is signed in before the code was given."""
        user: Any = form.get_user()
        if not devices.confirmed(user):
            return super().form_valid(form)
        waiting.begin(self.request, user)
        target = self.get_redirect_url()
        query = f"?{urlencode({self.redirect_field_name: target})}" if target else ""
        return HttpResponseRedirect(reverse("admin:sign_in_code") + query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | admin.site.each_context(self.request)
        return context | {
            "title": _("Log in"),
            "app_path": self.request.get_full_path(),
            "resets_passwords": bool(settings.EMAIL_URL),
        }


def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
    """Show the sign-in page, or lead who is signed in on."""
    if request.method == "GET" and guard.has_permission(request):
        return redirect("admin:index")
    if request.method == "GET" and guard.must_set_up(request):
        return redirect("admin:two_factor")
    return SignInPage.as_view(extra_context=extra_context)(request)


admin.site.login = sign_in  # type: ignore[method-assign, assignment]
