using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Benchmarks;

/// <summary>The documented sets of shapes (docs/benchmarks.md).</summary>
public static class BenchmarkShapes
{
    private const string Shapes = "Shapes";
    private const string Cell = "Cell";
    private const string Filter = "Filter";

    /// <summary>The set that takes part unless the user names another.</summary>
    public const string DefaultSet = "small";

    private const string AllSet = "all";

    /// <summary>A look at every kind of work in under half a minute.</summary>
    private static readonly ImmutableArray<string> Small =
    [
        "rnn,128,128,100,32",
        "lstm,128,128,64,1", "lstm,128,128,64,32", "lstm,256,256,128,32",
        "gru,128,128,100,32",
        "step:lstm,128,64,1", "step:lstm,128,64,32",
        "char:lstm,512",
    ];

    /// <summary>The shapes that the peers are compared at: H ≤ 256 with B 1 and 32, H 512 with B 64.</summary>
    private static readonly ImmutableArray<string> All =
    [
        "rnn,64,64,200,1", "rnn,128,128,100,1", "rnn,128,128,100,32",
        "rnn,256,256,100,1", "rnn,256,256,100,32", "rnn,512,512,100,64",
        "lstm,128,128,64,1", "lstm,128,128,64,32", "lstm,128,128,100,32",
        "lstm,256,256,128,1", "lstm,256,256,128,32", "lstm,512,512,128,64",
        "gru,64,64,200,1", "gru,128,128,100,1", "gru,128,128,100,32",
        "gru,256,256,128,1", "gru,256,256,128,32", "gru,512,512,100,64",
        "step:lstm,128,64,1", "step:lstm,128,64,32", "step:gru,128,64,32", "step:rnn,128,64,32",
        "char:lstm,128", "char:lstm,512",
    ];

    /// <summary>Chooses the shapes to time.</summary>
    /// <param name="set">The name of a set: small or all.</param>
    /// <param name="cell">Only this cell; null for every one.</param>
    /// <param name="filter">Only shapes whose text contains this; null for every one.</param>
    /// <returns>At least one shape.</returns>
    /// <exception cref="ExperimentException">A name is unknown, or no shape is left.</exception>
    public static ImmutableArray<BenchmarkShape> Select(string set, string? cell, string? filter)
    {
        ImmutableArray<string> shapes = set switch
        {
            DefaultSet => Small,
            AllSet => All,
            _ => throw new ExperimentException(
                $"{Shapes:setting} must be one of {DefaultSet}, {AllSet}, got '{set}'.", new Setting(Shapes, AllSet)),
        };
        if (cell is not null && !Cells.TryNamed(cell, out _))
        {
            throw new ExperimentException(
                $"{Cell:setting} must be one of {Cells.List}, got '{cell}'.", new Setting(Cell, "lstm"));
        }

        ImmutableArray<BenchmarkShape> chosen =
        [
            .. shapes.Select(BenchmarkShape.Parse)
                .Where(shape => cell is null || string.Equals(shape.Cell, cell, StringComparison.OrdinalIgnoreCase))
                .Where(shape => filter is null
                    || shape.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase)),
        ];
        if (!chosen.IsEmpty)
        {
            return chosen;
        }

        throw filter is null
            ? new ExperimentException(
                $"{Cell:setting} {cell} has no shape in the set '{set}'.",
                $"Time one of your own: {"Shape":setting} {cell},128,128,64,32, without {Cell:setting}.")
            : new ExperimentException(
                $"{Filter:setting} '{filter}' matches no shape in the set '{set}'"
                    + $"{(cell is null ? "" : $" of the cell {cell}")}.",
                new Setting(Filter, "lstm,128"));
    }
}
