using Backflow.Experiments.Dynamics;
using Backflow.Telemetry;
using Spectre.Console;

namespace Backflow.Cli.Output;

/// <summary>The dynamics of a checkpoint as one page of text, or as one line of JSON.</summary>
internal static class DynamicsPage
{
    private const int ShownExponents = 4;
    private const int ShownEigenvalues = 4;

    public static void Write(DynamicsReport report, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(report);
            return;
        }

        TextLine.Write(
            $"{report.RunId}: parameters of step {NumberText.Count(report.Step)}, along "
            + $"{NumberText.Count(NetworkDynamics.Sequences)} held-out sequences of "
            + $"{NumberText.Count(report.SequenceLength)} timesteps.");
        foreach (LayerDynamics layer in report.Layers)
        {
            Console.Out.WriteLine();
            TextLine.Write(layer.Sentence);
            if (layer.Lyapunov is LyapunovSpectrum lyapunov)
            {
                Write(report, layer, lyapunov);
            }
        }
    }

    private static void Write(DynamicsReport report, LayerDynamics layer, LyapunovSpectrum lyapunov)
    {
        string exponents = string.Join(", ", Enumerable.Range(0, Math.Min(ShownExponents, lyapunov.Exponents.Length))
            .Select(rank => DynamicsText.Exponent(lyapunov, rank)));
        TextLine.Write(
            $"Lyapunov exponents, nats per timestep: {exponents}, the largest of {NumberText.Count(layer.StateSize)}. "
            + $"Mean ± standard error over {NumberText.Count(lyapunov.Sequences)} sequences, "
            + $"{NumberText.Count(lyapunov.Timesteps)} timesteps.");
        if (layer.Split is DecaySplit split)
        {
            TextLine.Write(
                $"ln of the loss's gradient per timestep: {NumberText.Of(split.Total)} = {split.KeptName} "
                + $"{NumberText.Of(split.Kept)} + {split.RestName} {NumberText.Of(split.Rest)}.");
        }

        TextLine.Write(
            $"Jacobian of {layer.State} at timestep {NumberText.Count(report.Timestep)}, sequence 0: singular values "
            + $"{NumberText.Of(layer.SingularValues[0])} to {NumberText.Of(layer.SingularValues[^1])}, eigenvalues "
            + $"{string.Join(", ", layer.Eigenvalues.Take(ShownEigenvalues).Select(Text))}, the largest of "
            + $"{NumberText.Count(layer.StateSize)}.");
        WriteProduct(layer);
    }

    private static void WriteProduct(LayerDynamics layer)
    {
        FigureTable table = new(
            FigureColumn.Figure("lag"),
            FigureColumn.Figure("σ₁ of ∂h_T/∂hₜ"),
            FigureColumn.Figure("smallest"),
            FigureColumn.Figure("bound", 1));
        foreach (BoundedLag lag in layer.Product)
        {
            table.Add(
                NumberText.Count(lag.Lag),
                NumberText.Of(lag.Largest),
                lag.Smallest is double smallest ? NumberText.Of(smallest) : "rounding",
                NumberText.Of(lag.Bound));
        }

        AnsiConsole.Write(table);
    }

    private static string Text(Eigenvalue value) => value.Imaginary == 0
        ? NumberText.Of(value.Real)
        : $"{NumberText.Of(value.Real)} {(value.Imaginary < 0 ? '−' : '+')} "
            + $"{NumberText.Of(Math.Abs(value.Imaginary))}i";
}
