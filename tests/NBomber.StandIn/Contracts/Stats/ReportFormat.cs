namespace NBomber.Contracts.Stats;

/// <summary>A kind of report.</summary>
public enum ReportFormat
{
    Txt,
    Html,
    Csv,
    Md,
}
