using Spectre.Console;

namespace MiniFaas.Client;

/// <summary>Rows for people: a table on a terminal, columns with tabs between them in a pipe.</summary>
internal static class DataTable
{
    public static void Write(IReadOnlyList<string> headings, IReadOnlyList<string[]> rows)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (string[] row in rows)
            {
                Console.Out.WriteLine(string.Join('\t', row));
            }

            return;
        }

        WriteTable(headings, rows);
    }

    // Apart, so that a pipe does not load Spectre. It keeps to NO_COLOR itself.
    private static void WriteTable(IReadOnlyList<string> headings, IReadOnlyList<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        }

        foreach (string[] row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        AnsiConsole.Write(table);
    }
}
