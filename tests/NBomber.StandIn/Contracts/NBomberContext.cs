using NBomber.Contracts.Stats;

namespace NBomber.Contracts;

/// <summary>A test as it is built up.</summary>
public sealed record NBomberContext(IReadOnlyList<ScenarioProps> Scenarios)
{
    public string TestSuite { get; init; } = "nbomber_default_test_suite_name";

    public string TestName { get; init; } = "nbomber_default_test_name";

    public string ReportFolder { get; init; } = "reports";

    public string ReportFileName { get; init; } = "nbomber_report";

    public IReadOnlyList<ReportFormat> ReportFormats { get; init; } = [ReportFormat.Txt, ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md];

    public TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(10);
}
