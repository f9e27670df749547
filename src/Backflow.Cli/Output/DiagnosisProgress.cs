using Backflow.Experiments.Diagnosis;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>Shows which remedy is being tried and how much of the budget is left.</summary>
/// <param name="clock">What measures the time spent.</param>
/// <param name="budget">The time that trials may take.</param>
/// <param name="isSilent">Whether to show nothing.</param>
internal sealed class DiagnosisProgress(TimeProvider clock, TimeSpan budget, bool isSilent)
{
    private readonly long _begin = clock.GetTimestamp();

    /// <summary>
    /// Runs the diagnosis: under a bar where a person watches, else with a line per trial on the error stream.
    /// </summary>
    public DiagnosisReport Watch(Func<IDiagnosisObserver, DiagnosisReport> diagnose)
    {
        if (isSilent || !Terminal.CanRedraw)
        {
            return diagnose(new Trials((_, line) =>
            {
                if (!isSilent)
                {
                    Console.Error.WriteLine(line);
                }
            }, Elapsed, budget));
        }

        DiagnosisReport? report = null;
        TerminalBar.Watch("measuring", show => report = diagnose(new Trials(
            (spent, line) => show(spent / budget, line), Elapsed, budget)));
        return report!;
    }

    private TimeSpan Elapsed() => clock.GetElapsedTime(_begin);

    private sealed class Trials(Action<TimeSpan, string> show, Func<TimeSpan> elapsed, TimeSpan budget)
        : IDiagnosisObserver
    {
        // Remedies that fall behind are not tried further: the trials end before their largest number, or with the
        // budget.
        public void OnTrial(int done, int total, string text)
        {
            TimeSpan spent = elapsed();
            TimeSpan left = spent < budget ? budget - spent : TimeSpan.Zero;
            string trial = $"trial {NumberText.Count(done + 1)} of at most {NumberText.Count(total)}";
            show(spent, $"at most {Figures.Duration(left)} left · {trial}: {text}");
        }
    }
}
