using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

[assembly: AssemblyFixture(typeof(Backflow.Telemetry.Tests.Deviations))]

namespace Backflow.Telemetry.Tests;

/// <summary>The largest deviation of each quantity from its oracle, over all tests.</summary>
/// <remarks>
/// BACKFLOW_UPDATE_DOCS=1 prints the table after the last test and writes it into docs/telemetry.md. It is no test: the
/// digits depend on the processor's vectors, and each test has a tolerance of its own.
/// </remarks>
public sealed class Deviations : IDisposable
{
    private const string Heading = "| metric | oracle | largest deviation |";

    private static readonly ImmutableArray<(string What, string Metric, string Oracle)> Oracles =
    [
        ("total gradient", "total-gradient-norm", "the engine's vectors, summed in double"),
        ("total gradient, linear", "total-gradient-norm", "wⁿ of a linear network"),
        ("local gradient", "local-gradient-norm", "δy·W_head and δa·W of the double twin"),
        ("cell gradient", "cell-gradient-norm", "the double twin"),
        ("itemised gradient", "itemised-gradient-norm", "one backward pass of the double twin per loss"),
        ("itemised column sums", "itemised-gradient-norm, sums of columns", "the engine's total gradient"),
        ("itemised gradient, ln of a power", "itemised-gradient-norm, ln, to 4^±119", "wⁿ of a linear network"),
        ("last answer", "last-answer-gradient-norm", "the itemised row of the last loss"),
        ("decay", "gradient-decay", "the rate of a geometric series"),
        ("decay confidence", "gradient-decay-confidence", "1 for a geometric series"),
        ("recurrent weight gradient by timestep", "recurrent-weight-gradient-norm", "the matrices, written out"),
        (
            "recurrent weight gradient, sum over timesteps",
            "recurrent-weight-gradient-norm, sum of the matrices",
            "the engine's ∂L/∂R"),
        ("input weight gradient by timestep", "input-weight-gradient-norm", "the matrices, written out"),
        (
            "input weight gradient, sum over timesteps",
            "input-weight-gradient-norm, sum of the matrices",
            "the engine's ∂L/∂W"),
        ("gate mean", "gate-mean", "the gates' equations in double"),
        ("gate shares", "gate-share-below, gate-share-above", "the gates' equations in double"),
        ("gate derivative", "gate-mean-derivative", "the gates' equations in double"),
        ("unit saturation", "unit-saturation", "a count over the double twin's states"),
        ("dead units", "dead-unit-share", "a count over the double twin's states"),
        ("carousel gain", "carousel-gain", "σ(b)ⁿ, and the forget gates' products in double"),
        ("carousel gradient", "carousel-gradient-norm", "∂L/∂c of a network without R"),
        ("step Jacobian", "step-jacobian", "central differences of the double twin"),
        ("Jacobian product", "jacobian-product-norm, its matrices", "one backward pass of the double twin per unit"),
        ("Jacobian decay, linear", "jacobian-product-norm, largest by lag", "powers of a linear network's R"),
        (
            "Jacobian decay, differences",
            "jacobian-product-norm, largest by lag",
            "central differences of the double twin over all timesteps"),
        ("Jacobian bound", "jacobian-bound, by how much a norm exceeds it", "120 random networks"),
        ("sum of eigenvalues", "recurrent-spectrum", "the trace"),
        ("spectral radius", "spectral-radius", "a matrix with known eigenvalues"),
        ("spectral norm", "spectral-norm, spectral-norm-power", "σ₁ of a 2 × 2 matrix in closed form"),
        ("singular values", "jacobian-product-norm, singular values", "the Frobenius norm"),
        ("Lyapunov, linear", "lyapunov-exponents", "ln ρ of a linear network"),
        (
            "Lyapunov, linear with different eigenvalues",
            "lyapunov-exponents, over sequences",
            "ln of each eigenvalue of a linear network"),
        ("Lyapunov, sum against log determinant", "lyapunov-exponents, their sum", "the mean ln of the determinant"),
        ("Lyapunov, crossing gain", "lyapunov-exponents, gain where λ₁ = 0", "1, for infinitely many tanh units"),
        ("gradient norm", "gradient-norm", "the exported gradient, summed in double"),
        ("clipped gradient norm", "clipped-gradient-norm", "the exported gradient, summed in double"),
        ("layer gradient norm", "layer-gradient-norm", "the exported gradient, summed in double"),
        ("update-to-weight ratio", "update-to-weight-ratio", "the exported parameters"),
    ];

    private static readonly ConcurrentDictionary<string, double> Largest = new(StringComparer.Ordinal);

    /// <summary>Remembers a deviation, and writes it into the test's output.</summary>
    internal static void Note(string what, double deviation)
    {
        Assert.True(
            Oracles.Any(oracle => oracle.What == what),
            $"'{what}' has no oracle in {nameof(Deviations)}.{nameof(Oracles)}.");
        Largest.AddOrUpdate(what, deviation, (_, known) => Math.Max(known, deviation));
        TestContext.Current.TestOutputHelper?.WriteLine($"deviation | {what} | {deviation:G3}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") != "1")
        {
            return;
        }

        string[] missing =
            [.. Oracles.Select(static oracle => oracle.What).Where(static what => !Largest.ContainsKey(what))];
        if (missing.Length > 0)
        {
            Console.WriteLine($"docs/telemetry.md stays as it is: no test has measured {string.Join(", ", missing)}.");
            return;
        }

        string[] rows = [.. Oracles.Select(static oracle =>
            $"| {oracle.Metric} | {oracle.Oracle} | {Text(Largest[oracle.What])} |")];
        Console.WriteLine(string.Join(Environment.NewLine, rows));
        string[] lines = File.ReadAllLines(TelemetryPage.Path);
        int first = Array.IndexOf(lines, Heading) + 2;
        int end = Array.FindIndex(lines, first, static line => !line.StartsWith('|'));
        File.WriteAllText(TelemetryPage.Path, string.Join('\n', [.. lines[..first], .. rows, .. lines[end..]]) + "\n");
    }

    private static string Text(double deviation) =>
        deviation == 0 ? "0" : deviation.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
