using System.Text;
using Backflow.Tensors;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Backflow.Runs.Store;

/// <summary>
/// A prepared statement for the columns, where a boxed parameter per value would be most of the work.
/// </summary>
/// <remarks>Positions of parameters start at 1 and positions of columns at 0, as in SQLite.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public Statement Bind(int position, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, position, value));
        return this;
    }

    public Statement Bind(int position, string value)
    {
        // Bytes and not a string, which would end at the first U+0000: a character network may well print one.
        // An empty span would be bound as NULL.
        Check(value.Length == 0
            ? raw.sqlite3_bind_text(_statement, position, value)
            : raw.sqlite3_bind_text(_statement, position, Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>Binds a double as <see cref="StoredNumber"/> lays it down.</summary>
    public Statement BindNumber(int position, double value)
    {
        Check(double.IsFinite(value)
            ? raw.sqlite3_bind_double(_statement, position, value)
            : raw.sqlite3_bind_text(_statement, position, StoredNumber.Name(value)));
        return this;
    }

    /// <summary>Binds floats as a little-endian blob.</summary>
    public Statement BindFloats(int position, ReadOnlySpan<float> values)
    {
        Check(raw.sqlite3_bind_blob(_statement, position, LittleEndian.AsBytes(values)));
        return this;
    }

    /// <summary>Goes to the next row of the result.</summary>
    /// <returns>False after the last one.</returns>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW)
        {
            return true;
        }

        if (code is not raw.SQLITE_DONE)
        {
            _ = raw.sqlite3_reset(_statement);
            Check(code);
        }

        return false;
    }

    /// <summary>Runs a statement that has no result, and makes it ready for the next values.</summary>
    public void Execute()
    {
        _ = Step();
        Reset();
    }

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public double Number(int column) => StoredNumber.Read(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes of a blob: valid until the next call of <see cref="Step"/> or <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }
}
