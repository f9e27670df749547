using System.Globalization;
using Backflow.Exchange.Probes;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.Probes;

/// <summary>Files of probe.context: the number that is read off their curve, and files that are none.</summary>
public sealed class ProbeContextFileTests
{
    private static readonly long[] Lags = [0, 1, 2, 4, 5, 8];

    public static TheoryData<string, string> Wrong => new()
    {
        { "format", "its format is 'another/1', and 'backflow-probe-context/1' can be read" },
        { "lags that fall", "its lags are not rising whole numbers from 0" },
        { "no lag 0", "its first lag is not 0" },
        { "short rise", "its 'rise' has not one F64 for each lag" },
        { "negative error", "a standard error is below 0" },
        { "rise that is not finite", "its loss or a rise is not finite" },
        { "no step", "its step is no whole number" },
    };

    /// <summary>A network that needs the input 4 timesteps back and no older one.</summary>
    [Theory]
    [InlineData(0.01, 4)]
    [InlineData(null, 4)]
    [InlineData(0.4, 0)]
    public void Read_RisesUpToALag_GivesThatLagWhereItIsSure(double? error, int expected)
    {
        ProbedContext context = Of(rises: [1, 1, 0.9, 0.8, 0.001, -0.002], error: error);
        Assert.Equal(expected, context.Context.Lags);
        Assert.Equal(8, context.Context.Limit);
        Assert.Equal((7, 16, 0.5), (context.Step, context.Sequences, context.Context.Loss));
        Assert.Equal(error is null, context.Context.Rule.EndsWith("no error of the rise", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_EveryLagMatters_IsAtLeastTheLargest() =>
        Assert.True(Of(rises: [1, 1, 1, 1, 1, 0.9], error: 0.01).Context.IsAtLeast);

    [Fact]
    public void Read_NothingMatters_IsZero() =>
        Assert.Equal(0, Of(rises: [0.001, 0, 0, 0.001, 0, 0], error: null).Context.Lags);

    [Fact]
    public void Read_WhatTheProbeWroteOfAShiftRegisterOfFive_IsFive()
    {
        ProbedContext context = ProbeContextFile.Read(Path.Combine(
            RepositoryRoot.Path, "python", "tests", "golden", "context-000000000-000.safetensors"));
        Assert.Equal(64, context.Sequences);
        Assert.True(context.Context.Curve[0].LossRise > 0);
        Assert.True(context.Context.Curve[0].StandardError > 0);
        Assert.Equal(5, context.Context.Lags);
    }

    [Fact]
    public void Read_AsASample_SaysWhatItIs() => Assert.Contains(
        "is an effective context, and no sample",
        Assert.Throws<ExchangeException>(() => ProbeFile.Read(Path.Combine(
            RepositoryRoot.Path, "python", "tests", "golden", "context-000000000-000.safetensors"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_NoContext_IsRefusedWithWhatIsWrong(string what, string said)
    {
        double[] rises = what == "short rise" ? [1, 1]
            : what == "rise that is not finite" ? [1, double.NaN, 1, 1, 1, 1] : [1, 1, 1, 1, 1, 1];
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => Of(
            rises,
            what == "negative error" ? -1 : 0.1,
            what == "lags that fall" ? [0, 2, 1, 4, 5, 8] : what == "no lag 0" ? [1, 2, 3, 4, 5, 8] : Lags,
            what == "format" ? "another/1" : ProbeContextFile.Format,
            what == "no step" ? "soon" : "7"));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    private static ProbedContext Of(
        double[] rises,
        double? error,
        long[]? lags = null,
        string format = ProbeContextFile.Format,
        string step = "7")
    {
        lags ??= Lags;
        List<Tensor> tensors =
        [
            new("lag", TensorDataType.I64, [lags.Length], Bytes(lags, BitConverter.GetBytes)),
            new("rise", TensorDataType.F64, [rises.Length], Bytes(rises, BitConverter.GetBytes)),
        ];
        if (error is double value)
        {
            double[] errors = [.. lags.Select(_ => value)];
            tensors.Add(new Tensor(
                "standard_error", TensorDataType.F64, [errors.Length], Bytes(errors, BitConverter.GetBytes)));
        }

        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = format,
            ["step"] = step,
            ["rank"] = "0",
            ["sequences"] = "16",
            ["loss"] = 0.5.ToString(CultureInfo.InvariantCulture),
        });
        stream.Position = 0;
        return ProbeContextFile.Read(stream, stream.Length, "made");
    }

    private static byte[] Bytes<T>(T[] values, Func<T, byte[]> bytesOf) => [.. values.SelectMany(bytesOf)];
}
