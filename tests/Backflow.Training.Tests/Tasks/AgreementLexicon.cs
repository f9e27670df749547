namespace Backflow.Training.Tests.Tasks;

/// <summary>
/// Every form of every noun and verb, spelled out: it shares no rule with the grammar that it checks.
/// </summary>
internal static class AgreementLexicon
{
    private const string NounForms =
        """
        actor:actors ambulance:ambulances apple:apples article:articles aunt:aunts author:authors bag:bags
        baker:bakers bakery:bakeries barge:barges barrel:barrels basket:baskets bay:bays bear:bears
        bench:benches bicycle:bicycles bird:birds boat:boats book:books bottle:bottles box:boxes boy:boys
        bridge:bridges brother:brothers brush:brushes bus:buses butcher:butchers button:buttons cabinet:cabinets
        cake:cakes canal:canals candle:candles canoe:canoes captain:captains car:cars carriage:carriages
        castle:castles cat:cats chair:chairs chest:chests child:children church:churches city:cities
        clock:clocks coin:coins colleague:colleagues counter:counters cousin:cousins cow:cows crate:crates
        critic:critics cup:cups cupboard:cupboards dancer:dancers daughter:daughters desk:desks diary:diaries
        doctor:doctors dog:dogs donkey:donkeys drawer:drawers drawing:drawings eagle:eagles egg:eggs
        elephant:elephants engineer:engineers essay:essays factory:factories farmer:farmers fence:fences
        ferry:ferries field:fields forest:forests fountain:fountains fox:foxes friend:friends garden:gardens
        gardener:gardeners gate:gates girl:girls glove:gloves goat:goats goose:geese harbour:harbours hat:hats
        hen:hens hill:hills horse:horses hospital:hospitals hotel:hotels house:houses hunter:hunters inn:inns
        jar:jars judge:judges key:keys king:kings knife:knives knight:knights lake:lakes lamp:lamps
        lawyer:lawyers letter:letters library:libraries lighthouse:lighthouses lion:lions magazine:magazines
        man:men market:markets meadow:meadows message:messages mirror:mirrors monkey:monkeys
        motorcycle:motorcycles mountain:mountains mouse:mice museum:museums musician:musicians
        necklace:necklaces neighbour:neighbours nephew:nephews niece:nieces note:notes novel:novels nurse:nurses
        office:offices onion:onions orange:oranges orchard:orchards otter:otters owl:owls painter:painters
        painting:paintings palace:palaces park:parks pen:pens photograph:photographs picture:pictures
        pilot:pilots plate:plates poem:poems poet:poets pond:ponds pony:ponies portrait:portraits
        postcard:postcards poster:posters prince:princes princess:princesses queen:queens rabbit:rabbits
        raft:rafts report:reports reporter:reporters river:rivers sailor:sailors scarf:scarves school:schools
        scientist:scientists shelf:shelves ship:ships shop:shops singer:singers sister:sisters sketch:sketches
        sofa:sofas soldier:soldiers son:sons spoon:spoons square:squares station:stations statue:statues
        stool:stools story:stories stranger:strangers stream:streams student:students suitcase:suitcases
        table:tables tailor:tailors taxi:taxis teacher:teachers theatre:theatres ticket:tickets tiger:tigers
        tower:towers toy:toys tractor:tractors train:trains traveller:travellers tree:trees truck:trucks
        umbrella:umbrellas uncle:uncles valley:valleys van:vans village:villages violin:violins wagon:wagons
        waiter:waiters wall:walls windmill:windmills wolf:wolves woman:women yacht:yachts
        """;

    private const string VerbForms =
        """
        admires:admire amuses:amuse arrives:arrive attracts:attract avoids:avoid belongs:belong borders:border
        builds:build buys:buy carries:carry changes:change chases:chase cleans:clean closes:close
        contains:contain coughs:cough creaks:creak cries:cry crosses:cross dances:dance depicts:depict
        describes:describe disappears:disappear draws:draw dreams:dream drifts:drift drinks:drink eats:eat
        enters:enter explores:explore faces:face falls:fall fears:fear feeds:feed finds:find fits:fit
        floats:float flourishes:flourish follows:follow freezes:freeze glitters:glitter greets:greet grows:grow
        has:have hears:hear helps:help holds:hold impresses:impress interests:interest invites:invite is:are
        jumps:jump keeps:keep knows:know laughs:laugh leaves:leave likes:like looks:look loves:love
        matters:matter mentions:mention moves:move needs:need opens:open overlooks:overlook owns:own
        paints:paint passes:pass pleases:please praises:praise reaches:reach reads:read remains:remain
        remembers:remember repairs:repair rests:rest rises:rise runs:run seems:seem sees:see sells:sell
        shakes:shake shows:show sings:sing sinks:sink sleeps:sleep smiles:smile sneezes:sneeze stops:stop
        supports:support surprises:surprise thanks:thank travels:travel trusts:trust turns:turn vanishes:vanish
        visits:visit waits:wait wants:want washes:wash watches:watch whispers:whisper wobbles:wobble works:work
        writes:write
        """;

    /// <summary>Whether a noun form is plural.</summary>
    public static readonly Dictionary<string, bool> NounIsPlural = Read(NounForms);

    /// <summary>Whether a verb form agrees with a plural.</summary>
    public static readonly Dictionary<string, bool> VerbIsPlural = Read(VerbForms);

    /// <summary>The form of the same verb for the other number.</summary>
    public static readonly Dictionary<string, string> OtherVerbForm = ReadPairs(VerbForms);

    private static string[] Entries(string forms) =>
        forms.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, bool> Read(string forms)
    {
        Dictionary<string, bool> isPlural = [];
        foreach (string entry in Entries(forms))
        {
            string[] pair = entry.Split(':');
            isPlural.Add(pair[0], false);
            isPlural.Add(pair[1], true);
        }

        return isPlural;
    }

    private static Dictionary<string, string> ReadPairs(string forms)
    {
        Dictionary<string, string> others = [];
        foreach (string entry in Entries(forms))
        {
            string[] pair = entry.Split(':');
            others.Add(pair[0], pair[1]);
            others.Add(pair[1], pair[0]);
        }

        return others;
    }
}
