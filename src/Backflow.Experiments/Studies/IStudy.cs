using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>A question that networks are trained or measured for.</summary>
public interface IStudy
{
    /// <summary>The name that users type.</summary>
    string Name { get; }

    /// <summary>The question.</summary>
    string Question { get; }

    /// <summary>What is measured, and how.</summary>
    string Method { get; }

    /// <summary>The networks that are compared, as run lists show them.</summary>
    ImmutableArray<string> Cells { get; }

    /// <summary>Whether the answer is spread over several seeds; otherwise there is one seed.</summary>
    bool HasSeeds => true;

    /// <summary>Answers the question.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Told from several threads.</param>
    /// <param name="cancellation">Ends the study; what is done is kept.</param>
    /// <returns>Charts and numbers, of what was done.</returns>
    StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation);
}
