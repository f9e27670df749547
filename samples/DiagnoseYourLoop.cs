using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Samples;

/// <summary>Attaches the diagnostics to a training loop of one's own: an RNN of 128 units on random x and y.</summary>
internal static class DiagnoseYourLoop
{
    public static void Run()
    {
        const int Features = 10;
        const int Timesteps = 50;
        const int Batch = 32;
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = Features,
            Layers = [new LayerOptions(Cells.RnnTanh, 128)],
            OutputSize = 1,
            HeadPosition = HeadPosition.LastTimestep,
        });
        SplittableRandom random = new(1);
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), random);
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, Timesteps, Batch, pool);
        GradientDiagnostics diagnostics = GradientDiagnostics.Attach(pass);

        pass.SetInput(Normal(random, Timesteps * Batch * Features));
        pass.Head!.SetTargetValues(Normal(random, Batch));
        pass.ResetState();
        pass.Forward();
        pass.Backward();

        diagnostics.Measure();
        foreach (GradientFinding finding in (IEnumerable<GradientFinding>)
            [.. diagnostics.CheckVanishing(1e-6), .. diagnostics.CheckExploding(1e3)])
        {
            Console.WriteLine(finding);
        }

        ReadOnlySpan<double> norms = diagnostics.Norms(layer: 0);
        Console.WriteLine(
            $"‖∂L/∂h‖: {NumberText.Of(norms[49])} at timestep 49, {NumberText.Of(norms[25])} at 25, "
            + $"{NumberText.Of(norms[0])} at 0");
        Console.WriteLine($"‖∂L/∂R‖: {NumberText.Of(diagnostics.ParameterNorm("weight_hh_l0"))}");
    }

    private static float[] Normal(SplittableRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
}
