"""The national themes, as reports name them and as citizens read them."""

from __future__ import annotations

from flask_babel import lazy_gettext

THEMES = {
    "diagnostic_numerique": lazy_gettext("Diagnostic numérique"),
    "prendre_en_main_du_materiel": lazy_gettext("Prendre en main du matériel"),
    "maintenance_de_materiel": lazy_gettext("Maintenance de matériel"),
    "gere_ses_contenus_numeriques": lazy_gettext("Gérer ses contenus numériques"),
    "navigation_sur_internet": lazy_gettext("Navigation sur Internet"),
    "email": lazy_gettext("E-mail"),
    "bureautique": lazy_gettext("Bureautique"),
    "reseaux_sociaux": lazy_gettext("Réseaux sociaux, communication"),
    "sante": lazy_gettext("Santé"),
    "banque_et_achats_en_ligne": lazy_gettext("Banque et achats en ligne"),
    "entrepreneuriat": lazy_gettext("Accompagner un professionnel"),
    "insertion_professionnelle": lazy_gettext("Insertion professionnelle"),
    "securite_numerique": lazy_gettext("Prévention en sécurité numérique"),
    "parentalite": lazy_gettext("Parentalité"),
    "scolarite_et_numerique": lazy_gettext("Scolarité et numérique"),
    "creer_avec_le_numerique": lazy_gettext("Créer avec le numérique"),
    "culture_numerique": lazy_gettext("Culture numérique"),
    "intelligence_artificielle": lazy_gettext("Intelligence artificielle"),
    "aide_aux_demarches_administratives": lazy_gettext("Aide aux démarches administratives"),
    "papiers_elections_citoyennete": lazy_gettext("Démarche : papiers, élections, citoyenneté"),
    "famille_scolarite": lazy_gettext("Démarche : famille, scolarité"),
    "social_sante": lazy_gettext("Démarche : social, santé"),
    "travail_formation": lazy_gettext("Démarche : travail, formation, entreprise"),
    "logement": lazy_gettext("Démarche : logement"),
    "transports_mobilite": lazy_gettext("Démarche : transports, mobilité"),
    "argent_impots": lazy_gettext("Démarche : argent, impôts"),
    "justice": lazy_gettext("Démarche : justice"),
    "etrangers_europe": lazy_gettext("Démarche : étrangers, Europe"),
    "loisirs_sports_culture": lazy_gettext("Démarche : loisirs, sports, culture"),
    "associations": lazy_gettext("Démarche : associations"),
}
"""National codes (La Coop de la médiation numérique), as its reports expect them."""
PLAIN_THEMES = {
    "diagnostic_numerique": lazy_gettext("Faire le point"),
    "prendre_en_main_du_materiel": lazy_gettext("Ordinateur, téléphone, tablette"),
    "maintenance_de_materiel": lazy_gettext("Entretenir son appareil"),
    "gere_ses_contenus_numeriques": lazy_gettext("Photos et fichiers"),
    "navigation_sur_internet": lazy_gettext("Internet"),
    "bureautique": lazy_gettext("Textes et tableaux"),
    "reseaux_sociaux": lazy_gettext("Réseaux sociaux"),
    "entrepreneuriat": lazy_gettext("Professionnels"),
    "insertion_professionnelle": lazy_gettext("Chercher du travail"),
    "securite_numerique": lazy_gettext("Se protéger des arnaques"),
    "scolarite_et_numerique": lazy_gettext("École"),
    "aide_aux_demarches_administratives": lazy_gettext("Démarches en ligne"),
}
"""Where the national name is no plain word."""


def theme_word(code: str) -> str:
    return str(PLAIN_THEMES.get(code) or THEMES.get(code) or code)
