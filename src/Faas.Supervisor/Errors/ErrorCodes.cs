namespace Faas.Supervisor.Errors;

/// <summary>The stable codes of failed answers (docs/ARCHITECTURE.md, "Errors"); those of a deploy are in DeployErrorCodes.</summary>
internal static class ErrorCodes
{
    public const string BadRequest = "bad_request";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string FunctionNotFound = "function_not_found";
    public const string NoEarlierVersion = "no_earlier_version";
    public const string AlreadyRecording = "already_recording";
    public const string InvocationNotFound = "invocation_not_found";
    public const string InvocationEnded = "invocation_ended";
    public const string InvocationNotDead = "invocation_not_dead";
    public const string NoSchedule = "no_schedule";
    public const string SecretNotFound = "secret_not_found";
    public const string SecretInUse = "secret_in_use";
    public const string StorageFailed = "storage_failed";
    public const string PayloadTooLarge = "payload_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string RequestTimeout = "request_timeout";
    public const string RateLimited = "rate_limited";
    public const string QueueFull = "queue_full";
    public const string BodiesFull = "bodies_full";
    public const string TooManyConnections = "too_many_connections";
    public const string NoWorker = "no_worker";
    public const string LoopUnwell = "loop_unwell";
    public const string SocketThreadStuck = "socket_thread_stuck";
    public const string ShuttingDown = "shutting_down";
    public const string FunctionFailed = "function_failed";
    public const string Trap = "trap";
    public const string Timeout = "timeout";
    public const string MemoryLimit = "memory_limit";
    public const string OutputLimit = "output_limit";
    public const string Cancelled = "cancelled";
    public const string InvalidWasm = "invalid_wasm";
    public const string RuntimeMissing = "runtime_missing";
    public const string InvalidHeader = "invalid_header";
    public const string WorkerCrashed = "worker_crashed";
    public const string InternalError = "internal_error";
}
