using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>
/// The gradient of every layer at every timestep, and of every parameter, in a training loop of one's own.
/// </summary>
/// <remarks>
/// Call <see cref="Measure"/> after <see cref="NetworkPass.Backward"/> and before anything limits the gradients. A hook
/// on the modules of a framework sees one gradient per module; here the state after each timestep has its own.
/// </remarks>
public sealed class GradientDiagnostics
{
    private readonly NetworkPass _pass;
    private readonly double[][] _norms;

    private GradientDiagnostics(NetworkPass pass)
    {
        _pass = pass;
        _norms = [.. pass.Layers.Select(static layer => new double[layer.SequenceLength])];
    }

    /// <summary>Makes the diagnostics of a pass.</summary>
    /// <param name="pass">The pass that the loop runs.</param>
    /// <returns>The diagnostics; nothing is measured yet, and every norm is 0.</returns>
    public static GradientDiagnostics Attach(NetworkPass pass) => new(pass);

    /// <summary>Reads the gradients of the last backward pass.</summary>
    public void Measure()
    {
        for (int layer = 0; layer < _norms.Length; layer++)
        {
            for (int t = 0; t < _norms[layer].Length; t++)
            {
                // ‖∂L/∂hₜ‖₂ over units and sequences, the total gradient
                _norms[layer][t] = _pass.Layers[layer].HiddenGradient(t).Norm();
            }
        }
    }

    /// <summary>‖∂L/∂hₜ‖₂ of a layer, over units and sequences.</summary>
    /// <param name="layer">From 0 to the number of layers − 1.</param>
    /// <returns>[T], from timestep 0 on.</returns>
    public ReadOnlySpan<double> Norms(int layer) => _norms[layer];

    /// <summary>‖∂L/∂θ‖₂ of a parameter.</summary>
    /// <param name="name">Its name in PyTorch, such as weight_hh_l0.</param>
    /// <returns>The norm.</returns>
    /// <exception cref="ArgumentException">The network has no such parameter.</exception>
    public double ParameterNorm(string name)
    {
        Parameter parameter = _pass.Network.Layout.Parameters.FirstOrDefault(one => one.Name == name)
            ?? throw new ArgumentException(
                $"The network has no parameter '{name}'; it has "
                + $"{string.Join(", ", _pass.Network.Layout.Parameters.Select(static one => one.Name))}.",
                nameof(name));
        float[] values = new float[parameter.Count];
        parameter.Export(_pass.Network.Gradients.Span, values);
        return GradientClipping.Norm(values);
    }

    /// <summary>The layers whose gradient is below a threshold at some timestep.</summary>
    /// <param name="threshold">A norm, above 0.</param>
    /// <returns>For each such layer the latest timestep from which it does not get above the threshold again, going
    /// back.</returns>
    public ImmutableArray<GradientFinding> CheckVanishing(double threshold = 1e-6)
    {
        ImmutableArray<GradientFinding>.Builder findings = ImmutableArray.CreateBuilder<GradientFinding>();
        for (int layer = 0; layer < _norms.Length; layer++)
        {
            int t = Array.FindIndex(_norms[layer], norm => !(norm < threshold));
            int last = t < 0 ? _norms[layer].Length - 1 : t - 1;
            if (last >= 0)
            {
                findings.Add(new GradientFinding(layer, last, _norms[layer][last], IsVanishing: true));
            }
        }

        return findings.ToImmutable();
    }

    /// <summary>The layers whose gradient is above a threshold, NaN or infinite at some timestep.</summary>
    /// <param name="threshold">A norm, above 0.</param>
    /// <returns>For each such layer the latest such timestep: the backward pass met it first.</returns>
    public ImmutableArray<GradientFinding> CheckExploding(double threshold = 1e3)
    {
        ImmutableArray<GradientFinding>.Builder findings = ImmutableArray.CreateBuilder<GradientFinding>();
        for (int layer = 0; layer < _norms.Length; layer++)
        {
            int t = Array.FindLastIndex(_norms[layer], norm => !(norm <= threshold));
            if (t >= 0)
            {
                findings.Add(new GradientFinding(layer, t, _norms[layer][t], IsVanishing: false));
            }
        }

        return findings.ToImmutable();
    }
}

/// <summary>A gradient outside its thresholds.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Timestep">The timestep, from 0.</param>
/// <param name="Norm">‖∂L/∂hₜ‖₂ there.</param>
/// <param name="IsVanishing">Whether it is too small and not too large.</param>
public sealed record GradientFinding(int Layer, int Timestep, double Norm, bool IsVanishing)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(IsVanishing ? "vanishing" : "exploding")} gradient in layer {Layer}: {NumberText.Of(Norm)} at timestep "
        + $"{Timestep}";
}
