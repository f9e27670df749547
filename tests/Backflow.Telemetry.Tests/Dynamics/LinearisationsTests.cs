using Backflow.Engine;

namespace Backflow.Telemetry.Tests;

public class LinearisationsTests
{
    [Fact]
    public void IsKnown_EveryCellOfTheEngine_IsLinearised() =>
        Assert.All(Cells.All, static cell => Assert.True(Linearisations.IsKnown(cell), cell.Name));

    [Fact]
    public void StepJacobian_CellWithoutTwin_IsNotMeasuredAndSaysSo()
    {
        using WorkerPool pool = new(threads: 1);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 2,
            Layers = [new LayerOptions(MinimalGatedUnit.WithoutTwin, 3)],
        });
        NetworkPass pass = new(network, 2, 1, pool);
        pass.Forward();
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, 0, 0);
        NotMeasuredException exception =
            Assert.Throws<NotMeasuredException>(() => StepJacobian.Compute(trajectory, 0));
        Assert.Contains("'mgu-bare' is not measured", exception.Message, StringComparison.Ordinal);
        Assert.False(Linearisations.IsKnown(MinimalGatedUnit.WithoutTwin));
        Assert.False(GradientFactors.CanMeasure(MinimalGatedUnit.WithoutTwin));
    }

    [Fact]
    public void Register_EquationsOfAnotherCell_LinearisesWithThem()
    {
        CellDescription cell = new(new Copying<float>())
        {
            Name = "copying",
            Title = "copies its candidate",
            Gates = [new CellGate("state", "h", CellActivation.Tanh)],
        };
        Assert.False(Linearisations.IsKnown(cell));
        Linearisations.Register(cell, new Copying<double>());
        using TwinSetup setup = new(TwinSetup.Vectors(Cells.RnnTanh, 3), 2, 1);
        using WorkerPool pool = new(threads: 1);
        RecurrentNetwork network = new(TwinSetup.Vectors(cell, 3));
        setup.Network.Parameters.Span[..network.Parameters.Length].CopyTo(network.Parameters.Span);
        Assert.True(Linearisations.IsKnown(cell));
        NetworkPass pass = new(network, 2, 1, pool);
        pass.SetInput(setup.Input);
        pass.Forward();

        // hₜ = n = tanh(aₜ): the Elman network by another name, J = diag(1 − h²)·R.
        float[] r = new float[9];
        network.Layers[0].RecurrentWeights.Export(network.Parameters.Span, r);
        float[] h = new float[3];
        pass.Layers[0].Hidden(1).CopyTo(h);
        double[] expected = [.. r.Select((weight, i) => (1.0 - (h[i / 3] * h[i / 3])) * weight)];
        TwinSetup.Close(expected, StepJacobian.Compute(LayerTrajectory.Read(pass, 0, 0), 1), 1e-6, "step Jacobian");
    }

    private sealed class Copying<T> : ICellEquations<T>
        where T : struct
    {
        public void Forward(in CellForward<T> step) => step.Gate(0).CopyTo(step.Hidden);

        public void Backward(in CellBackward<T> step) => step.DHidden.CopyTo(step.DGate(0));
    }
}
