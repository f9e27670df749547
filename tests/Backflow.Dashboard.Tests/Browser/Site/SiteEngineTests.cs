using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Backflow.Dashboard.Tests.Browser.Site;

/// <summary>The engine as WebAssembly in a real browser against the native one.</summary>
[Collection(ChromiumFixture.Name)]
public sealed class SiteEngineTests(ChromiumFixture chromium, SiteFixture site)
{
    // Enough for both networks to have moved; the recorded comparison has as many and more.
    private const int TrainedSteps = 40;

    /// <summary>
    /// Asks the worker of the page, as the page does: each request in turn, and of a training all that it tells.
    /// </summary>
    private const string AskWorker =
        """
        async ({ folder, worker, requests }) => {
          const engine = new Worker(folder + worker, { type: 'module' });
          engine.postMessage({ kind: 'load', address: `${location.origin}${folder}engine/dotnet.js` });
          const replies = [];
          for (const request of requests) {
            await new Promise((resolve, reject) => {
              engine.onmessage = ({ data }) => {
                if (data.kind === 'begun') return;
                if (data.kind === 'failure') reject(new Error(data.message));
                replies.push(data.json);
                if (data.kind === 'answer' || data.isLast) resolve();
              };
              engine.postMessage(request);
            });
          }
          engine.terminate();
          return replies;
        }
        """;

    [Fact]
    public async Task Explorer_EveryCell_HasTheBitsOfTheNativeEngine()
    {
        Dictionary<string, string>[] questions =
        [
            .. from cell in (string[])["rnn", "rnn-relu", "lstm", "gru"]
               from size in (int[])[7, 64]
               from scale in (string[])["0.8", "1.2"]
               select new Dictionary<string, string>
               {
                   ["cell"] = cell,
                   ["hidden"] = Text(size),
                   ["length"] = Text(2 * size),
                   ["scale"] = scale,
               },
        ];
        string[] answers = await Ask([.. questions.Select(static (values, i) => Question(i, values))]);
        for (int i = 0; i < questions.Length; i++)
        {
            string query = string.Join('&', questions[i].Select(static value => $"{value.Key}={value.Value}"));
            JsonElement native = await AskNative($"api/explorer?{query}");
            JsonElement answer = Json(answers[i]);
            foreach (string member in (string[])["norms", "relative"])
            {
                Assert.Equal(Bits(native.GetProperty(member)), Bits(answer.GetProperty(member)));
            }

            Assert.Equal(native.GetProperty("sentence").GetString(), answer.GetProperty("sentence").GetString());
        }
    }

    [Fact]
    public async Task Training_RnnAndLstm_HaveTheBitsOfTheRecordedComparison()
    {
        string values = JsonSerializer.Serialize(new Dictionary<string, string> { ["steps"] = Text(TrainedSteps) });
        string[] told = await Ask([new { kind = "train", id = 1, values }]);
        foreach ((int network, string run) in ((int, string)[])[(0, "rnn-0001"), (1, "lstm-0001")])
        {
            JsonElement recorded = Json(await File.ReadAllTextAsync(
                Path.Combine(site.Folder, "recorded", "runs", run, "scalars.json"),
                TestContext.Current.CancellationToken));
            JsonElement losses = recorded.GetProperty("series").EnumerateArray()
                .Single(static series => series.GetProperty("metric").GetString() == "training-loss");
            JsonElement[] pieces = [.. told.Select(piece => Json(piece).GetProperty("networks")[network])];
            long[] trained = [.. pieces.SelectMany(static piece => Bits(piece.GetProperty("losses")))];
            Assert.Equal(TrainedSteps, trained.Length);
            Assert.Equal(Bits(losses.GetProperty("values"))[..TrainedSteps], trained);

            float[] norms = [.. pieces.SelectMany(static piece => Numbers(piece.GetProperty("norms")))
                .Select(static norm => (float)norm)];
            Assert.Equal(RecordedNorms(run)[..norms.Length], norms);
        }
    }

    [Fact]
    public async Task Ask_Mistake_IsAnAnswer()
    {
        string[] answers = await Ask([Question(1, new() { ["length"] = "1" })]);
        Assert.Contains("from 2 to 200", Json(answers[0]).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Playground_OnTheServerToo_TrainsUntilItIsStopped()
    {
        await using OpenedPage page = await chromium.Open(site.Native, "/learn/playground");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await OpenedPage.Counts(page.Page.Locator(".heatmap canvas"), 2);
        await page.Until("Number(document.querySelector('.heatmap canvas')?.dataset.columns) >= 4");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await OpenedPage.See(page.Page.GetByRole(AriaRole.Button, new() { Name = "Train again" }));
        await OpenedPage.See(page.Page.GetByText("of the last timestep’s gradient arrives at the first"));
        await EveryPageTests.Examine(page);
    }

    private static object Question(int id, Dictionary<string, string> values) =>
        new { kind = "ask", id, question = "explorer", values = JsonSerializer.Serialize(values) };

    private async Task<string[]> Ask(object[] requests)
    {
        using StaticHost host = await StaticHost.Start(site.Folder);
        await using OpenedPage page = await chromium.Open(host.Address, $"{StaticHost.Base}learn/summary/");
        string worker = Directory.GetFiles(Path.Combine(site.Folder, "assets"), "engineWorker*.js").Single();
        string[] replies = await page.Page.EvaluateAsync<string[]>(AskWorker, new
        {
            folder = StaticHost.Base,
            worker = $"assets/{Path.GetFileName(worker)}",
            requests,
        });
        page.AssertQuiet();
        return replies;
    }

    private async Task<JsonElement> AskNative(string path)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(site.Native, $"/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", site.Native.Query["?token=".Length..]);
        request.Headers.Add("X-Backflow", "1");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Served.Json(response, System.Net.HttpStatusCode.OK);
    }

    // The page's format of rows: a header, two doubles and a length for each column, then the values.
    private float[] RecordedNorms(string run)
    {
        byte[] block = File.ReadAllBytes(
            Path.Combine(site.Folder, "recorded", "runs", run, "rows", "total-gradient-norm.0.bin"));
        int columns = BitConverter.ToInt32(block, 4);
        Assert.Equal((300, 50, 1), (columns, BitConverter.ToInt32(block, 8), BitConverter.ToInt32(block, 12)));
        return MemoryMarshal.Cast<byte, float>(block.AsSpan(16 + (columns * 20))).ToArray();
    }

    private static long[] Bits(JsonElement array) => [.. Numbers(array).Select(BitConverter.DoubleToInt64Bits)];

    private static IEnumerable<double> Numbers(JsonElement array) =>
        array.EnumerateArray().Select(static number => number.GetDouble());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
