using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange.Onnx;
using Backflow.Training;

namespace Backflow.Experiments.Verification;

/// <summary>One line of the table of recorded ONNX models.</summary>
/// <param name="Name">The model's folder.</param>
/// <param name="Subject">The operator of a single node, or the cells of a network.</param>
/// <param name="Entries">Numbers compared.</param>
/// <param name="SpecificationDeviation">
/// The largest difference of what the operator's equations make; null for a network of several nodes.
/// </param>
/// <param name="EngineDeviation">The largest difference of what the engine makes; null where it cannot.</param>
/// <param name="Passed">Whether nothing is farther off than <see cref="OnnxChecks.Tolerance"/>.</param>
/// <param name="Remark">What was not computed or not compared, and why; null where all was.</param>
public sealed record OnnxModelRow(
    string Name,
    string Subject,
    long Entries,
    double? SpecificationDeviation,
    double? EngineDeviation,
    bool Passed,
    string? Remark);

/// <summary>The checks behind 'backflow onnxcheck'.</summary>
public static class OnnxChecks
{
    /// <summary>The largest difference that rounding explains.</summary>
    public static double Tolerance => OnnxCheck.Tolerance;

    /// <summary>The folders with a recorded model, in order of their names.</summary>
    /// <param name="folder">A folder with models, or one that is a model's own.</param>
    /// <returns>Paths of folders.</returns>
    /// <exception cref="ExperimentException">There is no such folder, or none with a model in it.</exception>
    public static ImmutableArray<string> Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException(
                $"There is no folder '{folder}'.",
                "Give a folder of models, as in tests/Backflow.Exchange.Tests/Onnx/NodeTests.");
        }

        ImmutableArray<string> folders;
        try
        {
            folders = OnnxCheck.Find(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                $"The folder '{folder}' cannot be read: {failure.Message}", "Give a folder that can.", failure);
        }

        return folders.IsEmpty
            ? throw new ExperimentException(
                $"The folder '{folder}' has no model.onnx, and none of its folders has one.",
                "Give a folder whose folders hold model.onnx, in_NAME.npy and out_NAME.npy.")
            : folders;
    }

    /// <summary>Checks folders, one after the other. What cannot be read is a row that failed.</summary>
    /// <param name="folders">Paths of folders.</param>
    /// <param name="cancellation">Ends the check early.</param>
    /// <returns>The rows, as they are done.</returns>
    public static IEnumerable<OnnxModelRow> Check(ImmutableArray<string> folders, CancellationToken cancellation)
    {
        using WorkerPool pool = new(threads: 1);
        foreach (string folder in folders)
        {
            cancellation.ThrowIfCancellationRequested();
            OnnxCheckRow row = OnnxCheck.Check(folder, pool);
            yield return new OnnxModelRow(
                row.Name,
                row.Subject,
                row.Entries,
                row.SpecificationDeviation,
                row.EngineDeviation,
                row.Passed,
                row.Remark);
        }
    }
}
