using Backflow.Exchange.Onnx;
using Backflow.ProbeFuzz;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>A small count of what a million damaged models are read for.</summary>
public sealed class OnnxMutationsTests
{
    private const int Mutations = 10_000;

    private static readonly string Folder =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "Onnx", "Golden");

    [Fact]
    public void Read_MutatedModels_GivesANetworkOrARefusal()
    {
        byte[][] files =
        [
            .. OnnxCheck.Find(Folder).Select(static folder =>
                File.ReadAllBytes(Path.Combine(folder, OnnxCheck.ModelFile))),
        ];
        OnnxMutations.Outcome outcome = OnnxMutations.Run(files, Mutations, seed: 1);
        Assert.Equal(Mutations, outcome.Read + outcome.Refused);
        Assert.True(outcome.Read > 0 && outcome.Refused > 0, $"{outcome}");
    }
}
