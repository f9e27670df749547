using Backflow.Engine;
using Backflow.Experiments.Studies.Tasks;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;
using Xunit;

namespace Backflow.Experiments.Tests.Studies.Tasks;

public sealed class TrialTests
{
    private const long LstmParameters = 21_737;

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void MatchedHiddenSize_HasAboutAsManyParameters(string cell)
    {
        TaskShape shape = TaskCatalogue.Find("copy-memory").Create(new Dictionary<string, int>()).Shape;
        TrainingConfiguration configuration = new() { Cells = [cell], EmbeddingSize = 16 };
        configuration = configuration with
        {
            HiddenSize = Trial.MatchedHiddenSize(configuration, shape, LstmParameters),
        };

        RecurrentNetwork network = new(ConfigurationRules.Network(configuration, shape));
        Assert.Equal(network.Layout.Count, Trial.ParameterCount(configuration, shape));
        Assert.InRange(network.Layout.Count, LstmParameters * 0.98, LstmParameters * 1.02);
    }
}
