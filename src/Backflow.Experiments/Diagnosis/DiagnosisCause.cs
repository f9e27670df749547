using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>A reason why a network does not learn, and what shows it.</summary>
/// <param name="Name">The kind, a name of <see cref="CauseNames"/>.</param>
/// <param name="Meaning">One or two sentences with their numbers.</param>
/// <param name="Evidence">The numbers that it rests on.</param>
public sealed record DiagnosisCause(string Name, string Meaning, ImmutableArray<Evidence> Evidence);

/// <summary>The kinds of causes.</summary>
public static class CauseNames
{
    /// <summary>Dropout leaves too little.</summary>
    public const string Dropout = "dropout";

    /// <summary>Weight decay takes away what is learnt.</summary>
    public const string WeightDecay = "weight-decay";

    /// <summary>Windows of a text are too short to see anything in.</summary>
    public const string ShortWindow = "short-window";

    /// <summary>A limit cuts nearly all of every gradient away.</summary>
    public const string Clipping = "clipping";

    /// <summary>Updates are too small to get anywhere.</summary>
    public const string RateTooSmall = "learning-rate-too-small";

    /// <summary>Updates throw the weights about.</summary>
    public const string RateTooLarge = "learning-rate-too-large";

    /// <summary>The state has too few numbers.</summary>
    public const string TooFewUnits = "too-few-units";

    /// <summary>A factor kills the gradient on its way back over time.</summary>
    public const string Vanishes = "gradient-vanishes";

    /// <summary>Lower layers get hardly any of the gradient.</summary>
    public const string VanishesThroughLayers = "gradient-vanishes-through-layers";

    /// <summary>The gradient grows on its way back over time.</summary>
    public const string Grows = "gradient-grows";

    /// <summary>States stand where the activation is flat.</summary>
    public const string Saturated = "saturated-units";

    /// <summary>The factors of a layer were not measured.</summary>
    public const string NotMeasured = "not-measured";

    /// <summary>The gradient reaches far enough, and no setting is known to do harm.</summary>
    public const string NoneFound = "none-found";

    /// <summary>Causes of which another start, or another cell, is the remedy.</summary>
    internal static readonly ImmutableArray<string> OfGradients =
        [Vanishes, VanishesThroughLayers, Grows, Saturated];
}

/// <summary>How certain a cause is: the smaller ones are named first.</summary>
internal enum CauseRank
{
    /// <summary>A setting does harm whatever the data.</summary>
    Setting,

    /// <summary>Measured updates are far outside what works.</summary>
    Update,

    /// <summary>A trial that changed this alone learnt what the run as it is did not.</summary>
    Tried,

    /// <summary>The gradient does not arrive where it is needed.</summary>
    Gradient,

    /// <summary>Measured, and harmless as far as the gradient reaches.</summary>
    Aside,
}

/// <summary>A cause before it is ranked.</summary>
/// <param name="Rank">How certain it is.</param>
/// <param name="Weight">The order among those of a rank: the smallest first.</param>
/// <param name="Cause">What is shown.</param>
internal sealed record RankedCause(CauseRank Rank, double Weight, DiagnosisCause Cause);
