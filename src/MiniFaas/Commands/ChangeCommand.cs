using System.CommandLine;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;
using MiniFaas.Settings;

namespace MiniFaas.Commands;

/// <summary><c>minifaas change NAME SETTING=VALUE…</c>: a new version of the same code with other settings, without a build.</summary>
internal static class ChangeCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name or id" };
        var settings = new Argument<string[]>("SETTING=VALUE")
        {
            Description = "timeout=2s, memory=64MiB, concurrency=4, env=K=V (env=K takes it away), label=K=V, secret=NAME, schedule='*/5 * * * *', …; none takes a setting away",
            Arity = ArgumentArity.OneOrMore,
        };
        settings.Validators.Add(result =>
        {
            foreach (string word in result.Tokens.Select(token => token.Value))
            {
                if (Problem(word) is { } problem)
                {
                    result.AddError(problem);
                }
            }
        });
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("change", "Change a function's settings without a build and print the new id") { name, settings, server, output };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            var query = new Query($"/function/{Uri.EscapeDataString(parsed.GetValue(name)!)}");
            foreach (string word in parsed.GetValue(settings)!)
            {
                (string key, string value) = Split(word);
                query.Add(key, Plain(key, value));
            }

            FaasReply reply = await client.SendAsync(HttpMethod.Patch, query.ToString(), body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            Console.Out.WriteLine(reply.Text("id"));
            return ExitCode.Success;
        });
        return command;
    }

    private static string? Problem(string word)
    {
        if (word.IndexOf('=', StringComparison.Ordinal) < 1)
        {
            return $"{word}: must be SETTING=VALUE, like timeout=2s";
        }

        (string key, string value) = Split(word);
        return Plain(key, value) is not null ? null
            : key == "timeout" ? $"{word}: {Duration.Rule}"
            : $"{word}: {LimitText.MemoryRule}";
    }

    private static (string Key, string Value) Split(string word)
    {
        int end = word.IndexOf('=', StringComparison.Ordinal);
        return (word[..end], word[(end + 1)..]);
    }

    /// <summary>A value as the server reads it: times in ms, sizes in MiB; null when it is neither.</summary>
    private static string? Plain(string key, string value) => key switch
    {
        "timeout" => LimitText.Milliseconds(value),
        "memory" => LimitText.Mebibytes(value),
        _ => value,
    };
}
