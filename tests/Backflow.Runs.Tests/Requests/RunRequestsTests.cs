using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Requests;

namespace Backflow.Runs.Tests.Requests;

/// <summary>What one store object asks, another one takes, as two processes do.</summary>
public sealed class RunRequestsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunStore _trainer;
    private readonly RunStore _visitor;
    private readonly string _id;

    public RunRequestsTests()
    {
        _trainer = _folder.Open();
        _visitor = _folder.Open();
        _id = _trainer.CreateRun(Example.Description()).Id;
    }

    public void Dispose()
    {
        _visitor.Dispose();
        _trainer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Take_WhatAnotherProcessAsked_IsTakenOnceInItsOrder()
    {
        _visitor.Requests.Ask(_id, RunRequestKind.LearningRate, 0.01);
        _visitor.Requests.Ask(_id, RunRequestKind.Pause);
        Assert.Equal(
            [new(RunRequestKind.LearningRate, 0.01), new(RunRequestKind.Pause)], _trainer.Requests.Take(_id, step: 7));
        Assert.Empty(_trainer.Requests.Take(_id, step: 8));
        Assert.Equal([new(RunRequestKind.LearningRate, 0.01, 7)], _trainer.Requests.Taken(_id));
    }

    [Fact]
    public void ForgetAfter_Step_LeavesWhatWasTakenUpToIt()
    {
        foreach (long step in (long[])[3, 5, 9])
        {
            _visitor.Requests.Ask(_id, RunRequestKind.LearningRate, 1.0 / step);
            _trainer.Requests.Take(_id, step);
        }

        _trainer.Requests.ForgetAfter(_id, 5);
        Assert.Equal([3L, 5L], _trainer.Requests.Taken(_id).Select(static request => request.Step!.Value));
    }

    [Fact]
    public void Ask_RunThatIsNotTrained_SaysHowToGoOn()
    {
        using (RunRecorder recorder = _trainer.OpenRecorder(_id))
        {
            recorder.Finish(RunStatus.Completed);
        }

        RunStoreException refused =
            Assert.Throws<RunStoreException>(() => _visitor.Requests.Ask(_id, RunRequestKind.Stop));
        Assert.Equal($"Run {_id} is not being trained now; go on with it first.", refused.Message);
        Assert.Equal(new WayOut(WayOutKind.Resume, _id), refused.WayOut);
        Assert.Throws<RunNotFoundException>(() => _visitor.Requests.Ask("gru-0007", RunRequestKind.Stop));
    }

    [Fact]
    public void Ask_MoreThanMayWait_IsRefused()
    {
        for (int i = 0; i < RunRequests.MostWaiting; i++)
        {
            _visitor.Requests.Ask(_id, RunRequestKind.Pause);
        }

        Assert.StartsWith(
            "100 requests wait",
            Assert.Throws<RunStoreException>(() => _visitor.Requests.Ask(_id, RunRequestKind.Pause)).Message,
            StringComparison.Ordinal);
        Assert.Equal(RunRequests.MostWaiting, _trainer.Requests.Take(_id, step: 1).Length);
        _visitor.Requests.Ask(_id, RunRequestKind.Pause);
    }

    /// <summary>A request that came too late for one process is not for the next one.</summary>
    [Fact]
    public void OpenRecorder_RequestsThatWait_AreForgottenAndThePauseIsOver()
    {
        _visitor.Requests.Ask(_id, RunRequestKind.LearningRate, 0.5);
        _trainer.Requests.Take(_id, step: 2);
        _visitor.Requests.Ask(_id, RunRequestKind.Stop);
        _trainer.Requests.SetPaused(_id, isPaused: true);
        Assert.True(_visitor.GetRun(_id).IsPaused);

        _trainer.OpenRecorder(_id).Dispose();
        Assert.False(_visitor.GetRun(_id).IsPaused);
        Assert.Empty(_trainer.Requests.Take(_id, step: 3));
        Assert.Single(_trainer.Requests.Taken(_id));
    }

    [Fact]
    public void Take_KindOfALaterBuild_IsLeftOut()
    {
        _visitor.Requests.Ask(_id, RunRequestKind.Pause);
        _folder.Sql("UPDATE request SET kind = 'sing';");
        Assert.Empty(_trainer.Requests.Take(_id, step: 1));
    }

    [Fact]
    public void Delete_Run_TakesItsRequestsAlong()
    {
        _visitor.Requests.Ask(_id, RunRequestKind.Pause);
        _trainer.OpenRecorder(_id).Dispose();
        _trainer.Delete(_id);
        Assert.Equal(0L, _folder.Sql("SELECT COUNT(*) FROM request;"));
    }
}
