namespace Backflow.Experiments.Studies;

/// <summary>How long the rest of a study will take, from the newer part of what is done.</summary>
/// <remarks>
/// The first steps of a program are many times slower than those to come: methods are compiled, caches are cold. So the
/// speed is taken since a moment that lies between a quarter and a half of the time so far.
/// </remarks>
public sealed class RemainingTime
{
    private (TimeSpan At, double Done)? _older;
    private (TimeSpan At, double Done) _newer;

    /// <summary>Estimates; to be told of every progress that there is.</summary>
    /// <param name="elapsed">Time since the study began.</param>
    /// <param name="progress">Where it stands.</param>
    /// <returns>The time left; null before a second progress.</returns>
    public TimeSpan? After(TimeSpan elapsed, StudyProgress progress)
    {
        if (_older is null)
        {
            _older = _newer = (elapsed, progress.Done);
        }
        else if (elapsed >= 2 * _newer.At)
        {
            _older = _newer;
            _newer = (elapsed, progress.Done);
        }

        (TimeSpan at, double done) = _older.Value;
        return progress.Done > done
            ? (elapsed - at) * ((progress.Total - progress.Done) / (progress.Done - done))
            : null;
    }
}
