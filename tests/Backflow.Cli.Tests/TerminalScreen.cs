using System.Globalization;
using System.Text;

namespace Backflow.Cli.Tests;

/// <summary>What a terminal shows of what was written to it, with all that has scrolled away.</summary>
/// <remarks>
/// Of ECMA-48: cursor up (8.3.22), erase in page (8.3.39) and in line (8.3.41); other control sequences change nothing
/// that can be read. A line that is full goes on in the next one with its next character.
/// </remarks>
internal sealed class TerminalScreen
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _row;
    private int _column;

    /// <summary>Reads an output of 80 columns.</summary>
    public static string Show(string output)
    {
        TerminalScreen screen = new();
        for (int i = 0; i < output.Length; i++)
        {
            if (output[i] == '\u001b')
            {
                i = screen.Control(output, i + 1);
            }
            else
            {
                screen.Put(output[i]);
            }
        }

        return string.Join('\n', screen._lines.Select(static line => line.ToString().TrimEnd()));
    }

    private void Put(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                Down();
                break;
            case >= ' ':
                if (_column == BackflowProcess.TerminalWidth)
                {
                    _column = 0;
                    Down();
                }

                StringBuilder line = _lines[_row];
                line.Append(' ', Math.Max(0, _column + 1 - line.Length))[_column++] = character;
                break;
        }
    }

    private void Down()
    {
        _row++;
        if (_row == _lines.Count)
        {
            _lines.Add(new StringBuilder());
        }
    }

    // Gives the place of the sequence's last character.
    private int Control(string output, int start)
    {
        if (output[start] != '[')
        {
            return start;
        }

        int end = start + 1;
        while (output[end] is < '@' or > '~')
        {
            end++;
        }

        ReadOnlySpan<char> digits = output.AsSpan(start + 1, end - start - 1);
        _ = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        switch (output[end], number)
        {
            case ('A', _):
                // Terminals go up one line for nought too.
                _row = Math.Max(0, _row - Math.Max(1, number));
                break;
            case ('J', 0):
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                break;
            case ('K', 2):
                _lines[_row].Clear();
                break;
            case ('K', 0):
                _lines[_row].Length = Math.Min(_lines[_row].Length, _column);
                break;
        }

        return end;
    }
}
