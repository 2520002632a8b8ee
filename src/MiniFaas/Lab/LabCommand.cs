using System.CommandLine;

namespace MiniFaas.Lab;

/// <summary><c>minifaas lab</c>: which strategy would suit the load that a server really has.</summary>
internal static class LabCommand
{
    public static Command Create() => new("lab", "Record a server's load and replay it under every strategy")
    {
        LabRecordCommand.Create(),
        LabReplayCommand.Create(),
        LabSynthCommand.Create(),
    };
}
