using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Playground;

/// <summary>Trains an RNN and an LSTM side by side on the adding problem, a few steps at a time.</summary>
/// <remarks>
/// The sessions are those of a comparison of both cells at this length: the same batches, as many parameters, and on
/// the same processor the same bits. Sequences of 50 are long enough for the first timestep of an RNN to be lost.
/// </remarks>
internal sealed class PlaygroundTraining : IDisposable
{
    private const string Task = "adding";
    private const int MostSteps = 3_000;
    private const int LongestSequence = 200;

    // The hidden sizes of a comparison: 64 for the first cell, and for the other the nearest number of parameters.
    private static readonly ImmutableArray<(string Cell, int Hidden)> Sizes =
        [(Cells.RnnTanh.Name, 64), (Cells.Lstm.Name, 31)];

    private readonly ImmutableArray<Trained> _networks;
    private readonly long _steps;
    private readonly int _length;

    /// <summary>Prepares a training.</summary>
    /// <param name="values">length, steps and seed; what is missing has its usual value.</param>
    /// <exception cref="ExperimentException">A value is outside its range.</exception>
    public PlaygroundTraining(QuestionValues values)
    {
        _length = (int)values.Whole("length", 50, 2, LongestSequence);
        _steps = values.Whole("steps", 300, 1, MostSteps);
        TrainingConfiguration common = TaskCatalogue.Find(Task).Defaults with
        {
            Task = Task,
            TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", _length),
            Steps = _steps,
            Seed = (ulong)values.Whole("seed", 1, 0, long.MaxValue),
        };
        _networks =
        [
            .. Sizes.Select(size => new Trained(common with { Cells = [size.Cell], HiddenSize = size.Hidden })),
        ];
    }

    /// <summary>Trains on; the networks take their steps in turn.</summary>
    /// <param name="steps">How many steps, at most those that are left.</param>
    /// <returns>What these steps left; nothing in it after the last one.</returns>
    public PlaygroundAnswer Advance(int steps)
    {
        long left = Math.Min(steps, _steps - _networks[0].Step);
        for (long i = 0; i < left && _networks.All(static network => network.IsFinite); i++)
        {
            foreach (Trained network in _networks)
            {
                network.Advance();
            }
        }

        return new PlaygroundAnswer
        {
            Step = _networks[0].Step,
            Steps = _steps,
            Length = _length,
            LossWithoutMemory = _networks[0].LossWithoutMemory,
            Networks = [.. _networks.Select(static network => network.Take())],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Trained network in _networks)
        {
            network.Dispose();
        }
    }

    /// <summary>A session, and what was measured of it since it was last asked.</summary>
    private sealed class Trained : IStepObserver, IDisposable
    {
        private readonly TrainingSession _session;
        private readonly TotalGradientNorm _metric = new();
        private readonly float[] _row;
        private readonly ImmutableArray<double>.Builder _losses = ImmutableArray.CreateBuilder<double>();
        private readonly ImmutableArray<float>.Builder _norms = ImmutableArray.CreateBuilder<float>();

        public Trained(TrainingConfiguration configuration)
        {
            // Not by the name of any data: what reads texts is then left out of a module for browsers.
            TaskData data = new(
                configuration, TaskCatalogue.Find(Task).Create(configuration.TaskOptions), configuration.Task!);
            _session = new TrainingSession(TrainingDataSource.Fit(configuration, data), data);
            _session.Observer = this;
            _row = new float[_session.Pass.SequenceLength];
        }

        public long Step { get; private set; }

        public bool IsFinite { get; private set; } = true;

        public double LossWithoutMemory => _session.Data.Task!.Baselines.MemorylessLoss;

        public void Advance()
        {
            IsFinite = _session.Advance();
            Step++;
        }

        public PlaygroundNetwork Take() => new(
            _session.Configuration.Cells[0],
            _session.Configuration.HiddenSize,
            _session.Network.Options.ParameterCount,
            _losses.DrainToImmutable(),
            _norms.DrainToImmutable());

        public void AfterForward(long step)
        {
            // Gates are not looked at here.
        }

        public void AfterBackward(long step)
        {
            _metric.Measure(_session.Pass.Layers[0], _row);
            _norms.AddRange(_row);
            _losses.Add(_session.Loss);
        }

        public void BeforeUpdate(long step)
        {
            // Clipping is not looked at here.
        }

        public void AfterUpdate(long step)
        {
            // Parameters are not looked at here.
        }

        public void Dispose() => _session.Dispose();
    }
}
