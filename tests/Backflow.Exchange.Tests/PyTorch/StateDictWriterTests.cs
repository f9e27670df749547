using Backflow.Engine;
using Backflow.Exchange.PyTorch;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Networks of the engine, loaded and computed by PyTorch.</summary>
public sealed class StateDictWriterTests
{
    // Float32 in both, products in another order.
    private const float Tolerance = 1e-5f;

    public static TheoryData<string, int, int, int, bool> Networks => new()
    {
        { "lstm", 1, 0, 2, false },
        { "lstm", 2, 7, 7, false },
        { "gru", 2, 0, 3, true },
        { "rnn-tanh", 1, 5, 0, false },
        { "rnn-relu", 3, 0, 1, false },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Write_Network_ComputesTheSameInTorchAndComesBack(
        string cell, int layers, int vocabulary, int outputs, bool isBidirectional)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = vocabulary,
            InputSize = 3,
            Layers =
            [
                .. Enumerable.Range(0, isBidirectional ? 2 * layers : layers).Select(i =>
                    new LayerOptions(Cells.Named(cell), 17, isBidirectional && i % 2 == 1)),
            ],
            OutputSize = outputs,
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), new SplittableRandom(4));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-torch-");
        try
        {
            string path = Path.Combine(folder.FullName, "network.safetensors");
            string outputsPath = Path.Combine(folder.FullName, "outputs.safetensors");
            using (FileStream stream = File.Create(path))
            {
                StateDictWriter.Write(network, stream);
            }

            await TorchPython.RunAsync("write_back.py", path, outputsPath);
            SafetensorsFile computed = SafetensorsFile.Read(outputsPath);
            EngineOutputs.AssertClose(
                computed.Find("output").ToSingles(), EngineOutputs.Of(network, computed.Find("input")), Tolerance);

            ExchangedNetwork back = StateDictNetwork.Of(
                StateDictFile.Read(path), new StateDictOptions
                {
                    Elman = Cells.Named(cell) is { ElmanActivation: not null } elman ? elman : null,
                });
            Assert.Empty(back.Remarks);
            Assert.Equal(network.Parameters.Span, back.Build().Parameters.Span);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Python_BidirectionalNetwork_SaysSo() => Assert.Equal(
        "self.rnn = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)\nself.head = nn.Linear(8, 2)",
        StateDictWriter.Python(new NetworkOptions
        {
            InputSize = 3,
            Layers = [.. Enumerable.Range(0, 4).Select(static i => new LayerOptions(Cells.Lstm, 4, i % 2 == 1))],
            OutputSize = 2,
        }));

    [Theory]
    [InlineData("gru-reset-before", 4, false, "PyTorch has no module that computes the cell gru-reset-before.")]
    [InlineData("rnn-sigmoid", 4, false, "no module that computes the cell rnn-sigmoid")]
    [InlineData("rnn-skip-3", 4, false, "no module that computes the cell rnn-skip-3")]
    [InlineData("lstm", 5, false, "lstm of 4 units and lstm of 5")]
    [InlineData("lstm", 4, true, "1 layers of 2 have a reverse direction")]
    public void Write_NetworkThatTorchHasNot_IsRefusedByName(string cell, int second, bool isReverse, string said)
    {
        CellDescription named = Cells.Named(cell);
        List<LayerOptions> layers = [new(named, 4), new(named, second)];
        if (isReverse)
        {
            layers.Add(new LayerOptions(named, second, IsReverse: true));
        }

        RecurrentNetwork network = new(new NetworkOptions { InputSize = 3, Layers = [.. layers] });
        using MemoryStream stream = new();
        ExchangeException refusal =
            Assert.Throws<ExchangeException>(() => StateDictWriter.Write(network, stream));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }
}
