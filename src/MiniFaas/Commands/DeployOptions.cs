using System.CommandLine;
using System.Globalization;
using MiniFaas.Client;
using MiniFaas.Settings;

namespace MiniFaas.Commands;

/// <summary>What can be said of a function when it is deployed: the options that <c>deploy</c> and <c>watch</c> share.</summary>
internal sealed class DeployOptions
{
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME", Description = "Function name (default: the file's)" };
    private readonly Option<string?> _language = new("--lang") { HelpName = "LANG", Description = "c, cpp, rust, go, js, python, php, html or wasm (default: by extension)" };
    private readonly Option<string?> _timeout = new("--timeout") { HelpName = "TIME", Description = "Longest run of one invocation, like 500ms" };
    private readonly Option<string?> _memory = new("--memory") { HelpName = "SIZE", Description = "Memory of one invocation, whole MiB, like 64MiB" };
    private readonly Option<int?> _concurrency = new("--concurrency") { HelpName = "N", Description = "Invocations of it at once" };
    private readonly Option<string?> _backend = new("--backend") { HelpName = "NAME", Description = "Run only on workers with this WASM engine" };
    private readonly Option<string[]> _variables = new("--env") { HelpName = "K=V", Description = "Variable in the function's environment; may be repeated" };
    private readonly Option<bool> _idempotent = new("--idempotent") { Description = "May be run again when its worker crashes" };
    private readonly Option<int?> _retries = new("--retries") { HelpName = "N", Description = "Attempts after the first one when it is invoked asynchronously" };
    private readonly Option<string[]> _labels = new("--label") { HelpName = "K=V", Description = "Label to find it by; may be repeated" };
    private readonly Option<string[]> _secrets = new("--secret") { HelpName = "NAME", Description = "Secret in the function's environment; may be repeated" };
    private readonly Option<string?> _schedule = new("--schedule") { HelpName = "CRON", Description = "Run it by itself: '*/5 * * * *', or six fields with seconds first" };
    private readonly Option<string?> _timezone = new("--timezone") { HelpName = "ZONE", Description = "IANA zone of the schedule (default: UTC)" };
    private readonly Option<bool> _overlap = new("--overlap") { Description = "Run by the schedule although the run before has not ended" };
    private readonly Option<string?> _entry = new("--entry") { HelpName = "FILE", Description = "File of an archive that is run (default: main.* or what is usual)" };

    public void AddTo(Command command)
    {
        _timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && LimitText.Milliseconds(token.Value) is null)
            {
                result.AddError($"--timeout {token.Value}: {Duration.Rule}");
            }
        });
        _memory.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && LimitText.Mebibytes(token.Value) is null)
            {
                result.AddError($"--memory {token.Value}: {LimitText.MemoryRule}");
            }
        });
        _concurrency.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number) && number < 1)
            {
                result.AddError($"--concurrency {token.Value}: must be at least 1");
            }
        });
        _variables.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--env {token.Value}: must be NAME=VALUE");
            }
        });
        _labels.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--label {token.Value}: must be KEY=VALUE");
            }
        });
        foreach (Option option in (Option[])[_name, _language, _timeout, _memory, _concurrency, _backend, _variables, _idempotent, _retries, _labels, _secrets, _schedule, _timezone, _overlap, _entry])
        {
            command.Add(option);
        }
    }

    /// <summary>The function's name; null when the file's name gives none and nothing else was said.</summary>
    public string? NameFor(ParseResult parsed, string? file) =>
        (parsed.GetValue(_name) ?? (file is null ? "" : SourceLanguage.NameFrom(file))) is { Length: > 0 } name ? name : null;

    /// <summary>The language as <c>POST /deploy</c> spells it; null when the file's extension does not tell and nothing else was said.</summary>
    public string? LanguageFor(ParseResult parsed, string? file) =>
        parsed.GetValue(_language) ?? (file is null ? null : SourceLanguage.FromFileName(file));

    /// <summary>Path and query of the deploy.</summary>
    public string RequestFor(ParseResult parsed, string name, string language)
    {
        Query query = new Query("/deploy").Add("name", name).Add("lang", language)
            .Add("timeout", parsed.GetValue(_timeout) is { } time ? LimitText.Milliseconds(time) : null)
            .Add("memory", parsed.GetValue(_memory) is { } size ? LimitText.Mebibytes(size) : null)
            .Add("concurrency", parsed.GetValue(_concurrency)?.ToString(CultureInfo.InvariantCulture))
            .Add("backend", parsed.GetValue(_backend))
            .Add("idempotent", parsed.GetValue(_idempotent) ? "true" : null)
            .Add("retries", parsed.GetValue(_retries)?.ToString(CultureInfo.InvariantCulture))
            .Add("schedule", parsed.GetValue(_schedule))
            .Add("timezone", parsed.GetValue(_timezone))
            .Add("overlap", parsed.GetValue(_overlap) ? "allow" : null)
            .Add("entry", parsed.GetValue(_entry));
        foreach (string label in parsed.GetValue(_labels) ?? [])
        {
            query.Add("label", label);
        }

        foreach (string secret in parsed.GetValue(_secrets) ?? [])
        {
            query.Add("secret", secret);
        }

        foreach (string variable in parsed.GetValue(_variables) ?? [])
        {
            query.Add("env", variable);
        }

        return query.ToString();
    }
}
