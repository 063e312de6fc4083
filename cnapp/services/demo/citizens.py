"""Invented people of a town where many come from elsewhere, with contacts from ranges reserved for fiction."""

from __future__ import annotations

from datetime import datetime
from itertools import product

from cnapp.base.contacts import plain, show_phone
from cnapp.domain.citizens import Citizen
from cnapp.services.demo.chance import Chance

_FROM_HERE = (
    *("Marie", "Jeanne", "Gérard", "Monique", "Bernard", "Josiane", "Élodie", "Kévin", "Chloé", "Jean-Luc", "Noémie"),
    *("Lucas", "Gaëlle", "Ursula", "Manfred", "René", "Odile"),
)
NAMES: tuple[tuple[tuple[str, ...], tuple[str, ...], str | None], ...] = (
    (_FROM_HERE, ("Schmitt", "Hoffmann", "Thiriet", "Humbert", "Lallement", "d’Été", "Weiss", "Colin", "Becker"), None),
    (
        ("Fatima", "Mohamed", "Karim", "Yasmina", "Ahmed", "Samira", "Rachid", "Leïla"),
        ("Belkacem", "Haddad", "El Amrani", "Bouzid", "Ziani"),
        "ar",
    ),
    (("Mehmet", "Ayşe", "Emine", "Mustafa"), ("Yılmaz", "Demir", "Şahin"), "tr"),
    (("João", "Fernanda", "Maria", "Rosa"), ("da Silva", "Pereira", "Lopes"), "pt"),
    (("Giuseppe", "Rosa", "Angelo"), ("Rossi", "Ferrari"), "it"),
    (("Aïssatou", "Mamadou", "Ibrahima", "Grâce", "Awa"), ("Diop", "Traoré", "Camara", "N’Guessan"), "en"),
    (("Olena", "Andriy", "Svetlana"), ("Kovalenko", "Bondarenko"), "uk"),
    (("Zbigniew", "Halina"), ("Kowalski", "Nowak"), None),
    (("Thi Lan", "Minh"), ("Nguyễn", "Trần"), None),
)
"""First names, last names, and the language that some of them speak better than French."""
IN_THEIR_SCRIPT = (("فاطمة بن علي", "ar"), ("محمد العربي", "ar"), ("Ольга Коваленко", "uk"), ("خديجة السعيد", "ar"))
PROFESSIONALS = (
    ("Sandrine Petit", "Centre social de l’Exemple"),
    ("Julien Roth", "Mission locale (exemple)"),
    ("Carole Meyer", "Service social (exemple)"),
    ("Abdel Rahmani", "Foyer de l’Exemple"),
)
RELATIVES = ("Sophie", "Nicolas", "Leïla", "David", "Sarah", "Ali", "Céline", "Ana")


class Crowd:
    """People one after the other, none twice, no contact twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        names = [(f"{first} {last}", code) for firsts, lasts, code in NAMES for first, last in product(firsts, lasts)]
        self._names = iter(chance.shuffled(names))
        self._scripts = iter(IN_THEIR_SCRIPT)
        self._numbers = iter(chance.shuffled(range(100, 1000)))

    def person(self, *, created_at: datetime) -> Citizen:
        name, language = self._name()
        person = self._citizen(name, created_at)
        person.language = language
        self._reach(person)
        return person

    def relative(self, of: Citizen) -> Citizen:
        """Somebody of the same name, who can be reached."""
        relative = self._citizen(f"{self._chance.one(RELATIVES)} {of.name.split()[-1]}", of.created_at)
        self._call(relative, "639 98")
        return relative

    def professional(self, of: Citizen) -> Citizen:
        name, structure = self._chance.one(PROFESSIONALS)
        professional = self._citizen(name, of.created_at)
        professional.structure = structure
        self._call(professional, "353 01")
        professional.write_to(f"{_mailbox(name)}@exemple.fr")
        return professional

    def _citizen(self, name: str, created_at: datetime) -> Citizen:
        citizen = Citizen(public_id=self._chance.hexadecimal(), created_at=created_at)
        citizen.be_called(name)
        return citizen

    def _name(self) -> tuple[str, str | None]:
        """Some write their name in their own script; one in three speaks the language of their parents better."""
        if self._chance.is_so(4):
            written = next(self._scripts, None)
            if written:
                return written
        name, language = next(self._names)
        return name, language if self._chance.is_so(33) else None

    def _reach(self, person: Citizen) -> None:
        """One in seven has neither phone nor e-mail."""
        drawn = self._chance.below(100)
        if drawn < 50:
            self._call(person, "639 98")
        elif drawn < 70:
            self._call(person, "353 01")
        mailbox = _mailbox(person.name)
        if 35 <= drawn < 85 and mailbox:
            person.write_to(f"{mailbox}@exemple.fr")
        person.no_calls = drawn < 3
        person.may_leave_message = 10 <= drawn < 60

    def _call(self, person: Citizen, beginning: str) -> None:
        """06 39 98 and 03 53 01 are kept free by Arcep for films and examples."""
        number = f"+33{beginning.replace(' ', '')}{next(self._numbers):04}"
        person.phone, person.phone_typed = number, show_phone(number)


def _mailbox(name: str) -> str:
    """« Ayşe Yılmaz » gives ayse.yilmaz; nothing for a name in another script."""
    letters = plain(name).replace("ı", "i")
    return ".".join("".join(letter if letter.isascii() and letter.isalpha() else " " for letter in letters).split())
