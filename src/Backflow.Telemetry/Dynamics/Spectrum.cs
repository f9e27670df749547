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

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Eigenvalues of R",
        Title = "Eigenvalues of R",
        Meaning = "The eigenvalues of a gate's block of R.",
        Formula = "λᵢ(R_gate)",
        Reduction = "[H] complex numbers per layer and gate, largest magnitude first",
        Range = "complex plane; NaN where R is not finite, or where MathNet comes to no end",
        Unit = "none",
        HowToRead = "Beyond the unit circle a direction can explode; all well inside it, gradients vanish.",
        Caption = "of each gate’s block, largest magnitude first",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Spectrum,
        Cost = CostClass.Background,
    };

    /// <summary>The name of ρ.</summary>
    public const string RadiusMetricName = "spectral-radius";

    /// <summary>The words and the schedule of <see cref="RadiusMetricName"/>.</summary>
    public static MetricDescription RadiusDescription { get; } = new()
    {
        Name = RadiusMetricName,
        Label = "Spectral radius",
        Title = "Spectral radius ρ of R",
        Meaning = "The growth per timestep in the long run.",
        Formula = "ρ = max |λᵢ|",
        Reduction = "a scalar per layer and gate",
        Range = "[0, ∞)",
        Unit = "none",
        HowToRead = "ρ ≤ σ₁. R is non-normal: ρ alone misleads.",
        Caption = "largest magnitude of an eigenvalue",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Background,
    };

    /// <summary>The name of σ₁.</summary>
    public const string NormMetricName = "spectral-norm";

    /// <summary>The words and the schedule of <see cref="NormMetricName"/>.</summary>
    public static MetricDescription NormDescription { get; } = new()
    {
        Name = NormMetricName,
        Label = "Spectral norm",
        Title = "Spectral norm σ₁ of R",
        Meaning = "The most that one timestep can stretch a vector.",
        Formula = "σ₁ = largest singular value",
        Reduction = "a scalar per layer and gate",
        Range = "[0, ∞)",
        Unit = "none",
        HowToRead = "Below 1/γ a gradient must vanish.",
        Caption = "largest singular value",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Background,
    };

    /// <summary>Computes the spectrum of a square matrix.</summary>
    /// <param name="matrix">[n, n], row-major.</param>
    /// <param name="n">Rows and columns.</param>
    /// <returns>The spectrum; NaN throughout where the matrix is not finite, or where no iteration converges.</returns>
    public static SpectrumResult Compute(ReadOnlySpan<double> matrix, int n)
    {
        SpanShape.Require(matrix.Length, n * n, "[n, n]", nameof(matrix));
        return new SpectrumResult(
            [.. SquareProduct.Eigenvalues(matrix, n)], [.. SquareProduct.SingularValues(matrix, n)]);
    }
}

/// <summary>The spectrum of one block.</summary>
/// <param name="Eigenvalues">Largest magnitude first.</param>
/// <param name="SingularValues">Largest first.</param>
public sealed record SpectrumResult(ImmutableArray<Complex> Eigenvalues, ImmutableArray<double> SingularValues)
{
    /// <summary>ρ, the largest magnitude of an eigenvalue.</summary>
    public double Radius => Eigenvalues[0].Magnitude;

    /// <summary>σ₁, the largest singular value.</summary>
    public double Norm => SingularValues[0];
}

/// <summary>The spectrum of one gate's block of R at one step.</summary>
/// <param name="Step">The step whose parameters were copied.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Gate">The gate's number in PyTorch's order; 0 in an Elman network.</param>
/// <param name="Result">Eigenvalues, ρ and σ₁.</param>
public sealed record SpectrumMeasurement(long Step, int Layer, int Gate, SpectrumResult Result);
