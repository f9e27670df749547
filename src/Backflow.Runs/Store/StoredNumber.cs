using SQLitePCL;

namespace Backflow.Runs.Store;

/// <summary>
/// How a double lies in a column of type ANY: finite as 8-byte REAL, otherwise as the text NaN, Infinity or -Infinity.
/// </summary>
/// <remarks>
/// SQLite turns a NaN into NULL, and a NaN is a finding that must not become a gap. The texts are those of our JSON
/// lines, and what `float(value)` of Python reads.
/// </remarks>
internal static class StoredNumber
{
    /// <summary>The value as a parameter of a command.</summary>
    public static object ToColumn(double? value) => value switch
    {
        null => DBNull.Value,
        double finite when double.IsFinite(finite) => finite,
        double other => Name(other),
    };

    /// <summary>The value of a column read through ADO.NET.</summary>
    public static double? FromColumn(object column) => column switch
    {
        double value => value,
        string name => Parse(name),
        _ => null,
    };

    /// <summary>The word for a value that is not finite.</summary>
    public static string Name(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    /// <summary>The value that a word stands for.</summary>
    public static double Parse(string name) => name switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.NaN,
    };

    /// <summary>The value of a column of a raw statement.</summary>
    public static double Read(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_TEXT
            ? Parse(raw.sqlite3_column_text(statement, column).utf8_to_string())
            : raw.sqlite3_column_double(statement, column);
}
