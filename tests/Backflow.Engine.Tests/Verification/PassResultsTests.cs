using Backflow.Engine.Kernels;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Verification;

/// <summary>The comparison asks the twin what there is: what it does not name is compared with nothing.</summary>
public sealed class PassResultsTests
{
    [Theory]
    [InlineData("rnn-tanh", 0, 0)]
    [InlineData("lstm", 0, 4)]
    [InlineData("lstm", 6, 6)]
    [InlineData("gru", 6, 6)]
    public void OfTwin_EveryNetwork_NamesWhatTheEngineNames(string cell, int symbols, int outputs)
    {
        PassInputs inputs = RandomInputs.Draw(new GradientCheckOptions
        {
            Network = new NetworkOptions
            {
                VocabularySize = symbols,
                InputSize = 3,
                Layers = [new LayerOptions(Cells.Named(cell), 5), new LayerOptions(Cells.Named(cell), 4)],
                OutputSize = outputs,
            },
            SequenceLength = 4,
            BatchSize = 2,
        });
        Assert.Equal(
            PassResults.OfEngine(inputs, KernelSet.Widest).Tensors.Keys.Order(StringComparer.Ordinal),
            PassResults.OfTwin(inputs).Tensors.Keys.Order(StringComparer.Ordinal));
    }
}
