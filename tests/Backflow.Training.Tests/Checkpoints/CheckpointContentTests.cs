using System.Collections.Immutable;
using Backflow.Tensors;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Checkpoints;

public sealed class CheckpointContentTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        HiddenSize = 5,
        EmbeddingSize = 3,
        SequenceLength = 6,
        BatchSize = 2,
        Layers = 2,
        Steps = 100,
    };

    [Fact]
    public void Restore_WhatWasSaved_GivesTheSameBits()
    {
        using TrainingSession saved = Trained(3);
        SafetensorsFile file = File(saved, static tensor => tensor);
        using TrainingSession session = Trained(1);
        CheckpointContent.Restore(file, session);
        Assert.Equal(Bits(saved), Bits(session));
        Assert.Equal(3, session.Step);
    }

    // A session that took half of a checkpoint would be neither the old one nor the new one.
    [Theory]
    [InlineData("head.bias", "shape")]
    [InlineData("head.bias", "type")]
    [InlineData("head.bias", "missing")]
    [InlineData("optimizer.mean-square.head.bias", "shape")]
    [InlineData("optimizer.mean-square.head.bias", "missing")]
    [InlineData("state.cell_l1", "shape")]
    [InlineData("state.cell_l1", "type")]
    [InlineData("state.cell_l1", "missing")]
    [InlineData("state.cell_l1", "additional")]
    public void Restore_LastTensorDoesNotFit_LeavesTheSessionAsItWas(string name, string fault)
    {
        using TrainingSession saved = Trained(3);
        SafetensorsFile file = File(saved, tensor => tensor.Name == name ? Damaged(tensor, fault) : tensor);
        using TrainingSession session = Trained(1);
        ImmutableArray<byte> before = Bits(session);
        ExperimentException failure =
            Assert.Throws<ExperimentException>(() => CheckpointContent.Restore(file, session));
        Assert.Contains($"'{name}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(session));
        Assert.Equal(1, session.Step);
        Assert.Equal(1, session.Optimizer.Step);
    }

    [Theory]
    [InlineData("shape")]
    [InlineData("type")]
    [InlineData("missing")]
    public void RestoreParameters_LastTensorDoesNotFit_LeavesTheNetworkAsItWas(string fault)
    {
        using TrainingSession saved = Trained(3);
        string last = saved.Network.Layout.Parameters[^1].Name;
        SafetensorsFile file = File(saved, tensor => tensor.Name == last ? Damaged(tensor, fault) : tensor);
        using TrainingSession session = Trained(1);
        ImmutableArray<byte> before = Bits(session);
        Assert.Throws<ExperimentException>(() => CheckpointContent.RestoreParameters(file, session.Network));
        Assert.Equal(before, Bits(session));
    }

    [Theory]
    [InlineData("step", "x")]
    [InlineData("optimizer-step", "-1")]
    [InlineData("best-validation-loss", "low")]
    public void Restore_MetadataIsNoNumber_LeavesTheSessionAsItWas(string key, string value)
    {
        using TrainingSession saved = Trained(3);
        using TrainingSession session = Trained(1);
        Dictionary<string, string> metadata = CheckpointContent.Metadata(saved, 1.5);
        metadata[key] = value;
        SafetensorsFile file = File(CheckpointContent.Tensors(saved), metadata);
        ImmutableArray<byte> before = Bits(session);
        Assert.Throws<ExperimentException>(() => CheckpointContent.Restore(file, session));
        Assert.Equal(before, Bits(session));
    }

    private static TrainingSession Trained(int steps)
    {
        TextCorpusOptions options = new() { BatchSize = Small.BatchSize, SequenceLength = Small.SequenceLength };
        string text = string.Concat(Enumerable.Repeat("The dog sees the cat. ", 20));
        TrainingSession session = new(Small, TextCorpus.FromText("text", text, options));
        for (int i = 0; i < steps; i++)
        {
            Assert.True(session.Advance());
        }

        return session;
    }

    // The same numbers in another shape, or as another type; null for a tensor that is not there.
    private static Tensor? Damaged(Tensor tensor, string fault) => fault switch
    {
        "shape" => Tensor.FromSingles(tensor.Name, [1, .. tensor.Shape], tensor.ToSingles()),
        "type" => Tensor.FromDoubles(tensor.Name, tensor.Shape, tensor.ToDoubles()),
        "additional" => Tensor.FromSingles(tensor.Name + "x", tensor.Shape, tensor.ToSingles()),
        _ => null,
    };

    private static SafetensorsFile File(TrainingSession session, Func<Tensor, Tensor?> change) => File(
        CheckpointContent.Tensors(session).SelectMany(tensor => change(tensor) is not Tensor changed ? []
            : changed.Name == tensor.Name ? new[] { changed } : [tensor, changed]),
        CheckpointContent.Metadata(session, bestValidationLoss: null));

    private static SafetensorsFile File(IEnumerable<Tensor> tensors, Dictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, metadata);
        stream.Position = 0;
        return SafetensorsFile.Read(stream, stream.Length, "checkpoint");
    }

    private static ImmutableArray<byte> Bits(TrainingSession session) =>
        [.. CheckpointContent.Tensors(session).SelectMany(static tensor => tensor.Data.ToArray())];
}
