namespace Faas.Supervisor.Building;

/// <summary>The closed list of reasons why a deploy fails, as they are answered over HTTP.</summary>
public static class DeployErrorCodes
{
    public const string BadRequest = "bad_request";
    public const string BadName = "bad_name";
    public const string UnknownLanguage = "unknown_language";
    public const string CompileFailed = "compile_failed";
    public const string InvalidWasm = "invalid_wasm";
    public const string ToolchainMissing = "toolchain_missing";
    public const string RuntimeMissing = "runtime_missing";
    public const string StorageFailed = "storage_failed";
    public const string InternalError = "internal_error";
}
