using System.Diagnostics.CodeAnalysis;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Options;

namespace MiniFaas.Settings;

/// <summary>Options, or why there are none: one line for each problem, with key, value and rule.</summary>
internal sealed record SettingsResult(SupervisorOptions? Options, IReadOnlyList<string> Problems)
{
    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsGood => Options is not null;
}
