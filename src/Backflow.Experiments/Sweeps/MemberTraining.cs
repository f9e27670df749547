using System.Collections.Concurrent;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>Trains a member of a sweep, as a run that is found again by its name.</summary>
public sealed class MemberTraining
{
    private readonly RunStore _store;
    private readonly RunManifest _sweep;
    private readonly SweepPlan _plan;
    private readonly TimeProvider _clock;
    private readonly ICommandWriter? _commands;
    private readonly ConcurrentDictionary<string, TrainingRun> _running = new(StringComparer.Ordinal);

    internal MemberTraining(
        RunStore store, RunManifest sweep, SweepPlan plan, TimeProvider clock, ICommandWriter? commands)
    {
        (_store, _sweep, _plan, _clock, _commands) = (store, sweep, plan, clock, commands);
    }

    /// <summary>Trains a member up to a rung: from its beginning, or from its newest checkpoint.</summary>
    /// <param name="member">The member; one that is there already is left as it is.</param>
    /// <param name="rung">Its number, from 0.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellation">Ends it with a checkpoint.</param>
    /// <exception cref="RunStoreException">The store or a checkpoint cannot be written.</exception>
    public void Train(SweepMember member, int rung, IMemberObserver observer, CancellationToken cancellation)
    {
        string? failure = null;
        observer.OnBegin(member);
        try
        {
            TrainTo(member, rung, observer, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Before its first step, such as while a text was waited for.
        }
        catch (ExperimentException refused)
        {
            failure = refused.Message;
        }
        catch (OutOfMemoryException)
        {
            failure = "There is not enough memory for it.";
        }

        observer.OnEnd(member, failure);
    }

    /// <summary>Has every member that is trained in this process save a checkpoint, and go on. Any thread may
    /// ask.</summary>
    public void RequestCheckpoints()
    {
        foreach (TrainingRun run in _running.Values)
        {
            run.RequestCheckpoint();
        }
    }

    private void TrainTo(SweepMember member, int rung, IMemberObserver observer, CancellationToken cancellation)
    {
        ITrainingData data = TrainingDataSource.WaitFor(member.Configuration, cancellation);
        TrainingConfiguration configuration = TrainingDataSource.Fit(member.Configuration, data);
        string name = NameOf(member);
        long target = _plan.Rungs.StepOf(rung, configuration.Steps);
        LeftRun left = new(_store, name, configuration);
        if (rung < _plan.Rungs.Last && left.SavedStep >= target)
        {
            return;
        }

        TrainingSummary summary;
        using (TrainingRun run = left.Open(Create, Resume))
        {
            run.PausesAt = target;
            _running[name] = run;
            try
            {
                summary = run.Train(cancellation);
            }
            finally
            {
                _running.TryRemove(name, out _);
            }
        }

        if (WhyOver(summary) is string reason)
        {
            MemberStop.Record(_store, summary.RunId, reason);
        }

        TrainingRun Create() => RecordedRun.Create(
            _store,
            configuration,
            name,
            TrainingOptions.Describe(member.Configuration, _commands),
            new StepObserver(member, observer),
            _clock,
            _commands,
            data,
            _sweep.Id);

        TrainingRun Resume(string runId, long? fromStep) => RecordedRun.Resume(
            _store, runId, static trained => trained, fromStep, new StepObserver(member, observer), _clock, _commands,
            data, cancellation: cancellation);
    }

    // The sweep may have been given another name since the training was begun.
    private string NameOf(SweepMember member)
    {
        string name = member.NameIn(_sweep.Name);
        return _store.ListRuns().FirstOrDefault(run => run.BelongsTo == _sweep.Id
            && SweepMember.NumberIn(run.Name) == SweepMember.NumberIn(name))?.Name ?? name;
    }

    // Of what ends a training for good, its run has only a divergence.
    private static string? WhyOver(TrainingSummary summary) =>
        summary.StoppedBy is VerdictReport verdict ? $"A verdict ended it: {verdict.Rule}, {verdict.Place}."
        : summary.IsStoppedOnRequest ? FormattableString.Invariant($"It was asked to end after step {summary.Step}.")
        : null;

    private sealed class StepObserver(SweepMember member, IMemberObserver observer) : ITrainingObserver
    {
        public void OnStep(StepReport report) =>
            observer.OnProgress(member, (double)report.Step / report.TotalSteps);
    }
}
