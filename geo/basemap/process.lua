-- What of OpenStreetMap is drawn, and in which layer. Names go in twice: as written (`name`), and in
-- Latin (`latin`) where that differs: as the map has it, else derived from the Cyrillic.

node_keys = { "place", "addr:housenumber", "amenity=police", "amenity=hospital", "amenity=fire_station", "railway=station", "amenity=school" }

local places = {
  city = 4, town = 8, village = 10, hamlet = 12,
  suburb = 11, borough = 11, quarter = 12, neighbourhood = 13, locality = 14, island = 12
}
local ranks = {
  city = 1, town = 2, village = 3, hamlet = 4,
  suburb = 5, borough = 5, quarter = 6, neighbourhood = 7, locality = 8, island = 8
}
local pois = { police = 1, hospital = 2, fire_station = 3, school = 6 }

-- Three classes of road by three greys, and small ones below them.
local main = { motorway = true, trunk = true, primary = true }
local middle = { secondary = true, tertiary = true }
local small = { unclassified = true, residential = true, living_street = true, pedestrian = true, road = true, service = true }
local path = { footway = true, path = true, cycleway = true, track = true, steps = true, bridleway = true }

local green = { park = true, garden = true, recreation_ground = true, village_green = true, forest = true, wood = true,
  grass = true, meadow = true, cemetery = true, grave_yard = true, nature_reserve = true, scrub = true, orchard = true, vineyard = true }
local built = { residential = true, commercial = true, retail = true, industrial = true, military = true, railway = true }

function init_function() end
function exit_function() end

local letters = {
  ["А"] = "A", ["Б"] = "B", ["В"] = "V", ["Г"] = "G", ["Д"] = "D", ["Ђ"] = "Đ", ["Е"] = "E", ["Ж"] = "Ž", ["З"] = "Z",
  ["И"] = "I", ["Ј"] = "J", ["К"] = "K", ["Л"] = "L", ["Љ"] = "Lj", ["М"] = "M", ["Н"] = "N", ["Њ"] = "Nj", ["О"] = "O",
  ["П"] = "P", ["Р"] = "R", ["С"] = "S", ["Т"] = "T", ["Ћ"] = "Ć", ["У"] = "U", ["Ф"] = "F", ["Х"] = "H", ["Ц"] = "C",
  ["Ч"] = "Č", ["Џ"] = "Dž", ["Ш"] = "Š",
  ["а"] = "a", ["б"] = "b", ["в"] = "v", ["г"] = "g", ["д"] = "d", ["ђ"] = "đ", ["е"] = "e", ["ж"] = "ž", ["з"] = "z",
  ["и"] = "i", ["ј"] = "j", ["к"] = "k", ["л"] = "l", ["љ"] = "lj", ["м"] = "m", ["н"] = "n", ["њ"] = "nj", ["о"] = "o",
  ["п"] = "p", ["р"] = "r", ["с"] = "s", ["т"] = "t", ["ћ"] = "ć", ["у"] = "u", ["ф"] = "f", ["х"] = "h", ["ц"] = "c",
  ["ч"] = "č", ["џ"] = "dž", ["ш"] = "š"
}

function to_latin(text)
  return (text:gsub("[\208\209][\128-\191]", letters))
end

function set_name(object)
  local name = object:Find("name")
  object:Attribute("name", name)
  local latin = object:Find("name:sr-Latn")
  if latin == "" then latin = to_latin(name) end
  if latin ~= name then object:Attribute("latin", latin) end
end

function set_number(object)
  local number = object:Find("addr:housenumber")
  if number ~= "" then
    object:LayerAsCentroid("house_number")
    object:Attribute("number", number)
  end
end

function set_poi(object, as_centroid)
  local kind = object:Find("amenity")
  local rank = pois[kind]
  if object:Find("railway") == "station" then kind, rank = "station", 4 end
  if rank == nil then return end
  if as_centroid then object:LayerAsCentroid("poi") else object:Layer("poi", false) end
  object:Attribute("class", kind)
  object:AttributeNumeric("rank", rank)
  if object:Find("name") ~= "" then set_name(object) end
end

function node_function(node)
  local place = node:Find("place")
  if places[place] and node:Find("name") ~= "" then
    if ranks[place] <= 4 then node:Layer("place_name", false) else node:Layer("quarter_name", false) end
    set_name(node)
    node:Attribute("class", place)
    node:AttributeNumeric("rank", ranks[place])
    node:MinZoom(places[place])
  end
  local number = node:Find("addr:housenumber")
  if number ~= "" then
    node:Layer("house_number", false)
    node:Attribute("number", number)
  end
  set_poi(node, false)
end

function road(way, highway)
  local class = highway:gsub("_link$", "")
  local is_link = class ~= highway
  local layer, name_layer, group
  if main[class] then layer, name_layer, group = "road", "road_name", "main"
  elseif middle[class] then layer, name_layer, group = "road_middle", "road_name", "middle"
  elseif small[class] then layer, name_layer, group = "road_small", "road_name_small", "small"
  elseif path[class] then layer, group = "path", "path"
  else return end
  if class == "service" and way:Find("service") ~= "" and way:Find("service") ~= "alley" then group = "path" end
  way:Layer(layer, false)
  way:Attribute("group", group)
  way:Attribute("class", class)
  if is_link then way:AttributeBoolean("link", true) end
  local bridge, tunnel = way:Find("bridge"), way:Find("tunnel")
  if bridge ~= "" and bridge ~= "no" then way:AttributeBoolean("bridge", true) end
  if tunnel ~= "" and tunnel ~= "no" then way:AttributeBoolean("tunnel", true) end
  if way:Find("oneway") == "yes" then way:AttributeBoolean("oneway", true) end
  if name_layer and not is_link and way:Find("name") ~= "" then
    way:Layer(name_layer, false)
    set_name(way)
    way:Attribute("group", group)
  end
end

function water(way)
  local natural, waterway, landuse = way:Find("natural"), way:Find("waterway"), way:Find("landuse")
  if natural == "water" or waterway == "riverbank" or landuse == "reservoir" or landuse == "basin" then
    if way:IsClosed() then
      way:Layer("water", true)
      if way:Find("name") ~= "" then
        way:LayerAsCentroid("water_name")
        set_name(way)
      end
    end
  elseif waterway == "river" or waterway == "canal" then
    way:Layer("waterway", false)
    way:Attribute("class", waterway)
    if way:Find("name") ~= "" then
      way:Layer("water_name", false)
      set_name(way)
    end
  elseif waterway == "stream" or waterway == "ditch" or waterway == "drain" then
    way:Layer("waterway_small", false)
    way:Attribute("class", waterway)
  end
end

function land(way)
  local kind = way:Find("landuse")
  if kind == "" then kind = way:Find("leisure") end
  if kind == "" then kind = way:Find("natural") end
  if kind == "" and way:Find("amenity") == "grave_yard" then kind = "grave_yard" end
  if green[kind] then
    way:Layer("park", true)
    way:Attribute("class", "green")
  elseif built[kind] then
    way:Layer("landuse", true)
    way:Attribute("class", "built")
  end
end

function way_function(way)
  local highway = way:Find("highway")
  if highway ~= "" and way:Find("area") ~= "yes" then road(way, highway) end
  local railway = way:Find("railway")
  if railway == "rail" or railway == "light_rail" or railway == "tram" then
    way:Layer("rail", false)
    way:Attribute("class", railway)
  end
  water(way)
  if way:IsClosed() then
    land(way)
    local building = way:Find("building")
    if building ~= "" and building ~= "no" then way:Layer("building", true) end
    set_number(way)
    set_poi(way, true)
  end
  if way:Find("boundary") == "administrative" and tonumber(way:Find("admin_level")) and tonumber(way:Find("admin_level")) <= 6 then
    way:Layer("boundary", false)
    way:AttributeNumeric("level", tonumber(way:Find("admin_level")))
  end
end
