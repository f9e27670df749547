namespace Backflow.Training;

/// <summary>What a network is measured on: a choice that is made by one part is reported by the other.</summary>
public enum ValidationPart
{
    /// <summary>What every run is measured on: all of a text's validation part, or a task's fixed sequences.</summary>
    Usual,

    /// <summary>The first half of a text's validation windows; a task's fixed sequences.</summary>
    Choosing,

    /// <summary>The second half of a text's validation windows; as many sequences of a task that are measured nowhere
    /// else.</summary>
    Confirming,
}
