namespace Backflow.Experiments.Studies;

/// <summary>A picture of a report.</summary>
public interface IFigure
{
    /// <summary>What is shown.</summary>
    string Title { get; }

    /// <summary>How to read it.</summary>
    string Caption { get; }
}
