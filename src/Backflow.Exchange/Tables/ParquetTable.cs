using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using ParquetSharp;
using ParquetSharp.IO;

namespace Backflow.Exchange.Tables;

/// <summary>The table as Parquet.</summary>
/// <remarks>
/// Least and greatest values of a group of rows leave NaN out, so a filter by range passes over rows of NaN: is_finite
/// finds them.
/// </remarks>
public sealed class ParquetTable : IMetricTable
{
    /// <summary>The key of the run's id among what a file says about itself.</summary>
    public const string RunKey = "backflow.run";

    // What is held back until it is written: 5 MB.
    private const int RowsPerGroup = 1 << 17;

    private readonly FaultKeepingStream _kept;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _file;
    private readonly string[] _runs = new string[RowsPerGroup];
    private readonly long[] _steps = new long[RowsPerGroup];
    private readonly string[] _metrics = new string[RowsPerGroup];
    private readonly int?[] _layers = new int?[RowsPerGroup];
    private readonly int?[] _timesteps = new int?[RowsPerGroup];
    private readonly double[] _values = new double[RowsPerGroup];
    private readonly bool[] _areFinite = new bool[RowsPerGroup];
    private int _count;

    /// <summary>Begins a table.</summary>
    /// <param name="stream">Where it goes; not closed.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="about">What the file says about itself, beside the run's id.</param>
    public ParquetTable(Stream stream, string run, IReadOnlyDictionary<string, string> about)
    {
        Array.Fill(_runs, run);
        _kept = new FaultKeepingStream(stream);
        _output = new ManagedOutputStream(_kept, leaveOpen: true);
        IReadOnlyList<string> names = IMetricTable.Columns;
        Column[] columns =
        [
            new Column<string>(names[0]),
            new Column<long>(names[1]),
            new Column<string>(names[2]),
            new Column<int?>(names[3]),
            new Column<int?>(names[4]),
            new Column<double>(names[5]),
            new Column<bool>(names[6]),
        ];
        _file = Said(() => new ParquetFileWriter(
            _output, columns, Compression.Snappy, about.ToImmutableDictionary().SetItem(RunKey, run)));
    }

    /// <summary>Whether a file is such a table.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    public static bool Wrote(Stream stream)
    {
        try
        {
            using ManagedRandomAccessFile input = new(stream, leaveOpen: true);
            using ParquetFileReader file = new(input);
            return file.FileMetaData.KeyValueMetadata.ContainsKey(RunKey);
        }
        catch (ParquetException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Add(in MetricRow row)
    {
        _steps[_count] = row.Step;
        _metrics[_count] = row.Metric;
        _layers[_count] = row.Layer;
        _timesteps[_count] = row.Timestep;
        _values[_count] = row.Value;
        _areFinite[_count] = double.IsFinite(row.Value);
        if (++_count == RowsPerGroup)
        {
            WriteGroup();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // What did not take a part takes no end either.
            if (_kept.Fault is null)
            {
                WriteGroup();
                Said(() =>
                {
                    _file.Close();
                    return true;
                });
            }
        }
        finally
        {
            _file.Dispose();
            _output.Dispose();
            _kept.Dispose();
        }
    }

    private void WriteGroup()
    {
        int count = _count;
        _count = 0;
        if (count > 0)
        {
            Said(() =>
            {
                WriteGroup(count);
                return true;
            });
        }
    }

    private void WriteGroup(int count)
    {
        using RowGroupWriter group = _file.AppendRowGroup();
        Write(group, _runs, count);
        Write(group, _steps, count);
        Write(group, _metrics, count);
        Write(group, _layers, count);
        Write(group, _timesteps, count);
        Write(group, _values, count);
        Write(group, _areFinite, count);
    }

    // The library makes a text of what a stream throws.
    private T Said<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (ParquetException) when (_kept.Fault is Exception fault)
        {
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }

    private static void Write<T>(RowGroupWriter group, T[] values, int count)
    {
        using LogicalColumnWriter<T> column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values.AsSpan(0, count));
    }
}
