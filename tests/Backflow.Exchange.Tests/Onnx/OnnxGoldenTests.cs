using Backflow.Engine;
using Backflow.Exchange.Onnx;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>
/// Networks that torch.onnx.export of PyTorch 1.13.1 wrote, beside what PyTorch computed (Golden/make_golden.py), in
/// the engine and in ONNX Runtime.
/// </summary>
public sealed class OnnxGoldenTests
{
    private static readonly string Folder =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "Onnx", "Golden");

    // Refused, each for a reason of its own.
    private static readonly string[] Refused = ["lstm-packed", "rnn-squeeze"];

    public static TheoryData<string> Names =>
    [
        .. OnnxCheck.Find(Folder).Select(static folder => Path.GetFileName(folder)!).Except(Refused),
    ];

    [Fact]
    public void Networks_OfAllKinds_AreThere() => Assert.True(Names.Count >= 11, $"{Names.Count} in {Folder}");

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_Network_ComputesWhatPyTorchComputes(string name)
    {
        using WorkerPool pool = new(threads: 1);
        OnnxCheckRow row = OnnxCheck.Check(Path.Combine(Folder, name), pool);
        Assert.True(row.Passed, $"{row}");
        Assert.True(row.Entries > 0, $"{row}");
    }

    /// <summary>What PyTorch recorded is what the runtime makes of the files.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Network_ComputesInTheRuntimeWhatPyTorchComputes(string name) => RecordedFolder.AssertRuntime(
        Path.Combine(Folder, name));

    [Theory]
    [InlineData("lstm-packed", "is given the lengths of sequences (sequence_lens)")]
    [InlineData("rnn-squeeze", "holds a subgraph")]
    public void Read_NetworkThatIsNotAChain_IsRefused(string name, string said)
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(
            () => OnnxModel.Read(Path.Combine(Folder, name, OnnxCheck.ModelFile)));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lstm-fixed-batch", "Layer 0 begins with a constant state of batch 3: the file runs with no other")]
    [InlineData("lstm-2-layers-batch-first-head", "The file reads sequences first, [B, T]")]
    public void Read_Network_RemarksOnWhatTheFileSays(string name, string said)
    {
        ExchangedNetwork network = OnnxModel.Read(Path.Combine(Folder, name, OnnxCheck.ModelFile));
        Assert.StartsWith(said, Assert.Single(network.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gru", "", 0, HeadPosition.EveryTimestep)]
    [InlineData("gru-2-layers-state", "", 7, HeadPosition.LastTimestep)]
    [InlineData("rnn-relu-2-layers-slice", "", 0, HeadPosition.LastTimestep)]
    [InlineData("gru-bidirectional-batch-first-head", "_reverse", 0, HeadPosition.EveryTimestep)]
    public void Read_Network_HasItsParts(string name, string suffix, int symbols, HeadPosition head)
    {
        ExchangedNetwork network = OnnxModel.Read(Path.Combine(Folder, name, OnnxCheck.ModelFile));
        Assert.Equal((symbols, head), (network.Options.VocabularySize, network.Options.HeadPosition));
        Assert.Contains(network.Parameters, tensor => tensor.Name == $"weight_hh_l0{suffix}");
    }
}
