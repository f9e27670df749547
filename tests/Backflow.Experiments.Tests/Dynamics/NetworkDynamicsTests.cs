using System.Collections.Immutable;
using Backflow.Experiments.Dynamics;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Dynamics;

public sealed class NetworkDynamicsTests : IDisposable
{
    /// <summary>Weights and states are floats.</summary>
    private const double Float = 1e-6;

    private readonly TemporaryStore _temporary = new();

    private RunStore Store => _temporary.Store;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Measure_TwoLayers_EachHasWhatItsJacobiansAre()
    {
        string run = Train("lstm", layers: 2);
        DynamicsReport report = Measure(run);
        Assert.Equal((20L, 24, 23), (report.Step, report.SequenceLength, report.Timestep));
        Assert.Equal([0, 1], report.Layers.Select(static layer => layer.Layer));
        foreach (LayerDynamics layer in report.Layers)
        {
            Assert.Equal(("(h, c)", 12), (layer.State, layer.StateSize));
            Assert.Equal(144, layer.Jacobian.Length);

            // The trace is the sum of the eigenvalues, and ‖J‖_F² that of the squared singular values.
            double trace = Enumerable.Range(0, 12).Sum(i => layer.Jacobian[13 * i]);
            Assert.Equal(trace, layer.Eigenvalues.Sum(static value => value.Real), Float);
            double squares = layer.Jacobian.Sum(static element => (double)element * element);
            Assert.Equal(squares, layer.SingularValues.Sum(static value => value * value), 10 * Float);

            // The last Jacobian is the product at lag 1.
            Assert.Equal(layer.SingularValues[0], layer.Product[1].Largest, Float);
            Assert.All(layer.Product, static lag => Assert.Null(lag.Bound));
            Assert.Null(layer.BoundPerTimestep);
            Assert.Equal(NetworkDynamics.Sequences, layer.Lyapunov!.Sequences);
            Assert.Equal("forget gate", layer.Split!.KeptName);
            Assert.Equal(layer.Split.Rest, layer.Split.Paths.Sum(static path => path.Log), Float);
        }
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("rnn-relu")]
    [InlineData("rnn-sigmoid")]
    public void Measure_ElmanNetwork_StaysBelowItsBound(string cell)
    {
        LayerDynamics layer = Assert.Single(Measure(Train(cell)).Layers);
        Assert.All(layer.Product, lag =>
        {
            Assert.Equal(Math.Pow(layer.BoundPerTimestep!.Value, lag.Lag), lag.Bound!.Value, Float);
            Assert.True(lag.Largest <= lag.Bound * (1 + Float), $"lag {lag.Lag}: {lag.Largest} > {lag.Bound}.");
        });
        Assert.Empty(layer.Split!.Paths.Where(static path => path.Name.Contains("gate", StringComparison.Ordinal)));
    }

    [Fact]
    public void Measure_OneLayerTimestepAndStep_AreThoseThatWereAsked()
    {
        string run = Train("gru", layers: 2);
        DynamicsReport all = Measure(run);
        DynamicsReport one = Measure(run, step: 20, layer: 1, timestep: 0);
        Assert.Equal(0, one.Timestep);
        LayerDynamics layer = Assert.Single(one.Layers);
        Assert.Equal(1, layer.Layer);
        Assert.Equal(all.Layers[1].Lyapunov!.Exponents, layer.Lyapunov!.Exponents);
        Assert.NotEqual(all.Layers[1].Jacobian, layer.Jacobian);

        DynamicsReport start = Measure(run, step: 0, layer: 1);
        Assert.Equal(0, start.Step);
        Assert.NotEqual(all.Layers[1].Lyapunov!.Exponents, start.Layers[0].Lyapunov!.Exponents);
    }

    [Theory]
    [InlineData(7L, null, null, "Step must be that of a checkpoint of run rnn-0001: 0, 20; got 7.", "Set Step = 0.")]
    [InlineData(null, 1, null, "Layer must be from 0 to 0 in run rnn-0001, got 1.", "Set Layer = 0.")]
    [InlineData(null, null, 24, "Timestep must be from 0 to 23 in run rnn-0001, got 24.", "Set Timestep = 23.")]
    public void Measure_WhatTheRunHasNot_SaysWhatItHas(
        long? step, int? layer, int? timestep, string message, string remedy)
    {
        string run = Train("rnn");
        ExperimentException mistake = Assert.Throws<ExperimentException>(
            () => Measure(run, step, layer, timestep));
        Assert.Equal((message, remedy), (mistake.Message, mistake.Remedy));
    }

    [Fact]
    public void Measure_Cancelled_Ends()
    {
        string run = Train("rnn");
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => NetworkDynamics.Measure(Store, run, cancellation: source.Token));
    }

    [Fact]
    public void Measure_Text_ReadsItsValidationPart()
    {
        string run = Train(new TrainingConfiguration
        {
            SentenceCharacters = 20_000,
            Cells = ["rnn"],
            HiddenSize = 6,
            SequenceLength = 12,
            Steps = 20,
        });
        LayerDynamics layer = Assert.Single(Measure(run).Layers);
        Assert.Equal(6, layer.StateSize);
        Assert.True(double.IsFinite(layer.Lyapunov!.Exponents[0]));
        Assert.True(layer.Lyapunov.StandardErrors[0] > 0);
    }

    [Fact]
    public void Measure_TextThatIsGone_NamesItAndWhereItWas()
    {
        string path = Path.Combine(Path.GetDirectoryName(Store.Path)!, "book.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("abcdefgh ", 400)));
        string run = Train(new TrainingConfiguration
        {
            TextPath = path,
            Cells = ["rnn"],
            HiddenSize = 4,
            SequenceLength = 8,
            BatchSize = 2,
            Steps = 2,
        });
        File.Delete(path);
        ExperimentException gone = Assert.Throws<ExperimentException>(() => Measure(run));
        Assert.EndsWith($"It is the text that run {run} was trained on.", gone.Message, StringComparison.Ordinal);
        Assert.Equal($"Put the text back to {path}.", gone.Remedy);
    }

    private string Train(string cell, int layers = 1) => Train(new TrainingConfiguration
    {
        Task = "echo",
        TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("lag", 4),
        Cells = [cell],
        HiddenSize = 6,
        Layers = layers,
        BatchSize = 4,
        Steps = 20,
        CarryState = false,
    });

    private string Train(TrainingConfiguration configuration)
    {
        using TrainingRun run = RecordedRun.Create(
            Store, configuration, name: null, "test", new SilentObserver(), TimeProvider.System);
        run.Train(TestContext.Current.CancellationToken);
        return run.RunId;
    }

    private DynamicsReport Measure(string run, long? step = null, int? layer = null, int? timestep = null) =>
        NetworkDynamics.Measure(
            Store, run, step, layer, timestep, cancellation: TestContext.Current.CancellationToken);
}
