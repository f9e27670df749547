using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Backflow.Exchange;
using Backflow.Exchange.TensorBoard;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Figures;

/// <summary>What became of the scalars of another program's training.</summary>
/// <param name="Run">The run that holds them.</param>
/// <param name="Tags">The columns, as they are called in the run.</param>
/// <param name="Values">How many numbers they have.</param>
/// <param name="LastStep">The newest step.</param>
/// <param name="Remarks">What the files say and the run does not have.</param>
public sealed record ScalarImportReport(
    string Run, ImmutableArray<string> Tags, long Values, long LastStep, ImmutableArray<string> Remarks);

/// <summary>Scalars that another program logged for TensorBoard, on their way into a run.</summary>
/// <remarks>The run has numbers and no network: it is looked at and compared, and not trained.</remarks>
public sealed record ScalarImport
{
    private readonly ScalarLog _log;
    private readonly string _path;

    private ScalarImport(string path, ScalarLog log)
    {
        _path = path;
        _log = log;
    }

    /// <summary>The tag whose values are the training loss; null for one that is called so, or none.</summary>
    public string? TrainingLoss { get; init; }

    /// <summary>The tag whose values are the validation loss; null for one that is called so, or none.</summary>
    public string? ValidationLoss { get; init; }

    /// <summary>Whether a path is that of event files, and of no model.</summary>
    /// <param name="path">A file or a folder.</param>
    public static bool IsAt(string path) => ScalarLog.IsAt(path);

    /// <summary>Reads event files.</summary>
    /// <param name="path">A file, or the folder of one run.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>What they hold.</returns>
    /// <exception cref="ExperimentException">They cannot be read, or hold no scalars.</exception>
    public static ScalarImport Read(string path, CancellationToken cancellation)
    {
        try
        {
            return new ScalarImport(path, ScalarLog.Read(path, cancellation));
        }
        catch (ExchangeException mistake)
        {
            throw new ExperimentException($"{mistake.Message}", $"{mistake.Remedy}", mistake);
        }
    }

    /// <summary>Makes a run of them.</summary>
    /// <param name="store">The store that gets the run.</param>
    /// <param name="name">The run's name, or null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <returns>The run.</returns>
    /// <exception cref="ExperimentException">There is no such tag.</exception>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public ScalarImportReport Keep(RunStore store, string? name, string commandLine)
    {
        Require(nameof(TrainingLoss), TrainingLoss, TrainingMetrics.TrainingLoss);
        Require(nameof(ValidationLoss), ValidationLoss, TrainingMetrics.ValidationLoss);
        RunManifest manifest = store.CreateRun(new RunDescription
        {
            Prefix = "logged",
            Name = name,
            Task = WatchedRun.Task,
            Cell = "other",
            ConfigurationJson = new JsonObject
            {
                ["framework"] = "TensorBoard",
                ["eventFiles"] = Path.GetFullPath(_path),
            }.ToJsonString(),
            Seed = 0,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = commandLine,
        });
        using StoreRecord record = new(store, manifest.Id);
        double? training = null;
        double? validation = null;
        ImmutableArray<string>.Builder columns = ImmutableArray.CreateBuilder<string>();
        foreach (LoggedSeries series in _log.Series)
        {
            string column = ColumnOf(series.Tag);
            for (int i = 0; i < series.Steps.Length; i++)
            {
                record.Scalar(column, series.Steps[i], series.Values[i]);
            }

            columns.Add(column);
            training = column == TrainingMetrics.TrainingLoss ? series.Values[^1] : training;
            validation = column == TrainingMetrics.ValidationLoss ? series.Values[^1] : validation;
        }

        record.Finish(TrainingEnd.Completed, training, validation);
        return new ScalarImportReport(
            manifest.Id,
            columns.ToImmutable(),
            _log.Series.Sum(static series => (long)series.Steps.Length),
            _log.Series.Max(static series => series.Steps[^1]),
            [.. _log.Remarks, .. WithoutLoss(columns)]);
    }

    private string ColumnOf(string tag)
    {
        string column = tag == TrainingLoss ? TrainingMetrics.TrainingLoss
            : tag == ValidationLoss ? TrainingMetrics.ValidationLoss
            : EventFigures.ColumnOf(tag);
        bool isNamed = tag == TrainingLoss || tag == ValidationLoss;
        bool isTaken = !isNamed && column != tag
            && (Has(column)
                || (TrainingLoss is not null && column == TrainingMetrics.TrainingLoss)
                || (ValidationLoss is not null && column == TrainingMetrics.ValidationLoss));
        return isTaken ? tag : column;
    }

    private bool Has(string tag) => _log.Series.Any(series => series.Tag == tag);

    private void Require(string setting, string? tag, string column)
    {
        if (tag is null)
        {
            return;
        }

        if (!Has(tag))
        {
            throw new ExperimentException(
                $"{setting:setting} must be one of the tags of {Path.GetFileName(_path)}, got '{tag}'.",
                $"Take one of {Some()}.");
        }

        if ((tag != column && Has(column)) || TrainingLoss == ValidationLoss)
        {
            throw new ExperimentException(
                tag == column || !Has(column)
                    ? $"{tag} cannot be two losses."
                    : $"{Path.GetFileName(_path)} has a tag {column} already.",
                $"Leave out {setting:setting}.");
        }
    }

    private IEnumerable<string> WithoutLoss(IEnumerable<string> columns)
    {
        if (!columns.Contains(TrainingMetrics.TrainingLoss))
        {
            yield return $"No tag is called a training loss, which the page draws first. The tags are {Some()}.";
        }
    }

    private string Some()
    {
        const int Most = 20;
        string tags = string.Join(", ", _log.Series.Take(Most).Select(static series => series.Tag));
        return _log.Series.Length <= Most ? tags
            : $"{tags} and {NumberText.Count(_log.Series.Length - Most)} more";
    }
}
