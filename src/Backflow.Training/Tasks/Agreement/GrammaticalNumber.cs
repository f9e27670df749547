namespace Backflow.Training.Tasks.Agreement;

/// <summary>What a noun has and its verb must repeat.</summary>
public enum GrammaticalNumber
{
    /// <summary>One: "the key … is".</summary>
    Singular = 0,

    /// <summary>More than one: "the keys … are".</summary>
    Plural = 1,
}
