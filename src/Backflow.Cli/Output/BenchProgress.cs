using System.Collections.Immutable;
using Backflow.Experiments.Benchmarks;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>Shows which shape is being timed and how long the rest will take.</summary>
/// <param name="shapes">All shapes, in the order in which they are timed.</param>
/// <param name="clock">What the estimate rests on.</param>
/// <param name="isSilent">Whether to show nothing.</param>
internal sealed class BenchProgress(ImmutableArray<BenchmarkShape> shapes, TimeProvider clock, bool isSilent)
{
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>Times every shape: under a bar where a person watches, else with a line on the error stream.</summary>
    public void Watch(Action<BenchmarkShape> measure)
    {
        if (isSilent || !Terminal.CanRedraw)
        {
            for (int i = 0; i < shapes.Length; i++)
            {
                if (!isSilent)
                {
                    string place = $"[{NumberText.Count(i + 1)}/{NumberText.Count(shapes.Length)}]";
                    Console.Error.WriteLine($"{place} {shapes[i]}{TimeLeft(i)}");
                }

                measure(shapes[i]);
            }

            return;
        }

        TerminalBar.Watch("starting", show =>
        {
            for (int i = 0; i < shapes.Length; i++)
            {
                show((double)i / shapes.Length, $"{shapes[i]}{TimeLeft(i)}");
                measure(shapes[i]);
            }
        });
    }

    // The mean of the shapes that are done, for each that is left.
    private string TimeLeft(int done) => done == 0
        ? ""
        : $", {Figures.Duration(clock.GetElapsedTime(_begin) / done * (shapes.Length - done))} left";
}
