"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError

from ide.models import Token, User

TOKENS = 20


class SignUpForm(UserCreationForm[User]):
    """A new account, or the one that a guest becomes: then the workspaces stay."""

    class Meta:
        model = User
        fields = ("username",)

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        user.is_guest, user.expires_at = False, None
        if commit:
            user.save()
            user.tokens.filter(name="guest").delete()
        return user


class DeleteForm(forms.Form):
    """The user's word that all of it is to go: the password, where there is one."""

    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        if not self.user.check_password(given):
            raise ValidationError("This is not your password.")
        return given


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, label="What is it for?")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        if self.user.tokens.count() >= TOKENS:
            raise ValidationError(f"You have {TOKENS} tokens, which is the most. Delete one first.")
        return super().clean() or {}

    def issue(self) -> str:
        _, secret = Token.issue(self.user, self.cleaned_data["name"])
        return secret
