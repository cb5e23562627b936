"""Points of interest worth finding: their OSM tags, what to call one without a name, and what people call the kind."""

from dataclasses import dataclass

from geo.rules.text import search_key


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of point of interest; `weight` decides among equals, `words` are what a caller may say."""

    tag: str
    name: str
    weight: int
    words: tuple[str, ...] = ()


CATEGORIES = (
    Category("amenity=police", "Полиција", 30, ("policija", "policijska stanica", "mup", "sup", "police")),
    Category("amenity=hospital", "Болница", 28, ("bolnica", "bolnišnica", "klinički centar", "hospital")),
    Category("amenity=fire_station", "Ватрогасна станица", 26, ("vatrogasci", "gasilci", "fire station")),
    Category("railway=station", "Железничка станица", 26, ("železnička stanica", "voz", "railway station")),
    Category("amenity=bus_station", "Аутобуска станица", 26, ("autobuska stanica", "bus station")),
    Category("amenity=clinic", "Дом здравља", 22, ("dom zdravlja", "hitna pomoć", "ambulanta", "clinic")),
    Category("amenity=townhall", "Општина", 20, ("opština", "gradska kuća", "town hall")),
    Category("amenity=courthouse", "Суд", 20, ("sud", "sodišče", "court")),
    Category("barrier=border_control", "Гранични прелаз", 26, ("granični prelaz", "mejni prehod", "border crossing")),
    Category("amenity=university", "Факултет", 18, ("fakultet", "univerzitet", "university")),
    Category("amenity=school", "Школа", 18, ("škola", "šola", "school")),
    Category("amenity=kindergarten", "Вртић", 14, ("vrtić", "obdanište", "vrtec", "kindergarten")),
    Category("amenity=place_of_worship", "Црква", 14, ("crkva", "cerkev", "church")),
    Category("amenity=pharmacy", "Апотека", 12, ("apoteka", "lekarna", "pharmacy")),
    Category(
        "amenity=fuel", "Бензинска пумпа", 16, ("benzinska pumpa", "pumpa", "bencinska črpalka", "petrol station")
    ),
    Category("amenity=bank", "Банка", 12, ("banka", "bank")),
    Category("amenity=post_office", "Пошта", 14, ("pošta", "post office")),
    Category("amenity=marketplace", "Пијаца", 16, ("pijaca", "tržnica", "market")),
    Category("amenity=theatre", "Позориште", 16, ("pozorište", "gledališče", "theatre")),
    Category("amenity=cinema", "Биоскоп", 14, ("bioskop", "kino", "cinema")),
    Category("amenity=library", "Библиотека", 12, ("biblioteka", "knjižnica", "library")),
    Category("amenity=restaurant", "Ресторан", 8, ("restoran", "restaurant")),
    Category("amenity=cafe", "Кафић", 8, ("kafić", "kafana", "cafe")),
    Category("amenity=fast_food", "Брза храна", 6, ("brza hrana", "fast food")),
    Category("amenity=bar", "Бар", 8, ("bar",)),
    Category("amenity=pub", "Паб", 8, ("pab", "pub")),
    Category("amenity=nightclub", "Ноћни клуб", 12, ("noćni klub", "diskoteka", "nightclub")),
    Category("amenity=parking", "Паркинг", 4, ("parking", "parkirališče")),
    Category("amenity=grave_yard", "Гробље", 10, ("groblje", "pokopališče", "cemetery")),
    Category("landuse=cemetery", "Гробље", 10, ("groblje", "pokopališče", "cemetery")),
    Category("leisure=park", "Парк", 14, ("park",)),
    Category("leisure=stadium", "Стадион", 18, ("stadion", "stadium")),
    Category("leisure=sports_centre", "Спортски центар", 14, ("sportski centar", "hala", "sports centre")),
    Category("tourism=hotel", "Хотел", 14, ("hotel",)),
    Category("tourism=museum", "Музеј", 14, ("muzej", "museum")),
    Category("shop=mall", "Тржни центар", 18, ("tržni centar", "šoping centar", "mall")),
    Category("shop=supermarket", "Самопослуга", 10, ("samoposluga", "prodavnica", "supermarket")),
    Category("man_made=bridge", "Мост", 18, ("most", "bridge")),
    Category("historic=monument", "Споменик", 8, ("spomenik", "monument")),
)
BY_TAG = {category.tag: category for category in CATEGORIES}
KEYS = tuple({category.tag.split("=")[0] for category in CATEGORIES})

# Every word for a kind, folded, to its tags.
BY_WORD: dict[str, list[str]] = {}
for _category in CATEGORIES:
    for _word in (*_category.words, _category.name):
        tags = BY_WORD.setdefault(search_key(_word), [])
        if _category.tag not in tags:
            tags.append(_category.tag)
# Named things of other kinds may be found too (shops, offices), below all of these.
OTHER_WEIGHT = 2
OTHER_KEYS = ("amenity", "shop", "tourism", "leisure", "office", "healthcare", "historic", "man_made", "railway")
# What nobody would call for, and clutters the list.
SKIPPED = frozenset(
    {
        "amenity=bench", "amenity=waste_basket", "amenity=parking_space", "amenity=vending_machine",
        "amenity=bicycle_parking", "amenity=recycling", "amenity=parking_entrance", "amenity=post_box",
        "railway=switch", "railway=signal", "railway=level_crossing", "railway=crossing", "railway=rail",
        "railway=platform", "railway=buffer_stop", "leisure=garden", "leisure=pitch", "railway=railway_crossing",
        "man_made=surveillance", "man_made=street_cabinet", "railway=abandoned", "railway=disused",
    }
)  # fmt: skip
