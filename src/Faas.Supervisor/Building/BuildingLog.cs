namespace Faas.Supervisor.Building;

/// <summary>Event ids 4350 to 4399.</summary>
internal static partial class BuildingLog
{
    [LoggerMessage(4350, LogLevel.Warning, "cached {Name} was not written by this installation or has changed; made again")]
    internal static partial void NotOurs(ILogger logger, string name);

    [LoggerMessage(4351, LogLevel.Error, "a cache entry could not be written")]
    internal static partial void CacheFailed(ILogger logger, Exception exception);

    [LoggerMessage(4352, LogLevel.Warning, "compilers and interpreters run without a sandbox, under resource limits alone: {Reason}; install bubblewrap and allow user namespaces")]
    internal static partial void NoSandbox(ILogger logger, string reason);

    [LoggerMessage(4353, LogLevel.Information, "{Language} is compiled by {Executable}")]
    internal static partial void ToolchainFound(ILogger logger, string language, string executable);

    [LoggerMessage(4354, LogLevel.Warning, "no toolchain for {Language}: {Remedy}")]
    internal static partial void ToolchainMissing(ILogger logger, string language, string remedy);

    [LoggerMessage(4355, LogLevel.Warning, "{Executable} for {Language} does not work: {Output}")]
    internal static partial void ToolchainRefused(ILogger logger, string language, string executable, string output);

    [LoggerMessage(4357, LogLevel.Warning, "the stored module of {Id} was damaged and has been built again from its source")]
    internal static partial void ModuleRebuilt(ILogger logger, string id);

    [LoggerMessage(4358, LogLevel.Warning, "the build cache {Folder} could not be trimmed")]
    internal static partial void TrimFailed(ILogger logger, Exception exception, string folder);

    [LoggerMessage(4359, LogLevel.Warning, "system calls of compilers and interpreters are not filtered: this kernel, or this processor, has no filter for them")]
    internal static partial void NoFilter(ILogger logger);

    [LoggerMessage(4360, LogLevel.Information, "compilers and interpreters are bounded by cgroups in {Folder}")]
    internal static partial void Groups(ILogger logger, string folder);

    [LoggerMessage(4361, LogLevel.Information, "compilers and interpreters are bounded by resource limits, not by cgroups: {Reason}")]
    internal static partial void NoGroups(ILogger logger, string reason);
}
