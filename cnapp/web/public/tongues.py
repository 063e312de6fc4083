"""The other languages of the people who come: what each says on the home page, on the card and on the slip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date, format_time

from cnapp.base.workdays import local


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language, in its own words."""

    code: str
    speaks: str
    """« I speak English. »"""
    show_this: str
    """« Show this page at the desk. »"""
    bring: str
    """« Please bring this paper. »"""
    appointment: str
    """« Appointment: »"""

    @property
    def direction(self) -> str:
        return "rtl" if self.code in ("ar", "fa") else "ltr"

    def slip_line(self, starts_at: datetime) -> str:
        moment = local(starts_at)
        day, hour = format_date(moment, "full", self.code), format_time(moment, "short", locale=self.code)
        return f"{self.bring} {self.appointment} {day}, {hour}"


TONGUES = {
    tongue.code: tongue
    for tongue in (
        Tongue("ar", "أتكلم العربية.", "أرِ هذه الصفحة في الاستقبال.", "يرجى إحضار هذه الورقة.", "الموعد:"),
        Tongue("en", "I speak English.", "Show this page at the desk.", "Please bring this paper.", "Appointment:"),
        Tongue(
            "tr",
            "Türkçe konuşuyorum.",
            "Bu sayfayı danışmada gösterin.",
            "Lütfen bu kâğıdı getirin.",
            "Randevu:",
        ),
        Tongue(
            "pt",
            "Falo português.",
            "Mostre esta página na receção.",
            "Por favor, traga este papel.",
            "Marcação:",
        ),
        Tongue(
            "de",
            "Ich spreche Deutsch.",
            "Zeigen Sie diese Seite am Empfang.",
            "Bitte bringen Sie dieses Blatt mit.",
            "Termin:",
        ),
        Tongue(
            "it",
            "Parlo italiano.",
            "Mostri questa pagina all’accoglienza.",
            "Per favore, porti questo foglio.",
            "Appuntamento:",
        ),
        Tongue(
            "ru",
            "Я говорю по-русски.",
            "Покажите эту страницу на стойке.",
            "Пожалуйста, принесите этот лист.",
            "Приём:",
        ),
        Tongue(
            "uk",
            "Я розмовляю українською.",
            "Покажіть цю сторінку на стійці.",
            "Будь ласка, принесіть цей аркуш.",
            "Прийом:",
        ),
        Tongue("fa", "من فارسی صحبت می‌کنم.", "این صفحه را در پذیرش نشان دهید.", "لطفاً این کاغذ را بیاورید.", "قرار:"),
    )
}
