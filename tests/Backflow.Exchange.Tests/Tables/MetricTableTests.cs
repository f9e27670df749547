using Backflow.Exchange.Tables;
using ParquetSharp;
using ParquetSharp.IO;

namespace Backflow.Exchange.Tests.Tables;

/// <summary>The long table in its two formats.</summary>
public sealed class MetricTableTests : IDisposable
{
    private static readonly MetricRow[] Rows =
    [
        new(0, "training-loss", Layer: null, Timestep: null, 0.1),
        new(1, "training-loss", Layer: null, Timestep: null, double.NaN),
        new(1, "total-gradient-norm", Layer: 0, Timestep: 0, 1e-45f),
        new(1, "total-gradient-norm", Layer: 0, Timestep: 1, double.PositiveInfinity),
        new(long.MaxValue, "odd,\"name\"", Layer: 1, Timestep: null, double.NegativeInfinity),
    ];

    private readonly MemoryStream _file = new();

    [Fact]
    public void Csv_IsByTheLetter()
    {
        Write(new CsvTable(_file, "lstm-0001"));
        string[] lines =
        [
            "run,step,metric,layer,timestep,value,is_finite",
            "lstm-0001,0,training-loss,,,0.1,true",
            "lstm-0001,1,training-loss,,,NaN,false",
            "lstm-0001,1,total-gradient-norm,0,0,1.401298464324817E-45,true",
            "lstm-0001,1,total-gradient-norm,0,1,Infinity,false",
            "lstm-0001,9223372036854775807,\"odd,\"\"name\"\"\",1,,-Infinity,false",
        ];
        Assert.Equal(
            string.Concat(lines.Select(static line => line + "\r\n")),
            System.Text.Encoding.UTF8.GetString(_file.ToArray()));
    }

    [Fact]
    public void Parquet_ReadsBackAsItWas()
    {
        Write(new ParquetTable(_file, "lstm-0001", new Dictionary<string, string> { ["backflow.name"] = "mine ∂" }));
        using ManagedRandomAccessFile input = new(_file, leaveOpen: true);
        using ParquetFileReader file = new(input);
        Assert.Equal("lstm-0001", file.FileMetaData.KeyValueMetadata["backflow.run"]);
        Assert.Equal("mine ∂", file.FileMetaData.KeyValueMetadata["backflow.name"]);
        Assert.Equal(
            IMetricTable.Columns,
            Enumerable.Range(0, file.FileMetaData.NumColumns).Select(i => file.FileMetaData.Schema.Column(i).Name));
        using RowGroupReader group = file.RowGroup(0);
        Assert.Equal(Enumerable.Repeat("lstm-0001", Rows.Length), Column<string>(group, 0));
        Assert.Equal(Rows.Select(static row => row.Step), Column<long>(group, 1));
        Assert.Equal(Rows.Select(static row => row.Metric), Column<string>(group, 2));
        Assert.Equal(Rows.Select(static row => row.Layer), Column<int?>(group, 3));
        Assert.Equal(Rows.Select(static row => row.Timestep), Column<int?>(group, 4));
        Assert.Equal(Rows.Select(static row => row.Value), Column<double>(group, 5));
        Assert.Equal(Rows.Select(static row => double.IsFinite(row.Value)), Column<bool>(group, 6));
    }

    [Fact]
    public void Parquet_Statistics_LeaveNaNOut()
    {
        MetricRow[] rows = [Rows[1], Rows[0], Rows[0] with { Value = 7 }, Rows[1]];
        Write(new ParquetTable(_file, "lstm-0001", new Dictionary<string, string>()), rows);
        using ManagedRandomAccessFile input = new(_file, leaveOpen: true);
        using ParquetFileReader file = new(input);
        using RowGroupReader group = file.RowGroup(0);
        Statistics<double> values = (Statistics<double>)group.MetaData.GetColumnChunkMetaData(5).Statistics!;
        Assert.True(values.HasMinMax);
        Assert.Equal(0.1, values.Min);
        Assert.Equal(7, values.Max);
    }

    [Fact]
    public void Parquet_MoreRowsThanAGroup_KeepsAll()
    {
        const int Count = 300_000;
        using (ParquetTable table = new(_file, "lstm-0001", new Dictionary<string, string>()))
        {
            for (int i = 0; i < Count; i++)
            {
                table.Add(new MetricRow(i, "training-loss", Layer: null, Timestep: null, i));
            }
        }

        using ManagedRandomAccessFile input = new(_file, leaveOpen: true);
        using ParquetFileReader file = new(input);
        Assert.Equal(3, file.FileMetaData.NumRowGroups);
        long next = 0;
        for (int i = 0; i < file.FileMetaData.NumRowGroups; i++)
        {
            using RowGroupReader group = file.RowGroup(i);
            Assert.All(Column<long>(group, 1), step => Assert.Equal(next++, step));
        }

        Assert.Equal(Count, next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public void Parquet_DiskThatIsFull_ThrowsWhatItThrew(int room)
    {
        IOException failure = Assert.Throws<IOException>(() => Write(
            new ParquetTable(new FullStream(room), "lstm-0001", new Dictionary<string, string>()),
            [.. Enumerable.Range(0, 200_000).Select(i => Rows[0] with { Step = i, Value = i })]));
        Assert.Equal(FullStream.Reason, failure.Message);
    }

    [Fact]
    public void Wrote_IsTrueForItsOwnFilesAlone()
    {
        Write(new ParquetTable(_file, "lstm-0001", new Dictionary<string, string>()));
        byte[] parquet = _file.ToArray();
        _file.SetLength(0);
        Write(new CsvTable(_file, "lstm-0001"));
        byte[] csv = _file.ToArray();
        Assert.True(ParquetTable.Wrote(new MemoryStream(parquet)));
        Assert.True(CsvTable.Wrote(new MemoryStream(csv)));
        foreach (byte[] other in (byte[][])[[], [1, 2, 3], parquet[..50], csv[..20], new byte[1000]])
        {
            Assert.False(ParquetTable.Wrote(new MemoryStream(other)));
            Assert.False(CsvTable.Wrote(new MemoryStream(other)));
        }

        Assert.False(ParquetTable.Wrote(new MemoryStream(csv)));
        Assert.False(CsvTable.Wrote(new MemoryStream(parquet)));
    }

    public void Dispose() => _file.Dispose();

    private static T[] Column<T>(RowGroupReader group, int index)
    {
        using ColumnReader column = group.Column(index);
        using LogicalColumnReader<T> values = column.LogicalReader<T>();
        return values.ReadAll((int)group.MetaData.NumRows);
    }

    private static void Write(IMetricTable table, MetricRow[]? rows = null)
    {
        using (table)
        {
            foreach (MetricRow row in rows ?? Rows)
            {
                table.Add(row);
            }
        }
    }

    private sealed class FullStream(int room) : MemoryStream
    {
        public const string Reason = "No space left on device";

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Position + count > room)
            {
                throw new IOException(Reason);
            }

            base.Write(buffer, offset, count);
        }
    }
}
