namespace Faas.Supervisor.Building;

/// <summary>Native code could not be produced for a reason that is not the module's.</summary>
/// <param name="code"><see cref="DeployErrorCodes.RuntimeMissing"/>, <see cref="DeployErrorCodes.InvalidWasm"/> (a limit of compilation) or <see cref="DeployErrorCodes.InternalError"/>.</param>
/// <param name="message">What happened and what to do.</param>
public sealed class NativeCompilerException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
