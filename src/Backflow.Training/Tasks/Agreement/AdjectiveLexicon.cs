namespace Backflow.Training.Tasks.Agreement;

/// <summary>The adjectives: each fits before its noun ("the old key") and after the verb ("the key is old").</summary>
internal static class AdjectiveLexicon
{
    private static readonly string[] Person =
        ("old young tall happy tired kind clever famous rich poor quiet brave honest angry careful strange"
            + " elegant").Split(' ');

    private static readonly string[] Animal =
        "small big hungry wild old tired black white grey clever quiet lazy young angry".Split(' ');

    private static readonly string[] Document =
        "long short famous interesting boring old new important strange funny useful".Split(' ');

    private static readonly string[] Picture =
        "beautiful old famous strange small large colourful expensive ugly new".Split(' ');

    private static readonly string[] Item =
        "old new small red white expensive cheap beautiful useful yellow plain".Split(' ');

    private static readonly string[] Key = "old new small shiny rusty heavy".Split(' ');

    private static readonly string[] Container = "empty heavy old new large small full dusty".Split(' ');

    private static readonly string[] Surface = "sturdy old new heavy dusty small large low".Split(' ');

    private static readonly string[] Vehicle = "fast slow old new red yellow expensive noisy dirty empty".Split(' ');

    private static readonly string[] Boat = "fast slow old new white large small elegant".Split(' ');

    private static readonly string[] Building = "old large empty quiet famous beautiful modern ancient ugly".Split(' ');

    private static readonly string[] Area = "quiet beautiful large small famous empty peaceful green".Split(' ');

    private static readonly string[] Landmark = "tall ancient famous huge beautiful white".Split(' ');

    private static readonly string[] Water = "deep wide cold clear calm beautiful quiet".Split(' ');

    /// <summary>The adjectives that fit a noun.</summary>
    /// <param name="nounClass">The noun's class.</param>
    /// <returns>At least six words.</returns>
    public static string[] Of(NounClass nounClass) => nounClass switch
    {
        NounClass.Professional or NounClass.Folk or NounClass.Kin => Person,
        NounClass.Animal => Animal,
        NounClass.Document => Document,
        NounClass.Picture => Picture,
        NounClass.Item => Item,
        NounClass.Key => Key,
        NounClass.Container => Container,
        NounClass.Surface => Surface,
        NounClass.Vehicle => Vehicle,
        NounClass.Boat => Boat,
        NounClass.Building => Building,
        NounClass.Area => Area,
        NounClass.Landmark => Landmark,
        NounClass.Water => Water,
        _ => throw new ArgumentOutOfRangeException(nameof(nounClass), nounClass, "A noun has exactly one class."),
    };
}
