using Backflow.Experiments.Studies;

namespace Backflow.Cli.Output;

/// <summary>Shows how far work of several parts is, and how long the rest of it will take.</summary>
/// <param name="clock">What the estimate rests on.</param>
internal sealed class PartProgress(TimeProvider clock)
{
    private readonly long _begin = clock.GetTimestamp();
    private readonly RemainingTime _remaining = new();

    /// <summary>Works under a bar where a person watches, else in silence.</summary>
    /// <param name="isSilent">Whether nothing is shown.</param>
    /// <param name="parts">What is done, each to be told where to report its share from 0 to 1.</param>
    public void Watch(bool isSilent, IReadOnlyList<(string Name, Action<Action<double>> Write)> parts)
    {
        if (isSilent || !Terminal.CanRedraw)
        {
            Write(parts, static (_, _) => { });
            return;
        }

        TerminalBar.Watch("starting", show => Write(parts, (share, name) =>
        {
            TimeSpan? left = _remaining.After(clock.GetElapsedTime(_begin), new StudyProgress(share, 1, name));
            show(share, left is TimeSpan time ? $"{name}, {Figures.Duration(time)} left" : name);
        }));
    }

    private static void Write(
        IReadOnlyList<(string Name, Action<Action<double>> Write)> parts, Action<double, string> show)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            int part = i;
            parts[i].Write(share => show((part + share) / parts.Count, parts[part].Name));
        }
    }
}
