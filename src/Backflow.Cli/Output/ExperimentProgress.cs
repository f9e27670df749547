using Backflow.Experiments.Studies;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>Shows how far an experiment or a sweep is and how long the rest will take.</summary>
/// <param name="clock">What the estimate rests on.</param>
/// <param name="isSilent">Whether to show nothing.</param>
internal sealed class ExperimentProgress(TimeProvider clock, bool isSilent)
{
    private const int FewestLines = 20;

    // The first line says that it works and about how long it will take, the second one knows better.
    private static readonly TimeSpan FirstLine = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SecondLine = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestGap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BarRefresh = TimeSpan.FromMilliseconds(100);

    private readonly long _begin = clock.GetTimestamp();
    private readonly RemainingTime _remaining = new();
    private int _linesShown;
    private TimeSpan _nextLine = FirstLine;
    private TimeSpan _nextTwentieth;
    private TimeSpan _nextRefresh;

    /// <summary>
    /// Runs it: under a bar where a person watches, else with a line now and then on the error stream.
    /// </summary>
    public TOutcome Watch<TOutcome>(Func<Action<StudyProgress>, TOutcome> run)
        where TOutcome : class
    {
        if (isSilent)
        {
            return run(static _ => { });
        }

        if (!Terminal.CanRedraw)
        {
            return run(WriteLine);
        }

        TOutcome? outcome = null;
        TerminalBar.Watch("starting", show => outcome = run(progress =>
        {
            // Studies tell of every step of every network, some ten thousand a second.
            TimeSpan elapsed = clock.GetElapsedTime(_begin);
            TimeSpan? left = _remaining.After(elapsed, progress);
            if (elapsed >= _nextRefresh)
            {
                _nextRefresh = elapsed + BarRefresh;
                show(progress.Done / progress.Total, Show(progress, left));
            }
        }));
        return outcome!;
    }

    // A line for every twentieth of the work, and one a minute where that takes longer: a log of thousands of networks
    // tells nothing, and hours of silence tell less.
    private void WriteLine(StudyProgress progress)
    {
        int due = (int)(progress.Done / progress.Total * FewestLines);
        TimeSpan elapsed = clock.GetElapsedTime(_begin);
        TimeSpan? left = _remaining.After(elapsed, progress);
        if ((due > _linesShown && elapsed >= _nextTwentieth) || elapsed >= _nextLine)
        {
            _linesShown = due;
            _nextTwentieth = elapsed + ShortestGap;
            _nextLine = left is null ? elapsed + ShortestGap
                : elapsed < SecondLine ? SecondLine
                : elapsed + LongestSilence;
            Console.Error.WriteLine($"{NumberText.Share(progress.Done / progress.Total)} · {Show(progress, left)}");
        }
    }

    private static string Show(StudyProgress progress, TimeSpan? left) =>
        $"{(left is null ? "time left not known yet" : Figures.Duration(left) + " left")} · {progress.Text}";
}
