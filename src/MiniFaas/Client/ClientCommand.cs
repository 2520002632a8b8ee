using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;

namespace MiniFaas.Client;

/// <summary>What all commands that talk to a server share.</summary>
internal static class ClientCommand
{
    public static Option<Uri?> Server() => new("--server")
    {
        HelpName = "URL",
        Description = $"The server (default: ${ServerAddress.Variable}, the profile in use, else http://127.0.0.1:8080)",
        CustomParser = result =>
        {
            if (!ServerAddress.TryParse(result.Tokens[0].Value, out Uri server))
            {
                result.AddError($"--server {result.Tokens[0].Value}: must be a URL, like http://127.0.0.1:8080");
            }

            return server;
        },
    };

    public static Option<string?> Token() => new("--token")
    {
        HelpName = "TOKEN",
        Description = $"For a server that requires one (default: ${ServerChoice.TokenVariable}, which other users cannot see)",
    };

    public static Option<string?> Profile() => new("--profile")
    {
        HelpName = "NAME",
        Description = $"The server of a profile (default: ${ServerChoice.ProfileVariable}; see minifaas profile --help)",
    };

    public static Option<OutputFormat> Output() => new("--output")
    {
        HelpName = "text|json",
        Description = "Answer for people or as the server's JSON",
        CustomParser = result =>
        {
            bool good = Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out OutputFormat format) && Enum.IsDefined(format);
            if (!good)
            {
                result.AddError($"--output {result.Tokens[0].Value}: must be one of text, json");
            }

            return format;
        },
    };

    /// <summary>Makes <paramref name="run"/> the command's action and turns what can go wrong on the way into a line and an exit code.</summary>
    public static void SetClientAction(this Command command, Option<Uri?> server, Func<ParseResult, FaasClient, CancellationToken, Task<int>> run)
    {
        Option<string?> token = Token();
        Option<string?> profile = Profile();
        command.Add(profile);
        command.Add(token);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TryChoose(parsed, server, profile, token, out ServerChoice choice, out int exitCode))
            {
                return exitCode;
            }

            Uri address = choice.Server;
            using var client = new FaasClient(address, choice.Token);
            try
            {
                return await run(parsed, client, cancellationToken);
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
            {
                bool isRefused = exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
                string reason = isRefused ? "nothing listens there" : exception.InnerException?.Message ?? exception.Message;
                Messages.Error($"no server at {address.GetLeftPart(UriPartial.Authority)} ({reason}): start one with 'minifaas', or name another with --server URL");
                return ExitCode.Unreachable;
            }
            catch (HttpRequestException exception)
            {
                Messages.Error($"{address.GetLeftPart(UriPartial.Authority)} broke off: {exception.Message}");
                return ExitCode.Failed;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Messages.Error(exception.Message);
                return ExitCode.Failed;
            }
        });
    }

    /// <summary>Which server the options, the environment and the profiles mean; says what is wrong when they mean none.</summary>
    public static bool TryChoose(
        ParseResult parsed, Option<Uri?> server, Option<string?> profile, Option<string?> token, out ServerChoice choice, out int exitCode)
    {
        choice = null!;
        exitCode = ExitCode.Usage;
        try
        {
            ServerChoice? made = ServerChoice.Make(
                parsed.GetValue(server), parsed.GetValue(profile), parsed.GetValue(token),
                Environment.GetEnvironmentVariable, ProfileFile.Default().Load, out string problem);
            if (made is null)
            {
                exitCode = Messages.Usage([problem]);
                return false;
            }

            choice = made;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Messages.Error(exception.Message);
            return false;
        }
    }

    /// <summary>What all commands do with an answer: print it as the JSON it is, where asked to, or say that it is a failure.</summary>
    /// <returns>The exit code; null for a success that is left to be shown to people.</returns>
    public static async Task<int?> AnswerAsync(FaasReply reply, OutputFormat format, CancellationToken cancellationToken)
    {
        if (format == OutputFormat.Json)
        {
            return await PrintRawAsync(reply, cancellationToken);
        }

        return reply.IsOk ? null : Fail(reply);
    }

    /// <summary>Says what the server said went wrong.</summary>
    public static int Fail(FaasReply reply)
    {
        string message = reply.Text("message") ?? $"the server answered {reply.Status}";
        string code = reply.Text("error") is { } error ? $" ({error})" : "";
        if (reply.Text("diagnostics") is { Length: > 0 } diagnostics)
        {
            Messages.Diagnostics(diagnostics);
            message = message.Replace(diagnostics, "", StringComparison.Ordinal).TrimEnd();
        }

        Messages.Error(message + code);
        return ExitCode.Failed;
    }

    public static async Task<int> PrintRawAsync(FaasReply reply, CancellationToken cancellationToken)
    {
        await WriteAsync(reply.Body, cancellationToken);
        if (reply.Body is [.., not (byte)'\n'])
        {
            await WriteAsync("\n"u8.ToArray(), cancellationToken);
        }

        return reply.IsOk ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Bytes to standard output as they are.</summary>
    public static async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Input from the command line: text, or <c>@FILE</c> for what is in a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<byte[]> ReadDataAsync(string data, CancellationToken cancellationToken) =>
        data.StartsWith('@') ? await File.ReadAllBytesAsync(data[1..], cancellationToken) : Encoding.UTF8.GetBytes(data);

    public static async Task<byte[]> ReadInputAsync(CancellationToken cancellationToken)
    {
        await using Stream input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
