using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Building;
using Microsoft.AspNetCore.WebUtilities;

namespace Faas.Supervisor.Gateway;

/// <summary>Reads the query of <c>POST /deploy</c> into a <see cref="DeployRequest"/>.</summary>
internal static class DeployParameters
{
    private const long BytesPerMebibyte = 1L << 20;
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromHours(1);
    private const long MaxMemoryMebibytes = 4096;

    /// <summary>Parameters that only some runtimes read; passed on as they are.</summary>
    private static readonly HashSet<string> s_options = new(StringComparer.Ordinal) { "network", "isolation", "entry" };

    /// <returns>The request without its source; null with <paramref name="problem"/> set when a value cannot be taken.</returns>
    public static DeployRequest? Parse(QueryString query, InvocationLimits defaults, out string? problem)
    {
        var request = new DeployRequest { Name = "", Language = "", Source = default, Limits = defaults };
        var environment = new List<KeyValuePair<string, string>>();
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        problem = null;
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().ToString();
            var value = pair.DecodeValue().ToString();
            switch (name)
            {
                case "name":
                    request = request with { Name = value };
                    break;
                case "lang":
                    request = request with { Language = value };
                    break;
                case "timeout":
                    problem = ReadNumber(name, value, 1, (long)s_longestTimeout.TotalMilliseconds, "milliseconds", out var ms) ?? problem;
                    request = request with { Limits = request.Limits with { Timeout = TimeSpan.FromMilliseconds(ms) } };
                    break;
                case "memory":
                    problem = ReadNumber(name, value, 1, MaxMemoryMebibytes, "MiB", out var mebibytes) ?? problem;
                    request = request with { Limits = request.Limits with { MemoryBytes = mebibytes * BytesPerMebibyte } };
                    break;
                case "concurrency":
                    problem = ReadNumber(name, value, 1, int.MaxValue, "invocations", out var concurrency) ?? problem;
                    request = request with { Concurrency = (int)concurrency };
                    break;
                case "retries":
                    problem = ReadNumber(name, value, 0, AsyncInvocationDraft.MaxRetries, "attempts", out var retries) ?? problem;
                    request = request with { Retries = (int)retries };
                    break;
                case "backend":
                    request = request with { Backend = value };
                    break;
                case "idempotent":
                    problem ??= value is "true" or "false" ? null : "idempotent is true or false";
                    request = request with { Idempotent = value == "true" };
                    break;
                case "env":
                    var at = value.IndexOf('=', StringComparison.Ordinal);
                    problem ??= at > 0 ? null : $"env is NAME=VALUE, not '{value}'";
                    environment.Add(new(value[..Math.Max(at, 0)], value[(at + 1)..]));
                    break;
                case var option when s_options.Contains(option):
                    options[option] = value;
                    break;
                default:
                    problem ??= $"unknown parameter '{name}': name, lang, timeout, memory, concurrency, retries, backend, idempotent, env, network, isolation and entry are known";
                    break;
            }
        }

        return problem is null ? request with { Environment = environment, Options = options } : null;
    }

    private static string? ReadNumber(string name, string value, long least, long most, string unit, out long number) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most
            ? null
            : $"{name} is a whole number of {unit} from {least} to {most}, not '{value}'";
}
