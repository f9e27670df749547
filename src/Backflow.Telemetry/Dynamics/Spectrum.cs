using System.Collections.Immutable;
using System.Numerics;

namespace Backflow.Telemetry;

/// <summary>Eigenvalues, spectral radius ρ and spectral norm σ₁ of a gate's block of R.</summary>
/// <remarks>
/// ρ = max |λᵢ| is the growth per timestep in the long run of a linear network, σ₁ the most that one timestep can
/// stretch;
/// ρ ≤ σ₁, with equality for normal matrices. Pascanu, Mikolov &amp; Bengio 2013: σ₁ &lt; 1/γ suffices for vanishing.
/// MathNet.Numerics, in double. Unit: none. Cost: O(H³), in the background (<see cref="SpectrumWorker"/>).
/// How to read it: eigenvalues beyond the unit circle can explode, all well inside it vanish; σ₁ far above ρ means
/// that R
/// is non-normal and ρ alone misleads.
/// </remarks>
public static class Spectrum
{
    /// <summary>The name of the eigenvalues in run columns and URLs.</summary>
    public const string MetricName = "recurrent-spectrum";

    /// <summary>The name of ρ.</summary>
    public const string RadiusMetricName = "spectral-radius";

    /// <summary>The name of σ₁.</summary>
    public const string NormMetricName = "spectral-norm";

    /// <summary>Computes the spectrum of a square matrix.</summary>
    /// <param name="matrix">[n, n], row-major.</param>
    /// <param name="n">Rows and columns.</param>
    /// <returns>The spectrum; NaN throughout where the matrix is not finite, or where no iteration converges.</returns>
    public static SpectrumResult Compute(ReadOnlySpan<double> matrix, int n)
    {
        SpanShape.Require(matrix.Length, n * n, "[n, n]", nameof(matrix));
        Complex[] eigenvalues = SquareProduct.Eigenvalues(matrix, n);
        double[] singularValues = SquareProduct.SingularValues(matrix, n);
        return new SpectrumResult([.. eigenvalues], eigenvalues[0].Magnitude, singularValues[0]);
    }
}

/// <summary>The spectrum of one block.</summary>
/// <param name="Eigenvalues">Largest magnitude first.</param>
/// <param name="Radius">ρ, the largest magnitude of an eigenvalue.</param>
/// <param name="Norm">σ₁, the largest singular value.</param>
public sealed record SpectrumResult(ImmutableArray<Complex> Eigenvalues, double Radius, double Norm);

/// <summary>The spectrum of one gate's block of R at one step.</summary>
/// <param name="Step">The step whose parameters were copied.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Gate">The gate's number in PyTorch's order; 0 in an Elman network.</param>
/// <param name="Result">Eigenvalues, ρ and σ₁.</param>
public sealed record SpectrumMeasurement(long Step, int Layer, int Gate, SpectrumResult Result);
