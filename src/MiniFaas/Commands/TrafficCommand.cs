using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas traffic NAME [ID=90 ID2=10 | --reset]</c>: spreads what calls a name over its versions, or shows how it is.</summary>
internal static class TrafficCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Function name" };
        var shares = new Argument<string[]>("ID=WEIGHT") { Description = "A version and its share; none shows how it is", Arity = ArgumentArity.ZeroOrMore };
        var reset = new Option<bool>("--reset") { Description = "All to the version that the name means" };
        Option<Uri?> server = ClientCommand.Server();
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("traffic", "Spread what calls a function over its versions") { name, shares, reset, server, output };
        shares.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !TryParse(token.Value, out _, out _)))
            {
                result.AddError($"{token.Value}: must be ID=WEIGHT, the weight a whole number above 0");
            }
        });
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            string path = $"/function/{Uri.EscapeDataString(parsed.GetValue(name)!)}/traffic";
            string[] given = parsed.GetValue(shares) ?? [];
            FaasReply reply = given.Length > 0 || parsed.GetValue(reset)
                ? await client.SendAsync(HttpMethod.Post, path, Body(given), cancellationToken)
                : await client.SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
            if (await ClientCommand.AnswerAsync(reply, parsed.GetValue(output), cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            DataTable.Write(["ID", "WEIGHT"], [.. reply.Json.GetProperty("traffic").EnumerateObject().Select(share => (string[])[share.Name, share.Value.GetRawText()])]);
            return ExitCode.Success;
        });
        return command;
    }

    private static byte[] Body(IEnumerable<string> shares)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (string share in shares)
            {
                _ = TryParse(share, out string id, out int weight);
                json.WriteNumber(id, weight);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryParse(string share, out string id, out int weight)
    {
        int equals = share.LastIndexOf('=');
        id = share[..Math.Max(equals, 0)];
        return int.TryParse(share.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight) && weight > 0 && equals > 0;
    }
}
