"""Some thirty subjects under the seven words, as people would say them; national codes from reference/motifs.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.motifs import Mode, Motif, Word

_PHONE, _CARD = "votre téléphone", "votre pièce d’identité"
_FOR_BRING = "une pièce d’identité et vos identifiants FranceConnect (gardez-les pour vous, ne nous les envoyez pas)"
_GEAR, _SAFETY = "prendre_en_main_du_materiel", "securite_numerique"
DAY = 24 * 60


@dataclass(frozen=True)
class Subject:
    """One row of the list. `instead` names the same step, done with the person."""

    slug: str
    title: str
    minutes: int
    theme: str
    bring: str = ""
    buffer: int = 0
    mode: Mode = Mode.LEARN
    perimeter: str | None = None
    instead: str | None = None
    online: bool = True
    notice: int = 120


def _step(slug: str, title: str, minutes: int, theme: str, bring: str = _CARD) -> Subject:
    """An administrative step, done with the person."""
    return Subject(slug, title, minutes, theme, bring, mode=Mode.WITH)


def _in_place(step: Subject, perimeter: str, minutes: int) -> Subject:
    """The same, in the person's place: a mandate is signed first, and the day before is soon enough."""
    return Subject(
        f"{step.slug}-a-votre-place",
        step.title,
        minutes,
        step.theme,
        _FOR_BRING,
        buffer=15,
        mode=Mode.FOR,
        perimeter=perimeter,
        instead=step.slug,
        notice=DAY,
    )


_CAF = _step("caf", "Faire une demande à la CAF", 60, "famille_scolarite", f"{_PHONE}, votre numéro d’allocataire")
_TAXES = _step("impots", "Déclarer ou comprendre mes impôts", 60, "argent_impots", "votre dernier avis d’imposition")
_LICENCE = _step("carte-grise-permis", "Carte grise, permis de conduire", 60, "transports_mobilite")
_PAPERS = _step("carte-identite-passeport", "Carte d’identité, passeport", 45, "papiers_elections_citoyennete")
_RESIDENCE = _step("titre-de-sejour", "Titre de séjour", 60, "etrangers_europe", "votre titre de séjour, une photo")
_HEALTH = _step("ameli", "Ameli, carte Vitale, Mon espace santé", 45, "social_sante", f"{_PHONE}, votre carte Vitale")
_HOUSING = _step("logement", "Demander un logement social", 60, "logement", "votre dernier avis d’imposition")
_PENSION = _step("retraite", "Préparer ma retraite", 60, "travail_formation", "votre relevé de carrière si vous l’avez")

SUBJECTS: dict[Word, tuple[Subject, ...]] = {
    Word.PHONE: (
        Subject("telephone", "Apprendre à utiliser mon téléphone", 60, _GEAR, "votre téléphone chargé"),
        Subject("tablette", "Apprendre à utiliser ma tablette", 60, _GEAR, "votre tablette chargée"),
        Subject("whatsapp-video", "Utiliser WhatsApp, appeler en vidéo", 45, "reseaux_sociaux", _PHONE),
        Subject(
            "photos", "Ranger ou transférer mes photos", 60, "gere_ses_contenus_numeriques", f"{_PHONE} et son câble"
        ),
        Subject(
            "mises-a-jour", "Installer une application, faire les mises à jour", 45, "maintenance_de_materiel", _PHONE
        ),
    ),
    Word.COMPUTER: (
        Subject("ordinateur", "Débuter avec un ordinateur", 60, _GEAR, "votre ordinateur si vous en avez un", 15),
        Subject("imprimer-scanner", "Imprimer, scanner, clé USB, wifi", 30, _GEAR),
        Subject("internet", "Chercher et naviguer sur Internet", 60, "navigation_sur_internet"),
        Subject("lettre-cv", "Écrire une lettre ou un CV", 60, "bureautique", "vos notes ou votre ancien CV"),
    ),
    Word.EMAIL: (
        Subject("creer-adresse-e-mail", "Créer mon adresse e-mail", 45, "email", _PHONE),
        Subject("lire-ecrire-e-mails", "Lire, écrire et trier mes e-mails", 60, "email", _PHONE),
        Subject("envoyer-document", "Envoyer un document ou une photo", 30, "email", "le document ou la photo"),
        Subject("mot-de-passe-perdu", "J’ai perdu mon mot de passe", 45, _SAFETY, f"{_PHONE}, {_CARD}"),
    ),
    Word.PROCEDURE: (
        _CAF,
        _in_place(_CAF, "famille", 60),
        _TAXES,
        _in_place(_TAXES, "argent", 60),
        _LICENCE,
        _in_place(_LICENCE, "transports", 60),
        _PAPERS,
        _RESIDENCE,
        _in_place(_RESIDENCE, "etranger", 75),
        _HEALTH,
        _in_place(_HEALTH, "social", 45),
        _HOUSING,
        _PENSION,
        _step(
            "france-travail",
            "France Travail, chercher un emploi",
            60,
            "insertion_professionnelle",
            "votre CV si vous en avez un",
        ),
        _step("rendez-vous-medecin", "Prendre rendez-vous chez le médecin en ligne", 30, "sante", _PHONE),
        _step(
            "franceconnect",
            "FranceConnect, identité numérique",
            45,
            "aide_aux_demarches_administratives",
            f"{_PHONE}, {_CARD}",
        ),
    ),
    Word.SCAMS: (
        Subject("reconnaitre-arnaques", "Reconnaître un message ou un site dangereux", 45, _SAFETY, _PHONE),
        Subject("proteger-comptes", "Protéger mes comptes et mes mots de passe", 45, _SAFETY, _PHONE),
        Subject("payer-en-ligne", "Acheter et payer en ligne sans risque", 45, "banque_et_achats_en_ligne"),
        Subject(
            "porter-plainte",
            "J’ai été victime d’une arnaque, que faire ?",
            60,
            "justice",
            "les messages reçus",
            15,
            Mode.WITH,
            online=False,
        ),
    ),
    Word.OTHER: (
        Subject("ecole", "Suivre la scolarité de mon enfant (EduConnect)", 45, "parentalite"),
        Subject("intelligence-artificielle", "Découvrir l’intelligence artificielle", 60, "intelligence_artificielle"),
    ),
    Word.UNSURE: (Subject("faire-le-point", "Faire le point avec un conseiller", 30, "diagnostic_numerique"),),
}


def make_motifs(*, now: datetime) -> list[Motif]:
    """In the order of the pages; each step in somebody's place leads to its twin."""
    rows = {
        subject.slug: _motif(word, subject, position, now)
        for word, subjects in SUBJECTS.items()
        for position, subject in enumerate(subjects, 1)
    }
    db.session.add_all(rows.values())
    db.session.flush()
    for subject in (subject for subjects in SUBJECTS.values() for subject in subjects):
        rows[subject.slug].instead_id = rows[subject.instead].id if subject.instead else None
    db.session.flush()
    return list(rows.values())


def _motif(word: Word, subject: Subject, position: int, now: datetime) -> Motif:
    return Motif(
        slug=subject.slug,
        word=word,
        position=position,
        title=subject.title,
        bring=subject.bring,
        theme=subject.theme,
        mode=subject.mode,
        perimeter=subject.perimeter,
        duration_minutes=subject.minutes,
        buffer_minutes=subject.buffer,
        least_notice_minutes=subject.notice,
        online=subject.online,
        updated_at=now,
    )
