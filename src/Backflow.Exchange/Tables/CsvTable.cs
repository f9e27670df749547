using System.Text;
using CsvHelper;

namespace Backflow.Exchange.Tables;

/// <summary>The table as CSV by RFC 4180: commas, a line of names, points in numbers, empty where there is
/// nothing.</summary>
/// <remarks>NaN and the infinities are NaN, Infinity and -Infinity, which pandas and DuckDB read as numbers.</remarks>
public sealed class CsvTable : IMetricTable
{
    private static readonly CsvWriterOptions Options =
        CsvWriterOptions.Default with { TrueValue = "true", FalseValue = "false" };

    private readonly string _run;
    private readonly CsvWriter _csv;

    /// <summary>Begins a table.</summary>
    /// <param name="stream">Where it goes; not closed.</param>
    /// <param name="run">The run's id.</param>
    public CsvTable(Stream stream, string run)
    {
        _run = run;
        _csv = CsvWriter.Create(stream, Options, leaveOpen: true);
        _csv.WriteHeader([.. IMetricTable.Columns]);
    }

    /// <summary>Whether a file is such a table.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    public static bool Wrote(Stream stream)
    {
        byte[] header = Encoding.UTF8.GetBytes(string.Join(',', IMetricTable.Columns));
        byte[] first = new byte[header.Length];
        return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && first.AsSpan().SequenceEqual(header);
    }

    /// <inheritdoc/>
    public void Add(in MetricRow row)
    {
        _csv.WriteField(_run);
        _csv.WriteField(row.Step);
        _csv.WriteField(row.Metric);
        _csv.WriteField(row.Layer);
        _csv.WriteField(row.Timestep);
        _csv.WriteField(row.Value);
        _csv.WriteField(double.IsFinite(row.Value));
        _csv.EndRecord();
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();
}
