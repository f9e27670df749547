using System.Net;
using System.Text;
using Backflow.Cli.Tests.Delivery;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests;

public sealed class SecretsTests
{
    private const string Password = "hunter2";
    private const string SecretPath = "S3CRETPATH";

    private static readonly string[] Training =
    [
        "train", "--steps", "3", "--hidden", "8", "--seq-len", "8", "--batch", "4", "--threads", "1", "--store", "s.db",
    ];

    // Port 9 of this machine: nothing listens there.
    private const string Webhook = $"http://user:{Password}@127.0.0.1:9/services/{SecretPath}";

    [Theory]
    [InlineData("train --webhook https://x/secret --steps 3", "train --steps 3", "train --webhook … --steps 3")]
    [InlineData("train --webhook=https://x/secret", "train", "train --webhook=…")]
    [InlineData("train --webhook:https://x/secret", "train", "train --webhook=…")]
    [InlineData("train --token secret1234", "train", "train --token …")]
    [InlineData("train --webhook", "train", "train --webhook")]
    [InlineData(
        "train --webhook-file hook --steps 3",
        "train --webhook-file hook --steps 3",
        "train --webhook-file hook --steps 3")]
    [InlineData(
        "train --otlp http://me:secret@host:4318/x",
        "train --otlp http://host:4318/x",
        "train --otlp http://host:4318/x")]
    [InlineData("train --otlp=HTTPS://secret@host", "train --otlp=HTTPS://host", "train --otlp=HTTPS://host")]
    [InlineData("train --otlp http://me:sec/ret@host", "train --otlp http://host", "train --otlp http://host")]
    public void Words_WithASecret_AreKeptAndShownWithoutIt(string typed, string kept, string shown)
    {
        Assert.Equal(kept, string.Join(' ', Secrets.Without(typed.Split(' '))));
        Assert.Equal(shown, string.Join(' ', Secrets.Hide(typed.Split(' '))));
    }

    [Fact]
    public void Train_SecretWebhook_IsInNeitherStoreNorOutput()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Training, "--webhook", Webhook]);
        Assert.True(result.ExitCode == 0, result.Error);
        AssertHidden(result.Output + result.Error);
        foreach (string file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            AssertHidden(Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        }

        ProcessResult shown =
            BackflowProcess.Run(folder.Path, "runs", "show", "lstm-0001", "--store", "s.db", "--json");
        Assert.Contains("--steps 3", shown.Output, StringComparison.Ordinal);
        AssertHidden(shown.Output);
    }

    [Theory]
    [InlineData("--webhook", "ftp://user:hunter2@host/S3CRETPATH")]
    [InlineData("--webhook", "S3CRETPATH:hunter2")]
    [InlineData("--otlp", "ftp://user:hunter2@host/")]
    [InlineData("--steps", "http://user:hunter2@host/")]
    public void Train_WrongValueWithASecret_IsNamedWithoutIt(string option, string value)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, [.. Training, option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
        AssertHidden(result.Output + result.Error);
    }

    [Fact]
    public void Train_OtherMistakeBesideASecret_IsEchoedWithoutIt()
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(
            folder.Path, [.. Training, "--webhook", Webhook, "--hidden-size", "0", "--no-such-option"]);
        Assert.Equal(2, result.ExitCode);
        AssertHidden(result.Error);
    }

    [Theory]
    [InlineData("--webhook")]
    [InlineData("--webhook=")]
    [InlineData("--webhook:")]
    public void Train_MistakeBesideASecret_HasARemedyThatRunsAsPrinted(string option)
    {
        using TemporaryFolder folder = new();
        string[] webhook = option == "--webhook" ? [option, Webhook] : [option + Webhook];
        ProcessResult result = BackflowProcess.Run(
            folder.Path, ["train", .. webhook, "--hidden-size:0", "--name", "a;b & 'c' $(d)"]);
        Assert.Equal(2, result.ExitCode);
        AssertHidden(result.Error);
        Assert.Contains(
            "\n  try: backflow train --hidden-size=128 --name 'a;b & '\\''c'\\'' $(d)'\n  and: --webhook as before\n",
            result.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_WebhookOfAFileOrTheEnvironment_IsPostedTo(bool fromFile)
    {
        using TemporaryFolder folder = new();
        using HttpReceiver receiver = new(HttpStatusCode.OK);
        string[] command =
        [
            "train", "--task", "adding", "--length", "30", "--cell", "rnn-sigmoid", "--hidden", "16", "--steps", "60",
            "--threads", "1", "--store", "s.db",
        ];
        string hook = Path.Combine(folder.Path, "hook");
        File.WriteAllText(hook, $"{receiver.Address}\n");
        using BackflowProcess process = fromFile
            ? BackflowProcess.Start(folder.Path, [.. command, "--webhook-file", hook])
            : BackflowProcess.Start(
                folder.Path,
                new Dictionary<string, string> { ["BACKFLOW_WEBHOOK"] = receiver.Address.ToString() },
                command);
        ProcessResult result = process.WaitForEnd();
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.NotEmpty(receiver.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public void Read_FileThatIsNoLine_SaysSoWithoutItsContent(string content)
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "secret");
        File.WriteAllText(file, content);
        ExperimentException mistake = Assert.Throws<ExperimentException>(
            () => Secrets.Read("BACKFLOW_NOTHING", "--token-file", file));
        Assert.Contains("--token-file", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lines", mistake.Message, StringComparison.Ordinal);
    }

    private static void AssertHidden(string text)
    {
        Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
        Assert.DoesNotContain(SecretPath, text, StringComparison.Ordinal);
    }
}
