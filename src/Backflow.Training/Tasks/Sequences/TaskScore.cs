using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>How a network did on the validation sequences.</summary>
/// <param name="Loss">Mean loss over every answer: nats, or squared error.</param>
/// <param name="Success">The share of successes.</param>
/// <param name="GroupSuccess">The share of successes in each group of the task.</param>
public sealed record TaskScore(double Loss, double Success, ImmutableArray<double> GroupSuccess)
{
    /// <summary>Measures a network on as many validation sequences as a task has.</summary>
    /// <param name="task">Writes the sequences, and counts the successes.</param>
    /// <param name="pass">A pass of the task's shape; its states are overwritten.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <param name="firstSequence">The number of the first sequence; others than from 0 on are measured by no
    /// run.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static TaskScore Measure(
        SequenceTask task, NetworkPass pass, CancellationToken cancellation, int firstSequence = 0)
    {
        TaskBatch batch = new(task.Shape, pass.BatchSize);
        long[] right = new long[task.GroupCount];
        long[] counted = new long[task.GroupCount];
        float[] gradients = new float[pass.BatchSize * task.Shape.OutputSize];
        double loss = 0;
        long answers = 0;
        for (int first = 0; first < task.ValidationCount; first += pass.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            task.WriteValidation(firstSequence + first, batch);
            batch.CopyTo(pass);
            pass.ResetState();
            pass.Forward();
            int rows = Math.Min(pass.BatchSize, task.ValidationCount - first);
            for (int t = 0; t < task.Shape.AnswerTimesteps; t++)
            {
                pass.Head!.GetOutputs(t, gradients);
                for (int row = 0; row < rows; row++)
                {
                    if (!task.Shape.IsRegression && batch.Target(t, row) == TaskBatch.Ignored)
                    {
                        continue;
                    }

                    double rowLoss = pass.Head.RowLoss(t, row);
                    loss += rowLoss;
                    answers++;
                    if (task.CountsForSuccess(t))
                    {
                        bool isRight = IsRight(task, pass, gradients, batch, t, row);
                        right[batch.Group(row)] += isRight ? 1 : 0;
                        counted[batch.Group(row)]++;
                    }
                }
            }
        }

        return new TaskScore(
            loss / answers,
            (double)right.Sum() / counted.Sum(),
            [.. right.Zip(counted, static (hits, all) => (double)hits / all)]);
    }

    /// <summary>Whether an answer is a success.</summary>
    /// <param name="task">The task, which says what counts.</param>
    /// <param name="pass">A pass after its forward pass with the batch's targets.</param>
    /// <param name="gradients">[B, O], what the head holds for the timestep.</param>
    /// <param name="batch">The batch that the pass has read.</param>
    /// <param name="timestep">The timestep of the answer, from 0 to T′ − 1.</param>
    /// <param name="row">The sequence, from 0 to B − 1.</param>
    internal static bool IsRight(
        SequenceTask task, NetworkPass pass, ReadOnlySpan<float> gradients, TaskBatch batch, int timestep, int row)
    {
        double loss = pass.Head!.RowLoss(timestep, row);
        int outputs = task.Shape.OutputSize;
        return task.Shape.IsRegression
            ? Math.Sqrt(loss) < task.ErrorTolerance
            : IsLikeliest(
                gradients.Slice(row * outputs, outputs), batch.Target(timestep, row), loss, pass.Head.CountedTargets);
    }

    // After a pass with targets the head holds ∂L/∂y = (softmax − one-hot)/n: each other class's probability is n
    // times its gradient, and the target's is e^−loss.
    private static bool IsLikeliest(ReadOnlySpan<float> gradient, int target, double loss, int counted)
    {
        double own = Math.Exp(-loss);
        for (int i = 0; i < gradient.Length; i++)
        {
            if (i != target && !((double)gradient[i] * counted < own))
            {
                return false;
            }
        }

        return true;
    }
}
