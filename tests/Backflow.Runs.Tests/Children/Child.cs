using System.Globalization;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Tensors;

namespace Backflow.Runs.Tests.Children;

/// <summary>What the other process does: works until it is killed, or until its disk is full.</summary>
internal static class Child
{
    public const int FullDisk = 7;
    public const string RecordJob = "record";
    public const string CheckpointJob = "checkpoint";
    public const string FillWithCheckpointJob = "fill-with-checkpoint";
    public const string FillWithRowsJob = "fill-with-rows";
    public const string CreateJob = "create";
    public const string ReadJob = "read";
    public const string TrainJob = "train";

    public const int RowLength = 48;
    public const int CheckpointFloats = 200_000;

    public static int Run(string job, string path)
    {
        if (job == CreateJob)
        {
            CreateForEver(path);
            return 0;
        }

        if (job == ReadJob)
        {
            return Read(path);
        }

        using RunStore store = RunStore.Open(path);
        string runId = job == TrainJob && store.ListRuns() is [RunManifest run]
            ? run.Id
            : store.CreateRun(Example.Description()).Id;
        Say($"run {runId}");
        try
        {
            switch (job)
            {
                case RecordJob:
                    RecordForEver(store, runId);
                    break;
                case CheckpointJob:
                    CheckpointForEver(store, runId);
                    break;
                case FillWithCheckpointJob:
                    store.Checkpoints.Save(runId, 1, [Weights(1, 1_000)]);
                    store.Checkpoints.Save(runId, 2, [Weights(2, 4_000_000)]);
                    break;
                case TrainJob:
                    TrainForEver(store, runId);
                    break;
                case FillWithRowsJob:
                    RecordForEver(store, runId);
                    break;
            }
        }
        catch (RunStoreException failure)
        {
            Say("failed " + failure.Message);
            return FullDisk;
        }

        return 0;
    }

    public static double Loss(long step) => 1.0 / (step + 1);

    public static float Norm(long step, int layer, int timestep) => (step * 1_000) + (layer * 100) + timestep;

    public static Tensor Weights(long step, int count)
    {
        float[] values = new float[count];
        values.AsSpan().Fill(step);
        return Tensor.FromSingles("weights", [count], values);
    }

    private static void RecordForEver(RunStore store, string runId)
    {
        using RunRecorder recorder = store.OpenRecorder(
            runId, new RecorderOptions { BatchSize = 64, RowBucketsPerDoubling = 1L << 40 });
        float[] row = new float[RowLength];
        for (long step = 1; ; step++)
        {
            recorder.Scalar("training-loss", step, Loss(step));
            recorder.Scalar("learning-rate", step, step);
            for (int layer = 0; layer < 2; layer++)
            {
                for (int t = 0; t < row.Length; t++)
                {
                    row[t] = Norm(step, layer, t);
                }

                recorder.Row("total-hidden-gradient-norm", layer, step, row);
            }

            if (step % 10 == 0)
            {
                recorder.Sample(step, string.Create(CultureInfo.InvariantCulture, $"sample {step}"));
                recorder.Event(step, RunEventLevel.Warning, "Ten more", "Nothing to do.", "{}");
            }

            if (step % 50 == 0)
            {
                recorder.Flush();
                Say(string.Create(CultureInfo.InvariantCulture, $"flushed {step}"));
            }
        }
    }

    private static void CheckpointForEver(RunStore store, string runId)
    {
        for (long step = 1; ; step++)
        {
            store.Checkpoints.Save(runId, step, [Weights(step, CheckpointFloats)]);
            Say(string.Create(CultureInfo.InvariantCulture, $"saved {step}"));
        }
    }

    /// <summary>Reads a store, and says what stops it from being changed.</summary>
    private static int Read(string path)
    {
        using RunStore store = RunStore.OpenExisting(path);
        string runId = Assert.Single(store.ListRuns()).Id;
        Say($"run {runId}");
        Say($"read {store.OpenReader(runId).Scalars("training-loss").Count}");
        try
        {
            store.Rename(runId, "other");
        }
        catch (RunStoreException failure)
        {
            Say("failed " + failure.Message);
            return FullDisk;
        }

        return 0;
    }

    private static void CreateForEver(string path)
    {
        Say("run none");
        for (int i = 1; ; i++)
        {
            RunStore.Open(string.Create(CultureInfo.InvariantCulture, $"{path}-{i}.db")).Dispose();
            Say(string.Create(CultureInfo.InvariantCulture, $"created {i}"));
        }
    }

    /// <summary>Trains as a run does: goes on from its newest checkpoint, and takes one after every step.</summary>
    private static void TrainForEver(RunStore store, string runId)
    {
        long step = 0;
        bool goesOn = Directory.Exists(Path.Combine(store.Checkpoints.Folder, runId))
            && Directory.GetFiles(Path.Combine(store.Checkpoints.Folder, runId), "*.safetensors").Length > 0;
        if (goesOn)
        {
            step = store.Checkpoints.LoadLatest(runId).Checkpoint.Step;
        }

        using RunRecorder recorder = store.OpenRecorder(runId);
        if (goesOn)
        {
            recorder.DiscardAfter(step);
        }

        for (step++; ; step++)
        {
            recorder.Scalar("training-loss", step, Loss(step));
            recorder.Row("norm", layer: 0, step, [step, 1]);
            recorder.Sample(step, string.Create(CultureInfo.InvariantCulture, $"sample {step}"));
            recorder.Event(step, RunEventLevel.Information, "Step", "Nothing to do.");
            recorder.Flush();
            store.Checkpoints.Save(runId, step, [Weights(step, 1_000)]);
            Say(string.Create(CultureInfo.InvariantCulture, $"saved {step}"));
        }
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
