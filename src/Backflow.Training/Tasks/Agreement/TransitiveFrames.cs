using static Backflow.Training.Tasks.Agreement.NounClass;

namespace Backflow.Training.Tasks.Agreement;

/// <summary>Which verb fits between which nouns; used by main clauses and by both kinds of relative clause.</summary>
internal static class TransitiveFrames
{
    private static readonly TransitiveFrame[] AllFrames =
    [
        Frame(Person, "admire help know trust follow thank visit greet remember praise avoid invite", Person),
        Frame(Person, "admire help know trust follow thank visit greet remember praise avoid invite", Person),
        Frame(Person, "feed watch follow love find hear see own", Animal),
        Frame(Person, "read write keep need sell buy like", Document),
        Frame(Person, "buy sell admire like keep need", Picture),
        Frame(Person, "buy sell need find carry clean want have/has", Item),
        Frame(Person, "need find carry want have/has", Key),
        Frame(Person, "open close carry need buy move", Container),
        Frame(Person, "clean paint repair buy need move", Surface),
        Frame(Person, "own repair wash need sell buy see", Vehicle),
        Frame(Person, "own repair build wash see sell", Boat),
        Frame(Person, "visit know leave own like enter describe", Building),
        Frame(Person, "visit know leave love explore describe", Area),
        Frame(Person, "see know draw like reach describe", Landmark | Water),

        Frame(Animal, "chase follow watch hear fear avoid see", Animal),
        Frame(Animal, "follow watch hear fear trust avoid see", Person),

        Frame(Document, "describe mention", Person | Animal | Area | Building | Boat),
        Frame(Document | Picture, "amuse please surprise interest", Person),
        Frame(Picture, "show depict", Person | Animal | Landmark | Building | Boat | Area),

        Frame(Document | Picture | Item | Key | Container | Surface | Vehicle | Boat, "belong", Person, particle: "to"),
        Frame(Item, "please", Person),
        Frame(Key, "open fit", Container | Building),
        Frame(Container, "hold contain", Item),
        Frame(Surface, "hold support", Item | Container),

        Frame(Vehicle | Boat, "carry", Person | Container),
        Frame(Vehicle, "pass", Building | Landmark | Vehicle),
        Frame(Boat, "pass follow", Boat),
        Frame(Boat, "cross", Water),

        Frame(Building, "overlook face", Water | Area),
        Frame(Building | Area | Landmark | Water, "attract please impress", Person),
        Frame(Landmark, "face", Building | Water),
        Frame(Water, "border", Area),
    ];

    private static readonly Dictionary<NounClass, TransitiveFrame[]> BySubject =
        Group((frame, subject) => (frame.SubjectClasses & subject) != 0);

    private static readonly Dictionary<NounClass, TransitiveFrame[]> ByObject =
        Group((frame, target) => (frame.ObjectClasses & target) != 0 && frame.Particle is null);

    /// <summary>The frames whose subject can be a noun.</summary>
    /// <param name="subject">The noun's class.</param>
    /// <returns>At least one frame.</returns>
    public static TransitiveFrame[] WithSubject(NounClass subject) => BySubject[subject];

    /// <summary>The frames whose object can be a noun, without those that have a particle.</summary>
    /// <param name="grammaticalObject">The noun's class.</param>
    /// <returns>At least one frame.</returns>
    public static TransitiveFrame[] WithObject(NounClass grammaticalObject) => ByObject[grammaticalObject];

    private static TransitiveFrame Frame(
        NounClass subjects, string verbs, NounClass objects, string? particle = null) =>
        new(subjects, Verb.ParseList(verbs), objects, particle);

    private static Dictionary<NounClass, TransitiveFrame[]> Group(Func<TransitiveFrame, NounClass, bool> fits)
    {
        Dictionary<NounClass, TransitiveFrame[]> groups = [];
        for (NounClass nounClass = Professional; nounClass <= Water; nounClass = (NounClass)((int)nounClass << 1))
        {
            groups[nounClass] = Array.FindAll(AllFrames, frame => fits(frame, nounClass));
        }

        return groups;
    }
}
