using System.CommandLine;
using Backflow.Cli.Delivery;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>--webhook, --otlp, --tensorboard: whom else training tells.</summary>
internal sealed class DeliveryOptions
{
    private const string WebhookVariable = "BACKFLOW_WEBHOOK";

    private static readonly TimeSpan PatiencePerTry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(15);

    private const string Heading = "Who is told";
    private const string Webhook = "Webhook";

    private readonly ValueOption<string?> _webhook = new("webhook", ValueRule.Text("https://example.org/hook"), "URL")
    {
        Description = "Post each verdict as JSON to this address, without holding training up, in the shape of "
            + "--webhook-format.",
        Group = Heading,
    };

    private readonly ValueOption<string?> _webhookFile = new("webhook-file", ValueRule.Path("hook.txt"), "FILE")
    {
        Description = "A file of the address of --webhook, which the list of processes then does not show. "
            + $"[default: {WebhookVariable}, where it is set]",
        Group = Heading,
    };

    private readonly ValueOption<string> _webhookFormat = new(
        "webhook-format", ValueRule.OneOf([.. WebhookFormat.All.Select(static one => one.Name)], "slack"), "NAME")
    {
        Description = "What the receiver of --webhook is: slack, discord, teams (a workflow), or json for level, "
            + "title, text, project, run, step, timestamp.",
        DefaultValueFactory = static _ => WebhookFormat.All[0].Name,
        Group = Heading,
    };

    private readonly ValueOption<string?> _otlp = new("otlp", ValueRule.Text("http://localhost:4318"), "URL")
    {
        Description = "Export metrics and verdicts by OpenTelemetry's protocol to the collector at this address, such "
            + "as http://localhost:4318, without holding training up. [default: OTEL_EXPORTER_OTLP_ENDPOINT, where it "
            + "is set]",
        Group = Heading,
    };

    private readonly ValueOption<string?> _tensorboard = new("tensorboard", ValueRule.Path("logs"), "FOLDER")
    {
        Description = "Write event files of TensorBoard into this folder while training, each run into a folder of its "
            + "own, without holding training up: tensorboard --logdir FOLDER shows them.",
        Group = Heading,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_webhook);
        command.Options.Add(_webhookFile);
        command.Options.Add(_webhookFormat);
        command.Options.Add(_otlp);
        command.Options.Add(_tensorboard);
    }

    /// <summary>Does something that is observed, and reports at the end what could not be delivered.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="runs">The store of the runs, whose file names the project.</param>
    /// <param name="run">What to do; it is given what makes an observer of an observer.</param>
    public int Around(
        ParseResult parsed, RunStore runs, Func<Func<ITrainingObserver, ITrainingObserver>, int> run)
    {
        string project = Path.GetFileNameWithoutExtension(runs.Path);
        Uri? hook = parsed.GetValue(_webhook) is string address ? Read(Webhook, address)
            : Secrets.Read(WebhookVariable, _webhookFile.Name, parsed.GetValue(_webhookFile)) is string kept
                ? Read(parsed.GetValue(_webhookFile) is null ? WebhookVariable : _webhookFile.Name, kept)
                : null;
        string? collector = parsed.GetValue(_otlp);
        if (collector is not null && OtlpSettings.IsDisabled(Environment.GetEnvironmentVariable))
        {
            Console.Error.WriteLine("warning: Nothing is exported, because OTEL_SDK_DISABLED is true.");
        }

        OtlpSettings? settings = OtlpSettings.Read(collector, Environment.GetEnvironmentVariable);
        using IVerdictDelivery? webhook = hook is null ? null
            : new VerdictWebhook(
                hook,
                WebhookFormat.Named(parsed.GetValue(_webhookFormat)!),
                project,
                PatiencePerTry,
                TimeProvider.System);
        using IVerdictDelivery? export = settings is null ? null : new OtlpExport(settings, project);
        using IVerdictDelivery? events = parsed.GetValue(_tensorboard) is string folder
            ? new EventFileDelivery(runs, folder) : null;
        IVerdictDelivery[] deliveries = [.. new[] { webhook, export, events }.OfType<IVerdictDelivery>()];
        int exitCode = run(observer => deliveries.Aggregate(
            observer, static (inner, delivery) => new DeliveringObserver(inner, delivery)));
        foreach (IVerdictDelivery delivery in deliveries)
        {
            if (delivery.Finish(PatienceAtTheEnd) is string lost)
            {
                Console.Error.WriteLine($"warning: {Secrets.HideUsers(lost)}");
            }
        }

        return exitCode;
    }

    private static Uri Read(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw Misfit(option);

    // What was meant to be a webhook's address is not repeated: it may be the secret with a letter missing.
    private static ExperimentException Misfit(string option) => option switch
    {
        Webhook => new ExperimentException(
            $"{option:setting} must be an absolute http or https address.",
            new Setting(option, "https://example.org/hook")),
        _ => new ExperimentException(
            $"{option} must hold an absolute http or https address.", "Such as https://example.org/hook."),
    };
}
