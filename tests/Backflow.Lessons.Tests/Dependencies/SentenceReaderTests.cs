using Backflow.Engine;
using Backflow.Lessons.Dependencies;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Tests.Dependencies;

public sealed class SentenceReaderTests
{
    // A softmax and a product of 32 numbers in float, against double; and a norm of nearly 0 has no digits to compare.
    private const double RelativeTolerance = 1e-4;
    private const double LeastNorm = 1e-7;

    // Central differences of a loss in float: its last digits, divided by the step.
    private const double DifferenceTolerance = 2e-2;
    private const float DifferenceStep = 1e-2f;

    [Theory]
    [InlineData("rnn", "agreement", 5)]
    [InlineData("lstm", "memory", 17)]
    [InlineData("gru", "code", 1)]
    public void Read_LastWord_HasTheGradientThatTheHeadGives(string cell, string kind, int distance)
    {
        DependencySentence sentence = DependencySentence.HeldOut(DependencyKinds.Of(kind), distance, 1);
        RecurrentNetwork network = DependencyNetworks.Of(cell, 300);
        SentenceReading reading = SentenceReader.Read(network, sentence);

        (double[] probabilities, double norm) = Head(network, sentence);
        int answer = DependencyWords.AnswerOf(sentence.Answer);
        AssertClose(-Math.Log(probabilities[answer]), reading.Loss);
        AssertClose(Math.Max(norm, LeastNorm), Math.Max(reading.Norms[^1], LeastNorm));
        Assert.Equal(sentence.Words.Length, reading.Norms.Length);
        for (int i = 0; i < reading.Probabilities.Length; i++)
        {
            double expected = probabilities[DependencyWords.AnswerOf(sentence.Kind.Answers[i])];
            Assert.Equal(expected, reading.Probabilities[i], RelativeTolerance);
        }

        int likeliest = Array.IndexOf(probabilities, probabilities.Max());
        Assert.Equal(DependencyWords.Answers[likeliest], reading.Named);
        Assert.Equal(likeliest == answer, reading.IsRight);
    }

    // What follows the key is read again from a state that was moved by a little, unit by unit.
    [Theory]
    [InlineData("rnn", 300)]
    [InlineData("gru", 1000)]
    public void Read_Key_HasTheGradientOfDifferences(string cell, int steps)
    {
        DependencySentence sentence = DependencySentence.HeldOut(DependencyKinds.Of("music"), 6, 0);
        RecurrentNetwork network = DependencyNetworks.Of(cell, steps);
        using WorkerPool pool = new(threads: 1);
        float[] state = new float[network.Options.Layers[0].HiddenSize];
        NetworkPass whole = Pass(network, sentence, pool);
        whole.Layers[0].Hidden(whole.SequenceLength - sentence.Distance).CopyTo(state);
        double sum = 0;
        for (int unit = 0; unit < state.Length; unit++)
        {
            double difference = LossFrom(network, sentence, Moved(state, unit, DifferenceStep), pool)
                - LossFrom(network, sentence, Moved(state, unit, -DifferenceStep), pool);
            sum += Math.Pow(difference / (2 * DifferenceStep), 2);
        }

        double expected = Math.Sqrt(sum);
        double measured = SentenceReader.Read(network, sentence).Norms[sentence.Key];
        Assert.True(
            Math.Abs(measured - expected) <= DifferenceTolerance * expected, $"{measured} beside {expected}");
    }

    [Fact]
    public void Read_ManyAtOnce_AreTheSame()
    {
        DependencySentence sentence = DependencySentence.HeldOut(DependencyKinds.Of("gender"), 9, 2);
        RecurrentNetwork network = DependencyNetworks.Of("gru", 1000);
        SentenceReading alone = SentenceReader.Read(network, sentence);
        SentenceReading[] together =
            [.. Enumerable.Range(0, 16).AsParallel().Select(_ => SentenceReader.Read(network, sentence))];
        Assert.All(together, one => Assert.Equal(alone.Norms, one.Norms));
    }

    private static float[] Moved(float[] state, int unit, float by)
    {
        float[] moved = [.. state];
        moved[unit] += by;
        return moved;
    }

    private static double LossFrom(
        RecurrentNetwork network, DependencySentence sentence, float[] keyState, WorkerPool pool)
    {
        NetworkPass rest = new(network, sentence.Distance - 1, batchSize: 1, pool);
        for (int t = 0; t < rest.SequenceLength; t++)
        {
            rest.Tokens[t] = DependencyWords.IndexOf(sentence.Words[sentence.Key + 1 + t]);
        }

        rest.Head!.Targets[0] = DependencyWords.AnswerOf(sentence.Answer);
        rest.Layers[0].SetInitialState(keyState);
        rest.Forward();
        return rest.Head.Loss;
    }

    private static (double[] Probabilities, double Norm) Head(RecurrentNetwork network, DependencySentence sentence)
    {
        double[] hidden = Hidden(network, sentence);
        float[] weights = new float[network.HeadWeights!.Count];
        float[] bias = new float[network.HeadBias!.Count];
        network.HeadWeights.Export(network.Parameters.Span, weights);
        network.HeadBias.Export(network.Parameters.Span, bias);
        double[] logits =
        [
            .. bias.Select((b, o) => b + hidden.Select((h, j) => h * weights[(o * hidden.Length) + j]).Sum()),
        ];
        double sum = logits.Sum(Math.Exp);
        double[] probabilities = [.. logits.Select(logit => Math.Exp(logit) / sum)];
        int answer = DependencyWords.AnswerOf(sentence.Answer);
        double[] gradient =
        [
            .. hidden.Select((_, j) => probabilities
                .Select((p, o) => (p - (o == answer ? 1 : 0)) * weights[(o * hidden.Length) + j]).Sum()),
        ];
        return (probabilities, Math.Sqrt(gradient.Sum(static one => one * one)));
    }

    private static void AssertClose(double expected, double measured) => Assert.True(
        Math.Abs(measured - expected) <= RelativeTolerance * expected, $"{measured} beside {expected}");

    private static double[] Hidden(RecurrentNetwork network, DependencySentence sentence)
    {
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = Pass(network, sentence, pool);
        float[] hidden = new float[network.Options.Layers[0].HiddenSize];
        pass.Layers[0].Hidden(pass.SequenceLength - 1).CopyTo(hidden);
        return [.. hidden.Select(static one => (double)one)];
    }

    private static NetworkPass Pass(RecurrentNetwork network, DependencySentence sentence, WorkerPool pool)
    {
        NetworkPass pass = new(network, DependencyKinds.LongestBeginning, batchSize: 1, pool);
        TaskBatch batch = new(DependencyTask.Sizes, batchSize: 1);
        DependencyTask.Write(sentence, row: 0, batch);
        batch.CopyTo(pass);
        pass.ResetState();
        pass.Forward();
        return pass;
    }
}
