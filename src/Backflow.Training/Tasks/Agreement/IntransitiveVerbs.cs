namespace Backflow.Training.Tasks.Agreement;

/// <summary>The verbs that stand alone, "the doctor laughs", and the adverbs that may follow them.</summary>
internal static class IntransitiveVerbs
{
    private static readonly Verb[] Person =
        Verb.ParseList("laugh smile sing dance sleep work wait cough cry run dream rest sneeze whisper travel");

    private static readonly Verb[] Animal = Verb.ParseList("sleep run eat rest wait jump drink");

    private static readonly Verb[] Writing = Verb.ParseList("matter vanish disappear");

    private static readonly Verb[] Thing = Verb.ParseList("fall vanish disappear");

    private static readonly Verb[] Surface = Verb.ParseList("creak wobble shake");

    private static readonly Verb[] Vehicle = Verb.ParseList("stop arrive turn");

    private static readonly Verb[] Boat = Verb.ParseList("float drift sink arrive");

    private static readonly Verb[] Area = Verb.ParseList("change flourish grow");

    private static readonly Verb[] Water = Verb.ParseList("freeze glitter rise");

    private static readonly string[] LivingAdverbs =
        "loudly quietly often again slowly happily calmly rarely here sometimes outside alone".Split(' ');

    private static readonly string[] ThingAdverbs = "again often slowly sometimes suddenly quietly".Split(' ');

    /// <summary>The verbs that fit a subject.</summary>
    /// <param name="subject">The subject's class.</param>
    /// <returns>No verb for classes that only are or do something to others.</returns>
    public static Verb[] Of(NounClass subject) => subject switch
    {
        NounClass.Professional or NounClass.Folk or NounClass.Kin => Person,
        NounClass.Animal => Animal,
        NounClass.Document or NounClass.Picture => Writing,
        NounClass.Item or NounClass.Key or NounClass.Container => Thing,
        NounClass.Surface => Surface,
        NounClass.Vehicle => Vehicle,
        NounClass.Boat => Boat,
        NounClass.Area => Area,
        NounClass.Water => Water,
        _ => [],
    };

    /// <summary>The adverbs that can follow.</summary>
    /// <param name="subject">The subject's class.</param>
    /// <returns>At least six words.</returns>
    public static string[] AdverbsOf(NounClass subject) =>
        (subject & (NounClass.Person | NounClass.Animal)) != 0 ? LivingAdverbs : ThingAdverbs;
}
