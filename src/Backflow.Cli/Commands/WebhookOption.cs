using System.CommandLine;
using Backflow.Cli.Delivery;
using Backflow.Experiments;
using Backflow.Experiments.Training;

namespace Backflow.Cli.Commands;

/// <summary>--webhook: where verdicts are posted.</summary>
internal sealed class WebhookOption
{
    private static readonly TimeSpan PatiencePerTry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(15);

    private readonly Option<string?> _option = new("--webhook")
    {
        Description = "Post each verdict as JSON to this address, without holding training up: level, title, text, "
            + "project, run, step, timestamp.",
        HelpName = "URL",
    };

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>Does something that is observed, and reports at the end what could not be posted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="store">The store's file, which names the project.</param>
    /// <param name="run">What to do; it is given what makes an observer of an observer.</param>
    public int Around(
        ParseResult parsed, string store, Func<Func<ITrainingObserver, ITrainingObserver>, int> run)
    {
        if (parsed.GetValue(_option) is not string text)
        {
            return run(static observer => observer);
        }

        using VerdictWebhook webhook = new(
            Read(text), Path.GetFileNameWithoutExtension(store), PatiencePerTry, TimeProvider.System);
        int exitCode = run(observer => new WebhookObserver(observer, webhook));
        if (webhook.Finish(PatienceAtTheEnd) is string lost)
        {
            Console.Error.WriteLine($"warning: {lost}");
        }

        return exitCode;
    }

    private static Uri Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new ExperimentException(
                $"--webhook must be an absolute http or https address, got '{text}'.",
                "--webhook https://example.org/hook");
}
