using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training.Reach;

/// <summary>Measures the effective context of a network on a task.</summary>
/// <remarks>
/// The last answer of each of 64 validation sequences, 32 while training, is asked again and again, with the last ℓ
/// inputs up to it the sequence's own and all earlier ones those of the next sequence. Lags lie on a logarithmic grid,
/// and between the last that matters and the first that does not every bisection is measured, so that the number is
/// exact where the rise falls monotonically. Cost: a forward pass of the sequences for each lag; 2 of them for a
/// network that knows nothing, else 6 to 20.
/// </remarks>
internal sealed class TaskContext
{
    private const int AllSequences = 64;
    private const int FewSequences = 32;

    private static readonly ImmutableArray<int> Grid = [.. GridOf(10_000_000)];

    private readonly SequenceTask _task;
    private readonly NetworkPass _pass;
    private readonly TaskBatch _own;
    private readonly TaskBatch _mixed;
    private readonly float[] _outputs;
    private readonly int[] _answers;
    private readonly Dictionary<int, Answer[]> _measured = [];
    private int _sequences = AllSequences;

    /// <summary>Writes the sequences that are asked.</summary>
    /// <param name="task">What the network is asked; its validation sequences are written once.</param>
    /// <param name="pass">A pass of the task's shape; its states are overwritten.</param>
    public TaskContext(SequenceTask task, NetworkPass pass)
    {
        _task = task;
        _pass = pass;
        _own = new TaskBatch(task.Shape, AllSequences);
        _mixed = new TaskBatch(task.Shape, pass.BatchSize);
        _outputs = new float[pass.BatchSize * task.Shape.OutputSize];
        task.WriteValidation(0, _own);
        _answers = [.. Enumerable.Range(0, AllSequences).Select(LastAnswer)];
    }

    private int Timesteps => _task.Shape.SequenceLength;

    // The head's timestep 0 is this one of the sequence.
    private int FirstAnswer => Timesteps - _task.Shape.AnswerTimesteps;

    /// <summary>Measures the network as it is now.</summary>
    /// <param name="isWhole">Whether every lag of the grid is measured, on all sequences; else those that the number
    /// needs, on half of them.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>The effective context; null where no sequence has an answer.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public EffectiveContext? Measure(bool isWhole, CancellationToken cancellation)
    {
        _measured.Clear();
        _sequences = isWhole ? AllSequences : FewSequences;
        Answer[] own = At(Timesteps, cancellation);
        if (own.Length == 0)
        {
            return null;
        }

        double loss = own.Average(static answer => answer.Loss);
        ContextPoint whole = PointAt(0, own, cancellation);
        int[] lags = [.. Grid.TakeWhile(lag => lag < Timesteps - 1), Timesteps - 1];
        if (isWhole)
        {
            foreach (int lag in lags)
            {
                PointAt(lag, own, cancellation);
            }
        }

        int number = 0;
        if (EffectiveContext.Matters(whole, whole, loss))
        {
            int place = lags.Length - 1;
            while (place > 0 && !Matters(lags[place]))
            {
                place--;
            }

            number = lags[place];
            int beyond = place + 1 < lags.Length ? lags[place + 1] : number + 1;
            while (beyond - number > 1)
            {
                int middle = number + ((beyond - number) / 2);
                (number, beyond) = Matters(middle) ? (middle, beyond) : (number, middle);
            }
        }

        ImmutableArray<ContextPoint> curve =
        [
            .. _measured.Keys.Where(lag => lag < Timesteps).Order().Select(lag => PointAt(lag, own, cancellation)),
        ];
        return new EffectiveContext(number, Timesteps - 1, loss, curve, EffectiveContext.TaskRule);

        bool Matters(int lag) => EffectiveContext.Matters(PointAt(lag, own, cancellation), whole, loss);
    }

    // 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 …: two lags per octave.
    private static IEnumerable<int> GridOf(int longest)
    {
        yield return 0;
        yield return 1;
        for (int lag = 2; lag < longest; lag *= 2)
        {
            yield return lag;
            yield return lag + (lag / 2);
        }
    }

    private ContextPoint PointAt(int lag, Answer[] own, CancellationToken cancellation)
    {
        Answer[] mixed = At(lag, cancellation);
        double rise = 0;
        double failures = 0;
        for (int i = 0; i < own.Length; i++)
        {
            rise += mixed[i].Loss - own[i].Loss;
            failures += (own[i].IsRight ? 1 : 0) - (mixed[i].IsRight ? 1 : 0);
        }

        rise /= own.Length;
        double squares = 0;
        for (int i = 0; i < own.Length; i++)
        {
            double deviation = mixed[i].Loss - own[i].Loss - rise;
            squares += deviation * deviation;
        }

        double standardError = Math.Sqrt(squares / Math.Max(1, own.Length - 1) / own.Length);
        return new ContextPoint(lag, rise, standardError, failures / own.Length);
    }

    private Answer[] At(int lag, CancellationToken cancellation)
    {
        if (_measured.TryGetValue(lag, out Answer[]? known))
        {
            return known;
        }

        List<Answer> answers = [];
        for (int first = 0; first < _sequences; first += _pass.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            Ask(first, lag, answers);
        }

        return _measured[lag] = [.. answers];
    }

    private void Ask(int first, int lag, List<Answer> answers)
    {
        for (int row = 0; row < _mixed.BatchSize; row++)
        {
            // Rows behind the last sequence repeat it, and are not read.
            int sequence = Math.Min(first + row, _sequences - 1);
            int other = (sequence + 1) % _sequences;
            for (int t = 0; t < Timesteps; t++)
            {
                bool isOwn = t > FirstAnswer + _answers[sequence] - lag;
                _mixed.CopyInput(t, row, _own, isOwn ? sequence : other);
            }

            for (int t = 0; t < _task.Shape.AnswerTimesteps; t++)
            {
                if (_task.Shape.IsRegression || t == _answers[sequence])
                {
                    _mixed.CopyTarget(t, row, _own, sequence);
                }
                else
                {
                    _mixed.SetTarget(t, row, TaskBatch.Ignored);
                }
            }
        }

        _mixed.CopyTo(_pass);
        _pass.ResetState();
        _pass.Forward();
        for (int t = 0; t < _task.Shape.AnswerTimesteps; t++)
        {
            bool isRead = false;
            for (int row = 0; row < _mixed.BatchSize && first + row < _sequences; row++)
            {
                if (_answers[first + row] != t)
                {
                    continue;
                }

                if (!isRead)
                {
                    _pass.Head!.GetOutputs(t, _outputs);
                    isRead = true;
                }

                answers.Add(new Answer(
                    first + row,
                    _pass.Head!.RowLoss(t, row),
                    TaskScore.IsRight(_task, _pass, _outputs, _mixed, t, row)));
            }
        }

        // By sequence, so that pairs of two lags belong together.
        answers.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
    }

    private int LastAnswer(int sequence)
    {
        int last = _task.Shape.AnswerTimesteps - 1;
        while (!_task.Shape.IsRegression && last >= 0 && _own.Target(last, sequence) == TaskBatch.Ignored)
        {
            last--;
        }

        return last;
    }

    private readonly record struct Answer(int Sequence, double Loss, bool IsRight);
}
