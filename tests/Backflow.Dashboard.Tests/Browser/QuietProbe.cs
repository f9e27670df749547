using System.Collections.Immutable;
using Backflow.Experiments.Probing;
using Backflow.Telemetry;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>Remembers what a watch made, and says nothing.</summary>
internal sealed class QuietProbe : IProbeObserver
{
    public string RunId { get; private set; } = "";

    public EffectiveContext? Context { get; private set; }

    public void Began(string runId) => RunId = runId;

    public void Took(ProbeReport report, ImmutableArray<ProbeVerdict> isNew)
    {
    }

    public void TookContext(long step, long sequences, EffectiveContext context) => Context = context;

    public void PassedOver(string message, string remedy) => Assert.Fail(message);
}
