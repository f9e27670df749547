using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Experiments.Recording;

/// <summary>The run that keeps a report: how far the work is while it lasts, and in the end the report alone.</summary>
/// <param name="store">The store that has the run.</param>
/// <param name="runId">The run, new or left behind by an earlier process.</param>
/// <param name="clock">What tells the time.</param>
internal sealed class ReportRecord(RunStore store, string runId, TimeProvider clock) : IDisposable
{
    /// <summary>The title of the events that say how far the work is.</summary>
    public const string ProgressTitle = "Progress";

    private const long BeforeAll = -1;

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly RunRecorder _recorder = store.OpenRecorder(runId);
    private readonly Lock _gate = new();
    private long _told;
    private long _step;

    /// <summary>The run.</summary>
    public string RunId => runId;

    /// <summary>Forgets what an earlier process left there.</summary>
    public void Begin()
    {
        if (!store.OpenReader(runId).Events().IsEmpty)
        {
            _recorder.DiscardAfter(BeforeAll);
        }
    }

    /// <summary>Says how far the work is, at most once a second. Any thread may call.</summary>
    /// <param name="done">Work done, of <paramref name="total"/>.</param>
    /// <param name="total">All work, in any unit.</param>
    /// <param name="text">What was done last, or is being done.</param>
    public void Tell(double done, double total, string text)
    {
        lock (_gate)
        {
            if (_step > 0 && clock.GetElapsedTime(_told) < LeastPause)
            {
                return;
            }

            _told = clock.GetTimestamp();
            try
            {
                _recorder.Event(
                    ++_step,
                    RunEventLevel.Information,
                    ProgressTitle,
                    text,
                    JsonSerializer.Serialize(new WorkDone(done, total), WorkJson.Default.WorkDone));
            }
            catch (RunStoreException)
            {
                // The work goes on: what it comes to is shown, and then that the store does not take it.
            }
        }
    }

    /// <summary>Keeps the report, and nothing of the way to it.</summary>
    /// <param name="title">What was done.</param>
    /// <param name="text">What came out, in sentences.</param>
    /// <param name="payloadJson">An object whose member "report" is what the page shows.</param>
    public void Keep(string title, string text, string payloadJson)
    {
        _recorder.DiscardAfter(BeforeAll);
        _recorder.Event(0, RunEventLevel.Information, title, text, payloadJson);
    }

    /// <summary>Keeps a text for those who have nothing but a terminal.</summary>
    /// <param name="text">The result as lines of text.</param>
    public void Sample(string text) => _recorder.Sample(0, text);

    /// <summary>Ends the run.</summary>
    /// <param name="isComplete">Whether everything that was planned is done.</param>
    public void Finish(bool isComplete) =>
        _recorder.Finish(isComplete ? RunStatus.Completed : RunStatus.Interrupted);

    /// <inheritdoc/>
    public void Dispose() => _recorder.Dispose();
}

internal sealed record WorkDone(double Done, double Total);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkDone))]
internal sealed partial class WorkJson : JsonSerializerContext;
