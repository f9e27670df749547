using Xunit;

namespace Backflow.Training.Tests.Data;

/// <summary>
/// Validation of a text begins with the initial state, and leaves the carried state of training alone.
/// </summary>
public sealed class ValidationStateTests
{
    private static readonly TrainingConfiguration Carrying = new()
    {
        SentenceCharacters = 3_000,
        CarryState = true,
        HiddenSize = 9,
        EmbeddingSize = 5,
        SequenceLength = 8,
        LearningRate = 0.05,
        Threads = 1,
    };

    [Theory]
    [InlineData("rnn", ValidationPart.Usual)]
    [InlineData("lstm", ValidationPart.Usual)]
    [InlineData("gru", ValidationPart.Choosing)]
    [InlineData("lstm", ValidationPart.Confirming)]
    public void Validate_OnceMore_MeasuresTheSameBits(string cell, ValidationPart part)
    {
        using TrainingSession session = Trained(cell, steps: 4);
        double first = session.Validate(CancellationToken.None, part)!.Loss;
        Assert.Equal(first, session.Validate(CancellationToken.None, part)!.Loss);
    }

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Validate_BetweenTwoSteps_TheNextStepHasItsCarriedState(string cell)
    {
        using TrainingSession validated = Trained(cell, steps: 3);
        using TrainingSession undisturbed = Trained(cell, steps: 3);
        validated.Validate(CancellationToken.None);
        validated.Advance();
        undisturbed.Advance();
        Assert.Equal(undisturbed.Loss, validated.Loss);
        Assert.Equal(undisturbed.GradientNorm, validated.GradientNorm);

        // The state counts: without it the step has another loss.
        using TrainingSession reset = Trained(cell, steps: 3);
        float[] zeros = new float[reset.Pass.BatchSize * Carrying.HiddenSize];
        reset.Pass.Layers[0].SetState(Carrying.SequenceLength - 1, zeros, cell == "lstm" ? zeros : []);
        reset.Advance();
        Assert.NotEqual(undisturbed.Loss, reset.Loss);
    }

    /// <summary>The reach is measured in the buffers of training, with a final state's gradient of its own.</summary>
    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    public void MeasureReach_BetweenTwoSteps_TheNextStepHasItsCarriedState(string cell)
    {
        using TrainingSession measured = Trained(cell, steps: 3, batchSize: 8);
        using TrainingSession undisturbed = Trained(cell, steps: 3, batchSize: 8);
        Assert.NotNull(measured.MeasureReach());
        measured.Advance();
        undisturbed.Advance();
        Assert.Equal(undisturbed.Loss, measured.Loss);
        Assert.Equal(undisturbed.GradientNorm, measured.GradientNorm);
    }

    private static TrainingSession Trained(string cell, int steps, int batchSize = 3)
    {
        TrainingSession session =
            TrainingSession.Create(Carrying with { Cells = [cell], BatchSize = batchSize });
        for (int i = 0; i < steps; i++)
        {
            Assert.True(session.Advance());
        }

        return session;
    }
}
