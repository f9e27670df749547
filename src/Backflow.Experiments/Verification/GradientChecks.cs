using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Engine.Verification;
using Backflow.Telemetry;
using Backflow.Tensors;
using Backflow.Training;
using Backflow.Training.Notes;

namespace Backflow.Experiments.Verification;

/// <summary>One line of the table of gradient checks.</summary>
/// <param name="Subject">The cell, or the fixture's file name.</param>
/// <param name="Sizes">Layers and sizes: L, T, B, I, H.</param>
/// <param name="Entries">Numbers compared.</param>
/// <param name="DoubleDeviation">The worst deviation in double: from central differences, or from the recorded
/// values.</param>
/// <param name="DoubleTensor">Where it was found.</param>
/// <param name="FloatDeviation">The worst deviation of the float engine, in units of the tensor's largest
/// entry.</param>
/// <param name="FloatTensor">Where it was found.</param>
/// <param name="Passed">Whether both lie within their tolerances.</param>
/// <param name="Failure">Why nothing could be compared; null where something was.</param>
public sealed record GradientCheckRow(
    string Subject,
    string Sizes,
    long Entries,
    double DoubleDeviation,
    string DoubleTensor,
    double FloatDeviation,
    string FloatTensor,
    bool Passed,
    string? Failure);

/// <summary>The checks behind 'backflow gradcheck'.</summary>
public static class GradientChecks
{
    /// <summary>
    /// Layers, T, B, I, H: small ones in full, one around the vector width, one deep, one long, one in both directions.
    /// </summary>
    private static readonly ImmutableArray<(int Layers, int T, int B, int I, int H, bool BothDirections)> Sizes =
    [
        (1, 7, 2, 3, 5, false),
        (1, 5, 3, 4, 17, false),
        (2, 6, 2, 3, 8, false),
        (3, 4, 2, 3, 6, false),
        (1, 50, 1, 2, 16, false),
        (2, 5, 2, 3, 6, true),
    ];

    /// <summary>Entries of each tensor that are held against differences; all of them where there are fewer.</summary>
    private const int EntriesPerTensor = 200;

    /// <summary>Tolerance of gradients against central differences in double.</summary>
    public static double DifferenceTolerance => GradientCheck.DifferenceTolerance;

    /// <summary>Tolerance of the float engine against the double twin.</summary>
    public static double FloatTolerance => GradientCheck.SingleTolerance;

    /// <summary>Tolerance of the double twin against recorded values.</summary>
    public static double FixtureDoubleTolerance => FixtureCheck.DoubleTolerance;

    /// <summary>Tolerance of the float engine against recorded values.</summary>
    public static double FixtureFloatTolerance => FixtureCheck.SingleTolerance;

    /// <summary>What this machine's threads do with subnormal numbers.</summary>
    /// <returns>A sentence.</returns>
    public static string Arithmetic()
    {
        using WorkerPool pool = new(Environment.ProcessorCount);
        return ArithmeticNotes.Describe(pool);
    }

    /// <summary>The names of the cells that no gradient check can measure.</summary>
    public static ImmutableArray<string> UncheckedCells =>
        [.. Cells.All.Where(static cell => !cell.HasTwin).Select(static cell => cell.Name)];

    /// <summary>The number of rows that <see cref="CheckCells"/> yields for all cells.</summary>
    public static int CellRows => CheckedCells.Length * Sizes.Length;

    /// <summary>Checks every cell that has a twin at several sizes, one row after the other.</summary>
    /// <param name="seed">The seed of parameters and inputs.</param>
    /// <param name="cancellation">Ends the check early.</param>
    /// <returns>The rows, as they are done.</returns>
    public static IEnumerable<GradientCheckRow> CheckCells(ulong seed, CancellationToken cancellation)
    {
        foreach (CellDescription cell in CheckedCells)
        {
            foreach ((int layers, int t, int b, int i, int h, bool both) in Sizes)
            {
                GradientCheckOptions options = GradientCheckOptions.ForCell(cell, layers, t, b, i, h, seed, both) with
                {
                    EntriesPerTensor = EntriesPerTensor,
                };
                GradientCheckResult result = GradientCheck.Run(options, cancellation);
                yield return new GradientCheckRow(
                    cell.Name,
                    SizesText(layers, t, b, i, h) + (both ? ", both directions" : string.Empty),
                    result.EntriesChecked,
                    result.WorstDifference.Deviation,
                    result.WorstDifference.Tensor,
                    result.WorstSingle.Deviation,
                    result.WorstSingle.Tensor,
                    result.Passed,
                    Failure: null);
            }
        }
    }

    private static ImmutableArray<CellDescription> CheckedCells => [.. Cells.All.Where(static cell => cell.HasTwin)];

    /// <summary>The fixtures in a folder, in order of their names.</summary>
    /// <param name="folder">A folder with safetensors files; those below it do not count.</param>
    /// <returns>Paths of safetensors files.</returns>
    /// <exception cref="ExperimentException">There is no such folder, or none in it.</exception>
    public static ImmutableArray<string> FindFixtures(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException(
                $"There is no folder '{folder}'.",
                "Give a folder with safetensors files, as in tests/Backflow.Engine.Tests/Fixtures.");
        }

        ImmutableArray<string> files =
            [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];
        return files.IsEmpty
            ? throw new ExperimentException(
                $"The folder '{folder}' has no file that ends in .safetensors.",
                "Give a folder with recorded gradients.")
            : files;
    }

    /// <summary>
    /// Checks recorded gradients, one file after the other. A file that cannot be read is a row that failed.
    /// </summary>
    /// <param name="files">Paths of safetensors files.</param>
    /// <param name="cancellation">Ends the check early.</param>
    /// <returns>The rows, as they are done.</returns>
    public static IEnumerable<GradientCheckRow> CheckFixtures(
        ImmutableArray<string> files, CancellationToken cancellation)
    {
        foreach (string file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return CheckFixture(file);
        }
    }

    private static GradientCheckRow CheckFixture(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            Dictionary<string, FixtureTensor> tensors = file.Tensors.ToDictionary(
                static tensor => tensor.Name,
                static tensor => new FixtureTensor(tensor.Shape, tensor.ToDoubles()));
            FixtureCheckResult result = FixtureCheck.Run(tensors, file.Metadata);
            return new GradientCheckRow(
                name,
                SizesText(result.Layers, result.SequenceLength, result.BatchSize, result.InputSize, result.HiddenSize),
                result.Tensors.Sum(static tensor => (long)tensor.Entries),
                result.WorstDouble.Deviation,
                result.WorstDouble.Tensor,
                result.WorstSingle.Deviation,
                result.WorstSingle.Tensor,
                result.Passed,
                Failure: null);
        }
        catch (Exception failure) when (failure is InvalidDataException or TensorFileException)
        {
            return new GradientCheckRow(
                name,
                NumberText.Nothing,
                0,
                double.NaN,
                NumberText.Nothing,
                double.NaN,
                NumberText.Nothing,
                Passed: false,
                failure.Message);
        }
    }

    private static string SizesText(int layers, int t, int b, int i, int h) => $"L{layers} T{t} B{b} I{i} H{h}";
}
