using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class NonFiniteOriginTests
{
    [Fact]
    public void Settle_ForwardPassBroke_NamesLowestLayerAndEarliestTimestep()
    {
        float[] late = MonitorSetup.Flat(0.5f);
        float[] early = MonitorSetup.Flat(0.5f);
        late[20] = float.NaN;
        early[12] = float.PositiveInfinity;
        Verdict verdict = new MonitorSetup(MonitorSetup.Context(Cells.Lstm, Cells.Lstm))
            .Row("gate-mean:output", late, 8, layer: 1)
            .Row("gate-mean:forget", early, 8)
            .Row("gate-mean:input", late, 8)
            .Row("total-gradient-norm", MonitorSetup.Flat(float.NaN), 8)
            .Take().Only("non-finite");
        Assert.Equal((8L, 0, "forget", 12), (verdict.Step, verdict.Layer, verdict.Gate, verdict.Timestep));
        Assert.Equal(double.PositiveInfinity, verdict.Value);
        Assert.Equal(VerdictSeverity.Error, verdict.Severity);
    }

    [Fact]
    public void Settle_BackwardPassBroke_NamesHighestLayerAndLatestTimestep()
    {
        float[] norms = MonitorSetup.Flat(1);
        norms.AsSpan(0, 9).Fill(float.PositiveInfinity);
        Verdict verdict = new MonitorSetup(MonitorSetup.Context(Cells.RnnRelu, Cells.RnnRelu))
            .Row("total-gradient-norm", MonitorSetup.Flat(float.NaN), 3)
            .Row("total-gradient-norm", norms, 3, layer: 1)
            .Scalar("gradient-norm", double.NaN, 3)
            .Take().Only("non-finite");
        Assert.Equal((1, 8), (verdict.Layer, verdict.Timestep));
    }

    [Fact]
    public void Settle_ScalarAlone_SpeaksOnce()
    {
        MonitorSetup setup = new MonitorSetup().Scalars("training-loss", 20, static s => s < 5 ? 1 : double.NaN);
        Assert.Equal(5, setup.Only("non-finite").Step);
    }

    [Fact]
    public void Settle_QuantityWithoutAValue_IsNoFinding() => Assert.Empty(new MonitorSetup()
        .Scalars("gradient-decay:0", 5, static _ => double.NaN)
        .Scalars("update-to-weight-ratio:embedding", 5, static _ => double.NaN).Verdicts);
}
