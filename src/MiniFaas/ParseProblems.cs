using System.CommandLine;
using System.CommandLine.Parsing;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Scheduling;

namespace MiniFaas;

/// <summary>What is wrong with a command line, in our words: the word, what it could have been, where to read on.</summary>
internal static class ParseProblems
{
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int Report(ParseResult parsed)
    {
        foreach (string problem in Describe(parsed))
        {
            Messages.Error(problem);
        }

        Command command = parsed.CommandResult.Command;
        Messages.Hint(string.Join(' ', Path(command).Append("--help")));
        return ExitCode.Usage;
    }

    /// <summary>A command as it is typed: <c>minifaas token new</c>.</summary>
    private static IEnumerable<string> Path(Command command) =>
        command is RootCommand ? ["minifaas"] : Path(command.Parents.OfType<Command>().First()).Append(command.Name);

    internal static IReadOnlyList<string> Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand && UnknownFirstWord(parsed) is { } word)
        {
            // All that follows would be read wrongly too.
            return [NotKnown(word, RootWords(parsed.RootCommandResult.Command), isRoot: true)];
        }

        var problems = new List<string>();
        foreach (string token in parsed.UnmatchedTokens.Distinct())
        {
            problems.Add(NotKnown(token, command is RootCommand ? RootWords(command) : OptionNames(command), isRoot: command is RootCommand));
        }

        problems.AddRange(parsed.Errors
            .Where(error => !parsed.UnmatchedTokens.Any(token => error.SymbolResult is null or CommandResult && error.Message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Select(error => error.Message)
            .Distinct());
        return problems;
    }

    /// <summary>The candidate that a typing error or two would turn into <paramref name="word"/>; null when none is near.</summary>
    internal static string? Nearest(string word, IEnumerable<string> candidates)
    {
        (string? Candidate, int Distance) best = (null, 3);
        foreach (string candidate in candidates)
        {
            int distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < best.Distance && distance < candidate.TrimStart('-').Length)
            {
                best = (candidate, distance);
            }
        }

        return best.Candidate;
    }

    private static string? UnknownFirstWord(ParseResult parsed)
    {
        foreach (Argument argument in parsed.RootCommandResult.Command.Arguments)
        {
            if (parsed.GetResult(argument)?.Tokens is [var token, ..] && !StrategyCatalog.TryGetName(token.Value, out _))
            {
                return token.Value;
            }
        }

        return null;
    }

    private static string NotKnown(string word, IEnumerable<string> candidates, bool isRoot)
    {
        string what = word.StartsWith('-') ? $"there is no option {word}"
            : isRoot ? $"'{word}' is neither a strategy ({string.Join(", ", StrategyCatalog.Names)}) nor a command"
            : $"'{word}' is one word too many";
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string? nearest = Nearest(equals < 0 ? word : word[..equals], candidates);
        return nearest is null ? what : $"{what}; did you mean {nearest}?";
    }

    private static IEnumerable<string> RootWords(Command root) =>
        OptionNames(root).Concat(root.Subcommands.Select(command => command.Name)).Concat(StrategyCatalog.Names);

    private static IEnumerable<string> OptionNames(Command command) => command.Options.Select(option => option.Name);

    // Optimal string alignment: one exchange of neighbours counts as one error (Damerau 1964).
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                int change = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(change, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
                bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                rows[i, j] = isSwap ? Math.Min(best, 1 + rows[i - 2, j - 2]) : best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
