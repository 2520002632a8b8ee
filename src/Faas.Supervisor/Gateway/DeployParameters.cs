using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Timers;
using Microsoft.AspNetCore.WebUtilities;

namespace Faas.Supervisor.Gateway;

/// <summary>Reads the query of <c>POST /deploy</c> and <c>PATCH /function/NAME</c> into a <see cref="DeployRequest"/>.</summary>
internal static class DeployParameters
{
    private const long BytesPerMebibyte = 1L << 20;
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromHours(1);
    private const long MaxMemoryMebibytes = 4096;

    private const string DefaultTimeZone = "UTC";
    private const string Settings =
        "timeout, memory, concurrency, retries, backend, idempotent, env, label, secret, schedule, timezone, overlap";

    /// <summary>Parameters of a deploy alone, kept as they are for whoever reads them, and their values; none where any will do.</summary>
    private static readonly Dictionary<string, string[]> s_options = new(StringComparer.Ordinal)
    {
        ["network"] = ["allow", "deny"],
        ["isolation"] = ["shared", "process"],
        ["entry"] = [],
        [FunctionCors.Option] = [FunctionCors.OfTheFunction],
    };

    /// <summary>Reads the query of a deploy.</summary>
    /// <returns>The request without its source; null with <paramref name="problem"/> set when a value cannot be taken.</returns>
    public static DeployRequest? Parse(QueryString query, InvocationLimits defaults, out string? problem) =>
        Parse(query, new DeployRequest { Name = "", Language = "", Source = default, Limits = defaults }, isChange: false, out problem);

    /// <summary>Reads the query of a change: what it does not mention stays; <c>env=K</c> and <c>label=K</c> take one away, <c>none</c> a limit or the schedule.</summary>
    public static DeployRequest? ParseChange(QueryString query, FunctionVersion of, out string? problem) =>
        Parse(query, DeployRequest.From(of), isChange: true, out problem);

    private static DeployRequest? Parse(QueryString query, DeployRequest request, bool isChange, out string? problem)
    {
        const string None = "none";
        var environment = request.Environment.ToList();
        var labels = new Dictionary<string, string>(request.Labels, StringComparer.Ordinal);
        var secrets = request.Secrets.ToList();
        var options = new Dictionary<string, string>(request.Options, StringComparer.Ordinal);
        var schedule = request.Schedule ?? new FunctionSchedule("", DefaultTimeZone, AllowsOverlap: false);
        problem = null;
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().ToString();
            var value = pair.DecodeValue().ToString();
            switch (name)
            {
                case "name" when !isChange:
                    request = request with { Name = value };
                    break;
                case "lang" when !isChange:
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
                case "concurrency" when isChange && value == None:
                    request = request with { Concurrency = null };
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
                    request = request with { Backend = isChange && value == None ? null : value };
                    break;
                case "idempotent":
                    problem ??= value is "true" or "false" ? null : "idempotent is true or false";
                    request = request with { Idempotent = value == "true" };
                    break;
                case "env":
                    problem = ReadPair(name, value, isChange, out var variable, out var content)
                        ?? (content is null ? null : EnvironmentNames.Check(variable, content)) ?? problem;
                    environment.RemoveAll(other => other.Key == variable);
                    if (content is not null)
                    {
                        environment.Add(new(variable, content));
                    }

                    break;
                case "label":
                    problem = ReadPair(name, value, isChange, out var key, out var text) ?? FunctionLabels.Check(key, text) ?? problem;
                    labels.Remove(key);
                    if (text is not null)
                    {
                        labels[key] = text;
                    }

                    break;
                case "secret" when isChange && value == None:
                    secrets.Clear();
                    break;
                case "secret":
                    problem ??= SecretStore.IsName(value) ? null : $"secret is the name of a secret, not '{value}'";
                    problem = EnvironmentNames.Check(value) ?? problem;
                    secrets.Remove(value);
                    secrets.Add(value);
                    break;
                case "schedule":
                    schedule = schedule with { Expression = isChange && value == None ? "" : value.Trim() };
                    problem ??= value.Trim().Length > 0 ? null : "schedule is a cron expression, like '*/5 * * * *'";
                    break;
                case "timezone":
                    schedule = schedule with { TimeZone = value };
                    break;
                case "overlap":
                    problem ??= value is "allow" or "skip" ? null : "overlap is allow or skip";
                    schedule = schedule with { AllowsOverlap = value == "allow" };
                    break;
                case var option when !isChange && s_options.TryGetValue(option, out var values):
                    // A slip of the pen must not mean the weaker choice.
                    problem ??= values.Length == 0 || values.Contains(value) ? null : $"{option} is {string.Join(" or ", values)}";
                    options[option] = value;
                    break;
                default:
                    problem ??= isChange
                        ? $"unknown parameter '{name}': {Settings} are known; anything else needs a deploy"
                        : $"unknown parameter '{name}': name, lang, {Settings}, network, isolation, entry and cors are known";
                    break;
            }
        }

        problem ??= labels.Count > FunctionLabels.Most ? $"a function has at most {FunctionLabels.Most} labels" : null;
        if (schedule.Expression.Length > 0 && !CronSchedule.TryParse(schedule, out _, out var mistake))
        {
            problem ??= mistake;
        }

        return problem is null
            ? request with
            {
                Environment = environment,
                Labels = labels,
                Secrets = secrets,
                Options = options,
                Schedule = schedule.Expression.Length > 0 ? schedule : null,
            }
            : null;
    }

    /// <summary>NAME=VALUE; in a change also NAME alone, which gives no value.</summary>
    private static string? ReadPair(string parameter, string text, bool mayBeAlone, out string name, out string? value)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        name = at < 0 ? text : text[..at];
        value = at < 0 ? null : text[(at + 1)..];
        return name.Length > 0 && (at > 0 || mayBeAlone) ? null : $"{parameter} is NAME=VALUE, not '{text}'";
    }

    private static string? ReadNumber(string name, string value, long least, long most, string unit, out long number) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most
            ? null
            : $"{name} is a whole number of {unit} from {least} to {most}, not '{value}'";
}
