using Backflow.Experiments.Diagnosis;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>Shows which remedy is being tried.</summary>
internal static class DiagnosisProgress
{
    public static DiagnosisReport Watch(bool isJson, Func<IDiagnosisObserver, DiagnosisReport> diagnose)
    {
        if (isJson || Console.IsOutputRedirected)
        {
            return diagnose(new Lines(isJson));
        }

        DiagnosisReport? report = null;
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context => report = diagnose(new Bar(context.AddTask("measuring"))));
        return report!;
    }

    private sealed class Lines(bool isSilent) : IDiagnosisObserver
    {
        public void OnTrial(int done, int total, string text)
        {
            if (!isSilent)
            {
                Console.Error.WriteLine($"[{done + 1}/{total}] {text}");
            }
        }
    }

    private sealed class Bar(ProgressTask task) : IDiagnosisObserver
    {
        public void OnTrial(int done, int total, string text)
        {
            task.MaxValue = total;
            task.Value = done;
            task.Description = Markup.Escape(text);
        }
    }
}
