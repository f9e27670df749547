namespace Backflow.Cli.Output;

/// <summary>A column of a <see cref="FigureTable"/>.</summary>
/// <param name="Heading">What stands above it.</param>
/// <param name="Wraps">Whether its values may be broken between words.</param>
/// <param name="IsRight">Whether its values end at the same place.</param>
/// <param name="Importance">Where there is no room, the columns with 1 are left out first, then those with 2, and so
/// on; a column without is never left out.</param>
internal sealed record FigureColumn(string Heading, bool Wraps, bool IsRight, int? Importance)
{
    public static FigureColumn Figure(string heading, int? importance = null) => new(heading, false, true, importance);

    public static FigureColumn Word(string heading, int? importance = null) => new(heading, false, false, importance);

    public static FigureColumn Sentence(string heading, int? importance = null) =>
        new(heading, true, false, importance);
}
