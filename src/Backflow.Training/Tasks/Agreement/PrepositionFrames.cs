using static Backflow.Training.Tasks.Agreement.NounClass;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>Which prepositional phrase fits which noun. A row that stands twice is drawn twice as often.</summary>
internal static class PrepositionFrames
{
    private static readonly PrepositionFrame[] AllFrames =
    [
        Frame(Person, "near", Person | Vehicle | Building | Landmark | Water),
        Frame(Person, "behind", Person | Vehicle | Building | Landmark),
        Frame(Person, "beside", Person | Animal | Vehicle),
        Frame(Person, "with", Animal | Item | Container),
        Frame(Person, "from", Area | Building),
        Frame(Person, "in", Building | Vehicle | Area, singularOnly: true),
        Frame(Person, "on", Boat, singularOnly: true),
        Frame(Kin, "of", Person),
        Frame(Kin, "of", Person),
        Frame(Kin, "of", Person),

        Frame(Animal, "near", Person | Building | Water | Landmark),
        Frame(Animal, "behind", Building | Landmark | Vehicle),
        Frame(Animal, "beside", Person | Animal | Vehicle),
        Frame(Animal, "from", Area),
        Frame(Animal, "of", Person),
        Frame(Animal, "in", Area, singularOnly: true),

        Frame(Document, "about", Person | Animal | Area | Building | Boat),
        Frame(Document, "about", Person | Animal | Area | Building | Boat),
        Frame(Document, "from", Person),
        Frame(Document, "for", Person),
        Frame(Document, "on", Surface, singularOnly: true),
        Frame(Document, "in", Container, singularOnly: true),

        Frame(Picture, "of", Person | Animal | Building | Landmark | Boat | Area),
        Frame(Picture, "of", Person | Animal | Building | Landmark | Boat | Area),
        Frame(Picture, "from", Person),
        Frame(Picture, "above", Surface),
        Frame(Picture, "in", Building, singularOnly: true),

        Frame(Item, "near", Item | Container),
        Frame(Item, "beside", Item | Container),
        Frame(Item, "of", Person),
        Frame(Item, "for", Person),
        Frame(Item, "on", Surface, singularOnly: true),
        Frame(Item, "in", Container, singularOnly: true),

        Frame(Key, "to", Container | Building),
        Frame(Key, "to", Container | Building),
        Frame(Key, "to", Container | Building),
        Frame(Key, "of", Person),
        Frame(Key, "on", Surface, singularOnly: true),

        Frame(Container, "near", Container | Surface),
        Frame(Container, "behind", Surface),
        Frame(Container, "with", Item),
        Frame(Container, "of", Person),
        Frame(Container, "for", Person),
        Frame(Container, "on", Surface, singularOnly: true),
        Frame(Container, "in", Building | Vehicle, singularOnly: true),

        Frame(Surface, "near", Surface | Container),
        Frame(Surface, "behind", Surface | Container),
        Frame(Surface, "with", Item | Container),
        Frame(Surface, "of", Person),
        Frame(Surface, "in", Building, singularOnly: true),

        Frame(Vehicle, "near", Building | Landmark | Water),
        Frame(Vehicle, "behind", Vehicle | Building | Landmark),
        Frame(Vehicle, "beside", Vehicle | Building),
        Frame(Vehicle, "with", Container),
        Frame(Vehicle, "from", Area),
        Frame(Vehicle, "of", Person),

        Frame(Boat, "near", Landmark),
        Frame(Boat, "behind", Boat),
        Frame(Boat, "with", Container | Animal),
        Frame(Boat, "from", Area),
        Frame(Boat, "of", Person),
        Frame(Boat, "on", Water, singularOnly: true),

        Frame(Building, "near", Building | Landmark | Water | Area),
        Frame(Building, "behind", Building | Landmark),
        Frame(Building, "beside", Building | Water),
        Frame(Building, "in", Area, singularOnly: true),

        Frame(Area, "near", Water | Landmark | Building),
        Frame(Area, "behind", Landmark | Building),
        Frame(Area, "beyond", Landmark | Water),
        Frame(Area, "around", Water),
        Frame(Area, "with", Building),

        Frame(Landmark, "near", Building | Water | Landmark),
        Frame(Landmark, "behind", Building),
        Frame(Landmark, "beyond", Water),
        Frame(Landmark, "in", Area, singularOnly: true),

        Frame(Water, "near", Area | Building | Landmark),
        Frame(Water, "behind", Landmark | Building),
        Frame(Water, "beyond", Landmark | Area),
        Frame(Water, "in", Area, singularOnly: true),
    ];

    private static readonly Dictionary<(NounClass Head, GrammaticalNumber Number), PrepositionFrame[]> Modifiers =
        Group(_ => true);

    private static readonly Dictionary<(NounClass Head, GrammaticalNumber Number), PrepositionFrame[]> Predicates =
        Group(frame => frame.IsPredicate);

    /// <summary>The phrases that can follow a noun.</summary>
    /// <param name="head">The noun's class.</param>
    /// <param name="number">The number of the noun inside the phrase.</param>
    /// <returns>At least one frame.</returns>
    public static PrepositionFrame[] Modifying(NounClass head, GrammaticalNumber number) => Modifiers[(head, number)];

    /// <summary>The phrases that can follow "is" or "are".</summary>
    /// <param name="head">The subject's class.</param>
    /// <param name="number">The number of the noun inside the phrase.</param>
    /// <returns>No frame for a class without one.</returns>
    public static PrepositionFrame[] Predicating(NounClass head, GrammaticalNumber number) =>
        Predicates[(head, number)];

    private static PrepositionFrame Frame(
        NounClass heads, string preposition, NounClass objects, bool singularOnly = false) =>
        new(heads, preposition, NounLexicon.Of(objects), singularOnly);

    private static Dictionary<(NounClass Head, GrammaticalNumber Number), PrepositionFrame[]> Group(
        Predicate<PrepositionFrame> isWanted)
    {
        Dictionary<(NounClass Head, GrammaticalNumber Number), PrepositionFrame[]> groups = [];
        for (NounClass head = Professional; head <= Water; head = (NounClass)((int)head << 1))
        {
            foreach (GrammaticalNumber number in Enum.GetValues<GrammaticalNumber>())
            {
                groups[(head, number)] = Array.FindAll(
                    AllFrames,
                    frame => (frame.Heads & head) != 0
                        && isWanted(frame)
                        && (number == GrammaticalNumber.Singular || !frame.SingularOnly));
            }
        }

        return groups;
    }
}
