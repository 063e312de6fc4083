"""The workshops of the demonstration: titles that libraries of France announce, with invented details."""

from __future__ import annotations

from dataclasses import dataclass

from cnapp.domain.workshops import Level

VERLAINE, SABLON, AGORA = "mediatheque-verlaine", "mediatheque-sablon", "mediatheque-agora"
_MOUSE, _PHONE, _OWN = "Vous savez utiliser la souris.", "votre téléphone", "votre ordinateur, si vous en avez un"
_GEAR, _WEB, _MAIL = "prendre_en_main_du_materiel", "navigation_sur_internet", "email"
_SAFETY, _FILES, _STEPS = "securite_numerique", "gere_ses_contenus_numeriques", "aide_aux_demarches_administratives"


@dataclass(frozen=True)
class Line:
    """One workshop. `week`: how many weeks from today it begins, or later; `registered`, `waiting`: people."""

    title: str
    learn: str
    theme: str
    account: str
    slug: str
    week: int
    sessions: int = 1
    minutes: int = 90
    capacity: int = 8
    at_least: int = 3
    level: Level = Level.BEGINNER
    prerequisite: str = ""
    bring: str = ""
    audience: str = ""
    registered: int = 0
    waiting: int = 0
    kit: int | None = None
    """Which of the kits is lent to it, from 0."""
    is_series: bool = False
    """Its sessions are workshops of their own, that repeat one another; people come to the first."""


FULL_AND_FREED = "Je crée ma boîte mail et j’apprends à l’utiliser"
CANCELLED = "Je prépare mes vacances sur Internet"
PAST = Line(
    "Naviguer sur Internet",
    "Ouvrir un site.\nChercher une adresse.\nRevenir en arrière.",
    *(_WEB, "hugo", VERLAINE, -1),
    capacity=6,
    registered=5,
)
PROGRAMME = (
    Line(
        "Je découvre et manipule l’ordinateur",
        "Allumer et éteindre un ordinateur.\nSe servir de la souris et du clavier.\nOuvrir et fermer une fenêtre.",
        *(_GEAR, "hugo", VERLAINE, 1),
        registered=8,
        waiting=3,
        kit=0,
    ),
    Line(
        FULL_AND_FREED,
        "Créer une adresse e-mail.\nÉcrire et lire un message.\nJoindre une photo.",
        *(_MAIL, "ines", SABLON, 1),
        capacity=6,
        prerequisite=_MOUSE,
        bring=_PHONE,
        registered=6,
        waiting=2,
        kit=1,
    ),
    Line(
        "Initiation au numérique (seniors)",
        "Le matériel.\nInternet.\nLes messages.",
        *(_GEAR, "ines", AGORA, 2),
        sessions=3,
        capacity=6,
        audience="personnes de plus de 60 ans",
        bring=_OWN,
        registered=3,
        kit=1,
    ),
    Line(
        "Internet, e-mails et traitement de texte",
        "Chercher sur Internet.\nÉcrire des e-mails.\nÉcrire une lettre et l’imprimer.",
        *("bureautique", "aminata", "mairie-bellecroix", 2),
        sessions=5,
        level=Level.INTERMEDIATE,
        prerequisite=_MOUSE,
        registered=3,
    ),
    Line(
        "Café numérique",
        "Poser vos questions.\nS’entraider.\nDécouvrir une nouveauté.",
        *("culture_numerique", "hugo", VERLAINE, 2),
        sessions=6,
        capacity=10,
        at_least=2,
        registered=2,
        is_series=True,
    ),
    Line(
        "Je navigue sur Internet",
        "Ouvrir un site.\nChercher une adresse.\nFermer une publicité.",
        *(_WEB, "nadia", "mairie-borny", 1),
        prerequisite=_MOUSE,
        registered=1,
        at_least=4,
    ),
    Line(
        "Éviter les arnaques en ligne",
        "Reconnaître un faux message.\nSavoir quoi faire.\nProtéger ses mots de passe.",
        *(_SAFETY, "thomas", "mairie-queuleu", 1),
        capacity=10,
        registered=4,
    ),
    Line(
        "J’effectue mes démarches administratives en ligne",
        "Ouvrir FranceConnect.\nSuivre un dossier.\nGarder ses papiers.",
        *(_STEPS, "elif", "mairie-patrotte", 2),
        capacity=6,
        bring="votre téléphone et une pièce d’identité",
        registered=6,
        waiting=1,
    ),
    Line(
        "Débuter avec son smartphone",
        "Appeler et répondre.\nÉcrire un message.\nPrendre une photo.",
        *(_GEAR, "nadia", "mediatheque-jean-mace", 2),
        bring=_PHONE,
        registered=2,
    ),
    Line(
        CANCELLED,
        "Chercher un train.\nComparer les prix.\nImprimer un billet.",
        *(_WEB, "aminata", "mediatheque-bellecroix", 2),
        level=Level.INTERMEDIATE,
        prerequisite=_MOUSE,
        registered=3,
    ),
    Line(
        "Découverte de la tablette",
        "Toucher, glisser, agrandir.\nInstaller une application.\nLire le journal.",
        *(_GEAR, "elif", AGORA, 3),
        capacity=6,
        registered=2,
        kit=0,
    ),
    Line(
        "Comment sécuriser ses données personnelles",
        "Choisir un mot de passe.\nRégler son téléphone.\nSavoir qui voit quoi.",
        *(_SAFETY, "thomas", "mediatheque-magny", 4),
        level=Level.INTERMEDIATE,
        registered=2,
    ),
    Line(
        "Mettre les photos de mon téléphone sur l’ordinateur",
        "Brancher le téléphone.\nCopier les photos.\nLes retrouver.",
        *(_FILES, "hugo", SABLON, 4),
        bring="votre téléphone et son câble",
        registered=2,
        kit=1,
    ),
    Line(
        "Utiliser une application GPS",
        "Chercher une adresse.\nSuivre un trajet à pied.\nEnregistrer un lieu.",
        *("culture_numerique", "thomas", "mairie-sablon", 5),
        minutes=60,
        bring=_PHONE,
        registered=1,
    ),
    Line(
        "J’organise les données dans mon ordinateur",
        "Créer un dossier.\nRanger ses fichiers.\nUtiliser une clé USB.",
        *(_FILES, "ines", VERLAINE, 5),
        level=Level.INTERMEDIATE,
        prerequisite="Vous savez ouvrir un fichier.",
        registered=2,
    ),
    Line(
        "Atelier numérique parents et enfants",
        "Les écrans à la maison.\nL’espace de l’école.\nJouer ensemble.",
        *("parentalite", "aminata", "mediatheque-bellecroix", 6),
        audience="dès 8 ans avec un adulte",
        capacity=12,
        registered=2,
    ),
    Line(
        "Installer des applications",
        "Trouver une application sûre.\nL’installer.\nLa supprimer.",
        *(_GEAR, "coordination", "mairie-sablon", 7),
        minutes=60,
        bring=_PHONE,
    ),
    Line(
        "Booster son PC",
        "Faire de la place.\nMettre à jour.\nSe protéger des virus.",
        *("maintenance_de_materiel", "hugo", VERLAINE, 9),
        level=Level.ADVANCED,
        prerequisite="Vous utilisez un ordinateur toutes les semaines.",
        bring="votre ordinateur portable",
        capacity=6,
    ),
    Line(
        "Traitement de texte : première lettre",
        "Écrire.\nMettre en forme.\nImprimer.",
        *("bureautique", "elif", "mairie-devant-les-ponts", 8),
        prerequisite=_MOUSE,
        registered=1,
    ),
    Line(
        "Je découvre l’intelligence artificielle",
        "Ce que c’est.\nCe qu’elle sait faire.\nCe qu’il ne faut pas lui dire.",
        *("intelligence_artificielle", "ines", AGORA, 10),
        level=Level.INTERMEDIATE,
        capacity=12,
    ),
)
