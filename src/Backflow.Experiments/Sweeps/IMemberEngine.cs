using System.Collections.Immutable;

namespace Backflow.Experiments.Sweeps;

/// <summary>Who watches the trainings of a sweep. Calls come from several threads; return soon.</summary>
public interface IMemberObserver
{
    /// <summary>A training begins, or goes on.</summary>
    /// <param name="member">Which one.</param>
    void OnBegin(SweepMember member);

    /// <summary>A training has come further.</summary>
    /// <param name="member">Which one.</param>
    /// <param name="share">Steps done, as a share of all of its steps.</param>
    void OnProgress(SweepMember member, double share);

    /// <summary>A training was left: at the step that was asked for, or before it.</summary>
    /// <param name="member">Which one.</param>
    /// <param name="failure">Why it failed without a run that says so; null where a run has all.</param>
    void OnEnd(SweepMember member, string? failure);
}

/// <summary>Decides where and how many at once trainings of a sweep run.</summary>
/// <remarks>
/// A training is known by its name in the store and goes on from what is there: an engine may start one again, on
/// another machine too, and never has to say how far one was. It comes to the same bits wherever it runs.
/// </remarks>
public interface IMemberEngine
{
    /// <summary>Trains members up to a rung.</summary>
    /// <param name="training">Trains one of them.</param>
    /// <param name="members">Those that are not there yet, in the order in which to begin them.</param>
    /// <param name="rung">Its number, from 0.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellation">Ends all with checkpoints.</param>
    void Train(
        MemberTraining training,
        ImmutableArray<SweepMember> members,
        int rung,
        IMemberObserver observer,
        CancellationToken cancellation);
}
