namespace Backflow.Training.Tasks.Agreement;

/// <summary>The nouns, by class.</summary>
/// <remarks>
/// No noun is spelled like a form of a verb in the lexicon ("watch", "guard"), so that a reader and a test can
/// tell the two apart without a parse; none has the same form in both numbers ("sheep").
/// </remarks>
internal static class NounLexicon
{
    private static readonly Noun[] AllNouns =
    [
        .. Parse(
            NounClass.Professional,
            "doctor nurse teacher student farmer pilot author critic actor singer lawyer judge sailor captain baker"
            + " painter musician dancer engineer poet gardener waiter soldier butcher reporter scientist hunter"
            + " tailor"),
        .. Parse(
            NounClass.Folk,
            "child/children man/men woman/women boy girl king queen prince princess knight stranger traveller"),
        .. Parse(
            NounClass.Kin,
            "friend neighbour uncle aunt brother sister cousin nephew niece daughter son colleague"),
        .. Parse(
            NounClass.Animal,
            "dog cat horse bird fox wolf/wolves mouse/mice goose/geese cow goat rabbit owl elephant eagle pony monkey"
            + " donkey otter hen bear lion tiger"),
        .. Parse(NounClass.Document, "book letter report poem story article essay novel diary message note magazine"),
        .. Parse(NounClass.Picture, "picture painting photograph drawing portrait sketch poster postcard"),
        .. Parse(
            NounClass.Item,
            "coin cup knife/knives lamp brush pen candle umbrella apple orange egg plate bottle hat toy button spoon"
            + " glove ticket necklace mirror clock violin scarf/scarves cake onion"),
        .. Parse(NounClass.Key, "key"),
        .. Parse(NounClass.Container, "box basket cabinet drawer cupboard bag suitcase chest jar crate barrel"),
        .. Parse(NounClass.Surface, "table shelf/shelves desk bench counter chair stool sofa"),
        .. Parse(NounClass.Vehicle, "car truck bus van taxi tractor bicycle wagon carriage train motorcycle ambulance"),
        .. Parse(NounClass.Boat, "boat ship ferry canoe yacht raft barge"),
        .. Parse(
            NounClass.Building,
            "house school church hotel library factory office museum castle shop station bakery hospital theatre palace"
            + " inn"),
        .. Parse(
            NounClass.Area,
            "garden field forest valley village city park harbour market meadow square orchard"),
        .. Parse(
            NounClass.Landmark,
            "tree hill wall tower fence bridge fountain statue gate mountain lighthouse windmill"),
        .. Parse(NounClass.Water, "lake river canal pond stream bay"),
    ];

    /// <summary>Every noun of some classes, in the order of the lexicon.</summary>
    /// <param name="classes">One class or several.</param>
    /// <returns>At least one noun.</returns>
    public static Noun[] Of(NounClass classes) => Array.FindAll(AllNouns, noun => (noun.Class & classes) != 0);

    // "box child/children": an irregular plural follows a slash.
    private static Noun[] Parse(NounClass nounClass, string words)
    {
        string[] entries = words.Split(' ');
        Noun[] nouns = new Noun[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            string[] forms = entries[i].Split('/');
            nouns[i] = new Noun(nounClass, forms[0], forms.Length == 2 ? forms[1] : Inflection.AddS(forms[0]));
        }

        return nouns;
    }
}
