using Backflow.Engine;

namespace Backflow.Lessons.Dependencies;

/// <summary>How likely a network finds each answer, after a forward pass with targets.</summary>
internal sealed class AnswerProbabilities
{
    private readonly NetworkPass _pass;
    private readonly float[] _gradients;

    public AnswerProbabilities(NetworkPass pass)
    {
        _pass = pass;
        _gradients = new float[pass.BatchSize * pass.Head!.OutputSize];
        pass.Head.GetOutputs(0, _gradients);
    }

    /// <summary>The probability of an answer.</summary>
    /// <remarks>
    /// The head then holds ∂L/∂y = (softmax − one-hot)/n: the probability of another class is n times its gradient, and
    /// that of the target e^−loss.
    /// </remarks>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    /// <param name="answer">The class.</param>
    public double Of(int row, int answer)
    {
        LinearHead head = _pass.Head!;
        return answer == head.Targets[row]
            ? Math.Exp(-head.RowLoss(0, row))
            : (double)_gradients[(row * head.OutputSize) + answer] * head.CountedTargets;
    }

    /// <summary>The class that the network finds likeliest.</summary>
    public int Likeliest(int row) =>
        Enumerable.Range(0, _pass.Head!.OutputSize).MaxBy(answer => Of(row, answer));
}
