"""Metz's nine mairies de quartier and six médiathèques, as examples. The names are facts; the rest is not.

Verified (shared/reference/metz-places.md): the names, the building that the two of Sablon share and its lift, the
hours of Verlaine from September to June, the building of Borny's town hall. Addresses « rue de l’Exemple » and
phones (a range reserved for fiction) are invented so that nobody takes them for real.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cnapp.services.demo.hours import AGORA, BORNY, LIBRARY, SMALL_TOWN_HALL, TOWN_HALL, VERLAINE, Timetable

DOCTOR, WRITER = "Docteur numérique", "Écrivain public numérique"
OPEN_SINCE = date(2021, 3, 1)


@dataclass(frozen=True)
class Example:
    """A place of the demonstration. `at`: rough kilometres east and north of the cathedral, for travel only."""

    slug: str
    name: str
    address: str
    postcode: str
    way_in: str
    at: tuple[float, float]
    hours: Timetable
    step_free: bool | None = None
    hearing_loop: bool | None = None
    services: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    building: str | None = None
    since: date = OPEN_SINCE

    @property
    def is_library(self) -> bool:
        return self.slug.startswith("mediatheque")


EXAMPLES = (
    Example(
        "mairie-borny",
        "Mairie de quartier de Borny",
        "Pôle des Lauriers, 3 bis rue d’Anjou",
        "57070",
        "Bus ligne A, arrêt Exemple-Anjou. Entrez par le hall du pôle : le bureau est au fond à droite.",
        (3.2, -0.8),
        BORNY,
        step_free=True,
        rooms=("Bureau 2",),
        since=date(2023, 8, 24),
    ),
    Example(
        "mairie-sablon",
        "Mairie de quartier du Sablon",
        "4 rue des Robert",
        "57000",
        "Bus ligne 3, arrêt Exemple-Robert. Même entrée que la médiathèque, guichet de gauche.",
        (0.0, -1.8),
        TOWN_HALL,
        step_free=True,
        rooms=("Bureau du rez-de-chaussée",),
        building="sablon",
    ),
    Example(
        "mairie-patrotte",
        "Mairie de quartier de La Patrotte / Metz-Nord",
        "6 rue de l’Exemple, La Patrotte",
        "57050",
        "Bus ligne B, arrêt Exemple-Patrotte. Sonnez à l’accueil, puis deuxième porte.",
        (-0.6, 2.6),
        TOWN_HALL,
        step_free=True,
        rooms=("Bureau 1", "Bureau 2"),
    ),
    Example(
        "mairie-queuleu",
        "Mairie de quartier de Queuleu",
        "12 rue de l’Exemple, Queuleu",
        "57070",
        "Bus ligne 5, arrêt Exemple-Queuleu. Trois marches devant la porte : sonnez, on vient vous aider.",
        (1.8, -1.5),
        TOWN_HALL,
        step_free=False,
        hearing_loop=True,
        rooms=("Bureau 1",),
    ),
    Example(
        "mairie-bellecroix",
        "Mairie de quartier de Bellecroix",
        "3 place de l’Exemple, Bellecroix",
        "57070",
        "Bus ligne 2, arrêt Exemple-Bellecroix. Entrée sous les arcades.",
        (2.0, 0.7),
        TOWN_HALL,
        step_free=True,
        rooms=("Bureau 3",),
    ),
    Example(
        "mairie-devant-les-ponts",
        "Mairie de quartier de Devant-les-Ponts",
        "8 avenue de l’Exemple, Devant-les-Ponts",
        "57050",
        "Bus ligne 4, arrêt Exemple-Ponts. Entrée par le parking.",
        (-1.6, 1.2),
        SMALL_TOWN_HALL,
        since=date(2021, 2, 1),
    ),
    Example(
        "mairie-magny",
        "Mairie de quartier de Magny",
        "5 rue de l’Exemple, Magny",
        "57000",
        "Bus ligne 1, arrêt Exemple-Magny. Entrée à côté de l’école.",
        (1.2, -3.6),
        SMALL_TOWN_HALL,
        since=date(2021, 4, 1),
    ),
    Example(
        "mairie-grange-aux-bois",
        "Mairie de quartier de La Grange-aux-Bois",
        "2 allée de l’Exemple, La Grange-aux-Bois",
        "57070",
        "Bus ligne A, arrêt Exemple-Grange. Au centre commercial, première porte vitrée.",
        (4.8, -2.2),
        SMALL_TOWN_HALL,
        step_free=True,
        since=date(2021, 4, 1),
    ),
    Example(
        "mairie-vallieres",
        "Mairie de quartier de Vallières",
        "9 rue de l’Exemple, Vallières",
        "57070",
        "Bus ligne 5, arrêt Exemple-Vallières. Maison au fond de la cour.",
        (3.6, 1.3),
        SMALL_TOWN_HALL,
        since=date(2021, 7, 1),
    ),
    Example(
        "mediatheque-verlaine",
        "Médiathèque Verlaine",
        "1 parvis de l’Exemple, Pontiffroy",
        "57000",
        "Bus ligne 3, arrêt Exemple-Pontiffroy. Demandez L’Arob@se à l’accueil.",
        (-0.2, 0.8),
        VERLAINE,
        step_free=True,
        hearing_loop=True,
        services=(DOCTOR, WRITER),
        rooms=("L’Arob@se", "Salle de travail 2"),
    ),
    Example(
        "mediatheque-sablon",
        "Médiathèque du Sablon",
        "4 rue des Robert",
        "57000",
        "Bus ligne 3, arrêt Exemple-Robert. Même entrée que la mairie de quartier, ascenseur jusqu’au premier étage.",
        (0.0, -1.8),
        LIBRARY,
        step_free=True,
        services=(DOCTOR,),
        rooms=("Espace multimédia",),
        building="sablon",
    ),
    Example(
        "mediatheque-agora",
        "Médiathèque L’Agora",
        "14 avenue de l’Exemple, Metz-Nord",
        "57050",
        "Bus ligne B, arrêt Exemple-Agora. Deux accueils dans le hall : prenez celui de droite.",
        (-0.4, 2.9),
        AGORA,
        step_free=True,
        services=(DOCTOR, WRITER),
        rooms=("Espace numérique",),
    ),
    Example(
        "mediatheque-jean-mace",
        "Médiathèque Jean-Macé (lieu provisoire)",
        "Centre du Bon Pasteur, allée de l’Exemple, Borny",
        "57070",
        "Bus ligne A, arrêt Exemple-Pasteur. Lieu provisoire : suivez les panneaux « Borny to be alive ».",
        (3.5, -0.5),
        LIBRARY,
        services=(DOCTOR,),
        rooms=("Petite salle",),
        since=date(2023, 8, 22),
    ),
    Example(
        "mediatheque-magny",
        "Médiathèque de Magny",
        "7 rue de l’Exemple, Magny",
        "57000",
        "Bus ligne 1, arrêt Exemple-Magny. Au premier étage ; nous n’avons pas vérifié l’ascenseur.",
        (1.3, -3.5),
        LIBRARY,
        services=(DOCTOR,),
    ),
    Example(
        "mediatheque-bellecroix",
        "Médiathèque de Bellecroix",
        "10 place de l’Exemple, Bellecroix",
        "57070",
        "Bus ligne 2, arrêt Exemple-Bellecroix. Entrée par le jardin, rampe à gauche.",
        (2.1, 0.8),
        LIBRARY,
        step_free=True,
        services=(DOCTOR,),
        rooms=("Salle des revues",),
    ),
)
