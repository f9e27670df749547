using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Backflow.Runs.Columns;
using Backflow.Runs.Recording;

namespace Backflow.Dashboard.Tests.Api;

public sealed class SeriesRoutesTests
{
    [Fact]
    public async Task Scalars_TwoMetrics_ComeInOrderWithNonFiniteValuesAsWords()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Scalar("b", 1, double.PositiveInfinity);
            recorder.Scalar("a", 1, 0.5);
            recorder.Scalar("a", 2, double.NaN);
            recorder.Scalar("a", 3, 1e300);
        }

        JsonElement[] series = [.. (await served.Get($"/api/runs/{id}/scalars?metric=a&metric=b&metric=none&from=2"))
            .GetProperty("series").EnumerateArray()];
        Assert.Equal(["a", "b", "none"], series.Select(static one => one.GetProperty("metric").GetString()));
        Assert.Equal("""["NaN",1E+300]""", series[0].GetProperty("values").GetRawText());
        Assert.Equal("[]", series[1].GetProperty("steps").GetRawText());
    }

    [Fact]
    public async Task Scalars_ManyValues_KeepTheirSpike()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            for (int step = 0; step < 5000; step++)
            {
                recorder.Scalar("a", step, step == 3333 ? 99 : 1);
            }
        }

        JsonElement series = (await served.Get($"/api/runs/{id}/scalars?metric=a&points=100")).GetProperty("series")[0];
        Assert.InRange(series.GetProperty("steps").GetArrayLength(), 3, 100);
        Assert.Contains(series.GetProperty("steps").EnumerateArray(), static step => step.GetInt64() == 3333);
        Assert.Contains(series.GetProperty("values").EnumerateArray(), static value => value.GetDouble() == 99);
    }

    [Theory]
    [InlineData(1024, 1)]
    [InlineData(8, 2)]
    public async Task Rows_Get_HasTheDocumentedLayout(int columns, int planes)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            for (int step = 0; step < 16; step++)
            {
                recorder.Row("norm", 0, step, step == 3 ? [step, float.PositiveInfinity, 7] : [step, -step]);
            }
        }

        using HttpResponseMessage response =
            await served.Send(HttpMethod.Get, $"/api/runs/{id}/rows?metric=norm&layer=0&columns={columns}");
        byte[] block = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1HFB"u8, block.AsSpan(0, 4));
        int n = BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(4));
        int height = BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(8));
        Assert.Equal(planes, BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(12)));
        Assert.Equal((Math.Min(16, columns), 3), (n, height));
        Assert.Equal(16 + (20 * n) + (4 * planes * n * height), block.Length);
        int column = planes == 1 ? 3 : 1;
        Assert.Equal(planes == 1 ? 3 : 2, BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(16 + (8 * column))));
        Assert.Equal(3, BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(16 + (8 * n) + (8 * column))));
        Assert.Equal(3, BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(16 + (16 * n) + (4 * column))));
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(16 + (16 * n))));
        float Value(int plane, int at, int t) => BinaryPrimitives.ReadSingleLittleEndian(
            block.AsSpan(16 + (20 * n) + (4 * ((plane * n * height) + (at * height) + t))));
        Assert.Equal([3, float.PositiveInfinity, 7], [Value(0, column, 0), Value(0, column, 1), Value(0, column, 2)]);
        Assert.True(float.IsNaN(Value(0, 0, 2)));
        if (planes == 2)
        {
            Assert.Equal([2, -2, 7], [Value(1, column, 0), Value(1, column, 1), Value(1, column, 2)]);
        }
    }

    [Fact]
    public async Task Rows_NoSuchMetric_IsAnEmptyBlock()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using HttpResponseMessage response = await served.Send(HttpMethod.Get, $"/api/runs/{id}/rows?metric=norm");
        Assert.Equal(16, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Row_Step_IsTheNearestBefore()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Row("norm", 1, 10, [1, float.NaN]);
            recorder.Row("norm", 1, 20, [2]);
        }

        JsonElement row = await served.Get($"/api/runs/{id}/row?metric=norm&layer=1&step=19");
        Assert.Equal("""{"metric":"norm","layer":1,"step":10,"values":[1,"NaN"]}""", row.GetRawText());
        await served.Get($"/api/runs/{id}/row?metric=norm&layer=0&step=19", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task EventsAndSamples_Get_HaveTextAsTextAndPayloadAsJson()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        using (RunRecorder recorder = served.Store.OpenRecorder(id))
        {
            recorder.Event(3, RunEventLevel.Error, "<script>", "x", """{"value":"NaN"}""");
            recorder.Event(4, RunEventLevel.Information, "y", "z", "no JSON");
            recorder.Sample(5, "</script>\0é");
        }

        JsonElement[] events = [.. (await served.Get($"/api/runs/{id}/events")).GetProperty("events").EnumerateArray()];
        Assert.Equal("error", events[0].GetProperty("level").GetString());
        Assert.Equal("NaN", events[0].GetProperty("payload").GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, events[1].GetProperty("payload").ValueKind);
        JsonElement sample = (await served.Get($"/api/runs/{id}/samples")).GetProperty("samples")[0];
        Assert.Equal("</script>\0é", sample.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.String, sample.GetProperty("key").ValueKind);
    }

    [Theory]
    [InlineData("scalars")]
    [InlineData("scalars?metric=")]
    [InlineData("scalars?metric=a&points=3")]
    [InlineData("scalars?metric=a&points=20001")]
    [InlineData("scalars?metric=a&from=-1")]
    [InlineData("scalars?metric=a&to=x")]
    [InlineData("rows")]
    [InlineData("rows?metric=a&columns=0")]
    [InlineData("rows?metric=a&columns=8193")]
    [InlineData("rows?metric=a&layer=-1")]
    [InlineData("rows?metric=a&layer=0&layer=1")]
    [InlineData("row?metric=a&step=1e9")]
    public async Task Series_WrongValue_IsRefusedWithAnExample(string path)
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        JsonElement answer = await served.Get($"/api/runs/{id}/{path}", HttpStatusCode.BadRequest);
        Assert.Contains("must be", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_LongOrManyValues_AreRefused()
    {
        await using Served served = await Served.Start();
        string id = served.CreateRun();
        await served.Get($"/api/runs/{id}/rows?metric={new string('a', 129)}", HttpStatusCode.BadRequest);
        string many = string.Join('&', Enumerable.Range(0, 65).Select(static i => $"metric=m{i}"));
        await served.Get($"/api/runs/{id}/scalars?{many}", HttpStatusCode.BadRequest);
    }
}
