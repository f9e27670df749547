using System.Text.RegularExpressions;
using Xunit;

namespace Backflow.Cli.Tests;

/// <summary>Only its kernels, twin and linearisation know a particular cell; all others ask its description.</summary>
public sealed partial class CellKnowledgeTests
{
    /// <summary>One cell stands for all: who adds one touches as many files as name this one.</summary>
    private static readonly string[] FilesOfACell =
    [
        "src/Backflow.Engine/Cells/Cells.cs",
        "src/Backflow.Engine/Cells/GruKernels.cs",
        "src/Backflow.Engine/Cells/GruResetBeforeCell.cs",
        "src/Backflow.Engine/Cells/GruResetBeforeKernels.cs",
        "src/Backflow.Engine/Kernels/Reference/ReferenceGruResetBefore.cs",
        "src/Backflow.Engine/Verification/SeedGruFixture.cs",
        "src/Backflow.Exchange/Onnx/OnnxCell.cs",
        "src/Backflow.Exchange/TensorFlowJs/ModelCells.cs",
        "src/Backflow.Telemetry/Dynamics/GruResetBeforeLinearisation.cs",
        "src/Backflow.Telemetry/Dynamics/Linearisations.cs",
    ];

    [Fact]
    public void Sources_OutsideCellsAndTwins_CompareNothingWithACell()
    {
        string[] found =
        [
            .. SourceFiles().Where(static file => !MayCompare(file)).SelectMany(static file => File
                .ReadLines(Absolute(file))
                .Where(static line => IsComparison(line))
                .Select(line => $"{file}: {line.Trim()}")),
        ];
        Assert.Empty(found);
    }

    [Fact]
    public void Sources_OneCell_IsNamedInItsOwnFilesAndThreeRows() => Assert.Equal(
        FilesOfACell,
        SourceFiles()
            .Where(static file => OneCell().IsMatch(File.ReadAllText(Absolute(file))))
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("if (cell == Cells.Lstm)")]
    [InlineData("Cells.Gru => 3,")]
    [InlineData("cell is Cells.RnnTanh or Cells.RnnRelu")]
    [InlineData("if (layer.Cell == \"lstm\")")]
    [InlineData("layer.Cell != \"rnn-relu\"")]
    [InlineData("\"gru\" or \"gru-reset-before\" => 3.5,")]
    [InlineData("c.Cells.Contains(\"lstm\")")]
    [InlineData("cell.StartsWith(\"rnn\", StringComparison.Ordinal)")]
    [InlineData("case 'rnn': case 'rnn-tanh': return 1;")]
    [InlineData("cell === 'lstm' ? 'c' : 'h'")]
    public void IsComparison_LinesThatOnceStood_AreFound(string line) => Assert.True(IsComparison(line));

    [Theory]
    [InlineData("Cells = [\"gru\"], Chrono = lag")]
    [InlineData("new(\"RNN\", Cells.RnnTanh, static _ => new InitialisationOptions()),")]
    [InlineData("public static CellDescription Lstm => LstmCell.Description;")]
    [InlineData("{ ForgetBias: not null } => [ForgetBias(context, 3)],")]
    public void IsComparison_LinesThatChooseACell_AreNot(string line) => Assert.False(IsComparison(line));

    private static bool MayCompare(string file) =>
        file.StartsWith("src/Backflow.Engine/Cells/", StringComparison.Ordinal)
        || file.StartsWith("src/Backflow.Engine/Kernels/Reference/", StringComparison.Ordinal)
        || file == "src/Backflow.Telemetry/Dynamics/Linearisations.cs";

    private static bool IsComparison(string line) => ByDescription().IsMatch(line) || ByName().IsMatch(line);

    private static string Absolute(string file) => Path.Combine(RepositoryRoot.Path, file);

    private static IEnumerable<string> SourceFiles() => ((string[])["src", "web/dashboard/src"])
        .SelectMany(static folder => Directory.EnumerateFiles(
            Path.Combine(RepositoryRoot.Path, folder), "*.*", SearchOption.AllDirectories))
        .Where(static file => Path.GetExtension(file) is ".cs" or ".ts" or ".svelte")
        .Select(static file => Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/'))
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex(
        @"(([=!]==?|\bis|\bnot|\bor|\bcase)\s*\(?(Engine\.)?Cells\.(Rnn|Lstm|Gru)\w*)"
        + @"|(\bCells\.(Rnn|Lstm|Gru)\w*\s*(=>|[=!]=|\bor\b))")]
    private static partial Regex ByDescription();

    private const string Name = """["'](rnn|rnn-tanh|rnn-relu|rnn-sigmoid|lstm|gru|gru-reset-before)["']""";

    [GeneratedRegex(
        @"(([=!]==?|\bis|\bnot|\bor|\bcase|Contains\(|StartsWith\(|EndsWith\(|Equals\(|IndexOf\(|includes\()\s*"
        + Name + ")|(" + Name + @"\s*(=>|[=!]=|\bor\b))")]
    private static partial Regex ByName();

    [GeneratedRegex("GruResetBefore|gru-reset-before")]
    private static partial Regex OneCell();
}
