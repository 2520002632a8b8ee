using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Gateway.OpenApi;

/// <summary>What the document tells about each endpoint of the API.</summary>
internal static class ApiOperations
{
    private const string Functions = "Functions";
    private const string Invocations = "Invocations";
    private const string Secrets = "Secrets";
    private const string Server = "Server";
    private const string Text = "string";
    private const string Number = "integer";
    private const string Flag = "boolean";

    private static readonly ApiParameter s_name = new("name", Text, "Name of the function") { Required = true };
    private static readonly ApiParameter s_nameOrId = new("nameOrId", Text, "Name of the function, or id of one version") { Required = true };

    private static readonly ApiParameter s_secret = new("name", Text, "Name of the secret, that of a variable") { Required = true };
    private static readonly ApiParameter s_invocation = new("id", Text, "Id of the invocation") { Required = true };
    private static readonly ApiAnswer s_invocationNotFound = ApiAnswer.Fail(404, "There is no such invocation, or it ended longer ago than --async-retention", ErrorCodes.InvocationNotFound);

    private static readonly (string, string)[] s_identity =
        [("id", Text), ("name", Text), ("lang", Text), ("wasm", Flag), ("version", Number), ("bytes", Number), ("compileMs", Number)];

    private static readonly ApiAnswer s_notFound = ApiAnswer.Fail(404, "There is no such function", ErrorCodes.FunctionNotFound);

    private static readonly ApiAnswer[] s_ends =
    [
        s_notFound,
        ApiAnswer.Fail(422, "The module cannot be made native code", ErrorCodes.InvalidWasm),
        ApiAnswer.Fail(429, "Every slot is taken and as many wait as may; Retry-After says when to try again", ErrorCodes.QueueFull),
        ApiAnswer.Fail(500, "The function failed, with exitCode, stderr and the output so far; or a limit was reached", ErrorCodes.FunctionFailed, ErrorCodes.Trap, ErrorCodes.MemoryLimit, ErrorCodes.OutputLimit, ErrorCodes.InternalError),
        ApiAnswer.Fail(501, "Its interpreter or engine is not on this machine; the message says what to install", ErrorCodes.RuntimeMissing),
        ApiAnswer.Fail(502, "The worker ended while it ran the function", ErrorCodes.WorkerCrashed),
        ApiAnswer.Fail(503, "No worker can run it, or the server is ending", ErrorCodes.NoWorker, ErrorCodes.ShuttingDown),
        ApiAnswer.Fail(504, "It ran longer than its timeout", ErrorCodes.Timeout),
    ];

    // What a deploy may say and a change may change.
    private static readonly ApiParameter[] s_settings =
    [
        new("timeout", Number, "Longest run of one invocation in ms"),
        new("memory", Number, "Memory of one invocation in MiB"),
        new("concurrency", Number, "Most invocations at a time"),
        new("backend", Text, "WASM engine it must run on"),
        new("idempotent", Flag, "May run twice: is sent once more when its worker crashes"),
        new("retries", Number, "How often a failed asynchronous invocation is tried again"),
        new("env", Text, "Environment variable, NAME=VALUE") { Repeated = true },
        new("label", Text, "Label, KEY=VALUE") { Repeated = true },
        new("secret", Text, "Name of a secret that it gets as a variable") { Repeated = true },
        new("schedule", Text, "Cron expression of the times it runs by itself"),
        new("timezone", Text, "IANA time zone of the schedule; UTC when missing"),
        new("overlap", Text, "Whether a run may begin while the one before goes on") { Words = ["skip", "allow"] },
    ];

    public static ApiOperation Deploy { get; } = new("deploy", Functions, "Deploy a function")
    {
        Description = "Answers when the function can be invoked. A second deploy of a name is a new version; the name means the newest.",
        Parameters =
        [
            new("name", Text, "A letter or digit and up to 63 more letters, digits, dots, underscores and hyphens") { Required = true },
            new("lang", Text, "Language of the source") { Required = true, Words = FunctionLanguages.All },
            .. s_settings,
            new("network", Text, "Network of an interpreter's sandbox"),
            new("isolation", Text, "Isolation of an interpreter's process"),
            new("entry", Text, "The file of an archive that is run"),
            new("cors", Text, "function: preflights and pages of any origin under /fn/ are the function's to answer") { Words = [FunctionCors.OfTheFunction] },
        ],
        Body = "The source, or a zip or tar archive with it (Content-Type: application/zip or application/x-tar)",
        Answers =
        [
            ApiAnswer.Ok("Deployed", s_identity),
            ApiAnswer.Fail(400, "A parameter cannot be taken", ErrorCodes.BadRequest, ErrorCodes.SecretNotFound, DeployErrorCodes.BadName, DeployErrorCodes.UnknownLanguage),
            ApiAnswer.Fail(415, "The body is compressed, or a form", ErrorCodes.UnsupportedMediaType),
            ApiAnswer.Fail(422, "It does not compile, with the compiler's diagnostics; or it is no WASM module", DeployErrorCodes.CompileFailed, DeployErrorCodes.InvalidWasm),
            ApiAnswer.Fail(501, "The compiler or interpreter is not on this machine; the message says what to install", DeployErrorCodes.ToolchainMissing, DeployErrorCodes.RuntimeMissing),
        ],
    };

    public static ApiOperation Invoke { get; } = new("invoke", Invocations, "Invoke a function")
    {
        Description = "The body is the function's standard input. The answer carries its receipt: X-Faas-Invocation, X-Faas-Worker and Server-Timing.",
        Parameters =
        [
            new("fn", Text, "Name of the function, or id of one version") { Required = true },
            new("arg", Text, "Argument of the function") { Repeated = true },
            new("async", Text, "1: answer as soon as it is on the disk"),
            new("retries", Number, "With async: how often it is tried again when it fails"),
            new("callback", Text, "With async: URL that is told the end"),
        ],
        Body = "Standard input",
        Answers =
        [
            ApiAnswer.Ok("What it wrote to standard output; outputBase64 where that is not UTF-8", ("output", Text), ("outputBase64", Text)),
            ApiAnswer.Accepted("With async: it is on the disk and will run; Location has its path", ("invocation", Text)),
            ApiAnswer.Fail(400, "fn= is missing, or a parameter is unknown or cannot be taken", ErrorCodes.BadRequest),
            ApiAnswer.Fail(503, "With async: it could not be written to the disk", ErrorCodes.StorageFailed),
            .. s_ends,
        ],
    };

    public static ApiOperation Trigger { get; } = new("trigger", Invocations, "Send a function an HTTP request")
    {
        Description = "Any method, and any path behind the name. The function sees a CGI/1.1 request (RFC 3875) and writes the response, which may have any status and type.",
        Path = "/fn/{name}",
        TakesAnyQuery = true,
        Parameters = [s_name],
        Body = "Standard input",
        Answers =
        [
            ApiAnswer.Content("*/*", "What the function answers"),
            .. s_ends,
            ApiAnswer.Fail(502, "It wrote a header that HTTP cannot carry; the message names it", ErrorCodes.InvalidHeader),
        ],
    };

    public static ApiOperation ListInvocations { get; } = new("listInvocations", Invocations, "List the asynchronous invocations, newest first")
    {
        Parameters =
        [
            new("state", Text, "Only those in this state") { Words = [.. AsyncInvocationStates.Names] },
            new("fn", Text, "Only those of this function"),
            new("limit", Number, "How many, up to 1000; 100 when missing"),
            new("before", Text, "The next of the page before"),
        ],
        Answers = [ApiAnswer.Ok("A page of them", ("invocations", "array"), ("next", Text)), ApiAnswer.Fail(400, "A parameter cannot be taken", ErrorCodes.BadRequest)],
    };

    public static ApiOperation GetInvocation { get; } = new("getInvocation", Invocations, "An asynchronous invocation with its result and history")
    {
        Parameters = [s_invocation],
        Answers = [ApiAnswer.Ok("How it stands", ("state", Text), ("function", Text), ("attempts", Number), ("history", "array"), ("output", Text)), s_invocationNotFound],
    };

    public static ApiOperation CancelInvocation { get; } = new("cancelInvocation", Invocations, "Call an asynchronous invocation off")
    {
        Description = "One that runs is asked to end, and may still end well.",
        Parameters = [s_invocation],
        Answers = [ApiAnswer.Accepted("Called off, or asked to end", ("invocation", Text)), s_invocationNotFound, ApiAnswer.Fail(409, "It has ended", ErrorCodes.InvocationEnded)],
    };

    public static ApiOperation RetryInvocation { get; } = new("retryInvocation", Invocations, "Run an asynchronous invocation again")
    {
        Parameters = [s_invocation],
        Answers = [ApiAnswer.Accepted("It will run", ("invocation", Text)), s_invocationNotFound, ApiAnswer.Fail(409, "It is neither dead, unknown nor cancelled", ErrorCodes.InvocationNotDead)],
    };

    public static ApiOperation Record { get; } = new("record", Server, "Record what the server does")
    {
        Description = "The answer goes on while the recording does; closing the request ends it.",
        Parameters = [new("seconds", "number", "At most so long"), new("maxBytes", Number, "At most so much"), new("names", Flag, "With the functions' names")],
        Answers =
        [
            ApiAnswer.Content("application/octet-stream", "The trace"),
            ApiAnswer.Fail(400, "A parameter cannot be taken", ErrorCodes.BadRequest),
            ApiAnswer.Fail(409, "Another recording is under way", ErrorCodes.AlreadyRecording),
        ],
    };

    public static ApiOperation List { get; } = new("listFunctions", Functions, "List the functions")
    {
        Parameters = [new("label", Text, "Only those with this label, KEY=VALUE, or KEY for any value; several must all hold") { Repeated = true }],
        Answers = [ApiAnswer.Ok("Those there are", ("functions", "array")), ApiAnswer.Fail(400, "There are more labels than a function can have", ErrorCodes.BadRequest)],
    };

    public static ApiOperation Get { get; } = new("getFunction", Functions, "A function with its source and settings")
    {
        Parameters = [s_nameOrId],
        Answers = [ApiAnswer.Ok("The function", [("id", Text), ("name", Text), ("lang", Text), ("size", Number), ("code", Text), ("codeBase64", Text), ("wasm", Flag), ("version", Number), ("created", Number), ("timeoutMs", Number), ("memoryBytes", Number), ("outputBytes", Number), ("idempotent", Flag), ("env", "array")]), s_notFound],
    };

    public static ApiOperation Change { get; } = new("changeFunction", Functions, "Change a function's settings without a build")
    {
        Description = "A new version of the same code. What the query does not mention stays; env=K and label=K take one away, none a limit, the secrets or the schedule.",
        Parameters = [s_nameOrId, .. s_settings],
        Answers =
        [
            ApiAnswer.Ok("The new version", s_identity),
            ApiAnswer.Fail(400, "A parameter cannot be taken", ErrorCodes.BadRequest, ErrorCodes.SecretNotFound),
            s_notFound,
        ],
    };

    public static ApiOperation GetTraffic { get; } = new("getTraffic", Functions, "Which share of the invocations by name each version gets")
    {
        Parameters = [s_name],
        Answers = [ApiAnswer.Ok("Ids and weights", ("name", Text), ("traffic", "object")), s_notFound],
    };

    public static ApiOperation SetTraffic { get; } = new("setTraffic", Functions, "Split the invocations by name between versions")
    {
        Parameters = [s_name],
        Body = "A JSON object of ids and weights; an empty one gives all to what the name means",
        Answers =
        [
            ApiAnswer.Ok("Ids and weights", ("name", Text), ("traffic", "object")),
            ApiAnswer.Fail(400, "The body is no such object", ErrorCodes.BadRequest),
            s_notFound,
        ],
    };

    public static ApiOperation GetSchedule { get; } = new("getSchedule", Functions, "When a function runs by itself, how it last went, what was missed")
    {
        Parameters = [s_name],
        Answers =
        [
            ApiAnswer.Ok("The schedule", ("name", Text), ("id", Text), ("next", Text), ("missed", Number)),
            ApiAnswer.Fail(404, "There is no such function, or it has no schedule", ErrorCodes.FunctionNotFound, ErrorCodes.NoSchedule),
        ],
    };

    public static ApiOperation ListSecrets { get; } = new("listSecrets", Secrets, "List the names of the secrets")
    {
        Answers = [ApiAnswer.Ok("Names; no answer has a value", ("secrets", "array"))],
    };

    public static ApiOperation SetSecret { get; } = new("setSecret", Secrets, "Keep a secret, or change its value")
    {
        Parameters = [s_secret],
        Body = "The value, UTF-8",
        Answers = [ApiAnswer.Ok("Its name", ("secret", Text)), ApiAnswer.Fail(400, "Name or value cannot be taken", ErrorCodes.BadRequest)],
    };

    public static ApiOperation DeleteSecret { get; } = new("deleteSecret", Secrets, "Forget a secret")
    {
        Parameters = [s_secret],
        Answers =
        [
            ApiAnswer.Ok("Its name", ("secret", Text)),
            ApiAnswer.Fail(404, "There is no such secret", ErrorCodes.SecretNotFound),
            ApiAnswer.Fail(409, "A function asked for it", ErrorCodes.SecretInUse),
        ],
    };

    public static ApiOperation Delete { get; } = new("deleteFunction", Functions, "Delete a function, or one version of it")
    {
        Description = "Invocations that run are finished.",
        Parameters = [s_nameOrId],
        Answers = [ApiAnswer.Ok("Ids of what was deleted", ("deleted", "array")), s_notFound],
    };

    public static ApiOperation Versions { get; } = new("listVersions", Functions, "List the versions of a function, oldest first")
    {
        Parameters = [s_name],
        Answers = [ApiAnswer.Ok("The versions", ("name", Text), ("current", Text), ("versions", "array")), s_notFound],
    };

    public static ApiOperation RollBack { get; } = new("rollBack", Functions, "Make a name mean an earlier version")
    {
        Parameters = [s_name, new("to", Text, "Id of the version; missing: the one before the present one")],
        Answers = [ApiAnswer.Ok("The version that the name means now", s_identity), s_notFound, ApiAnswer.Fail(409, "There is no earlier version", ErrorCodes.NoEarlierVersion)],
    };

    public static ApiOperation Logs { get; } = new("readLogs", Functions, "What a function wrote to standard error, and its failures")
    {
        Description = "Lines of JSON; with follow=1 server-sent events of one line each.",
        Parameters = [s_name, new("tail", Number, "How many of the last entries, up to 10000; 100 when missing"), new("follow", Text, "1: go on with what comes")],
        Answers = [ApiAnswer.Content("application/jsonl", "The entries"), ApiAnswer.Fail(400, "tail is no number", ErrorCodes.BadRequest), s_notFound],
    };

    public static ApiOperation Activity { get; } = new("readActivity", Functions, "The last five minutes of a function")
    {
        Parameters = [s_name],
        Answers = [ApiAnswer.Ok("Its figures", ("name", Text)), s_notFound],
    };

    public static ApiOperation Events { get; } = new("followEvents", Server, "Follow the server's figures")
    {
        Description = "Server-sent events: first the past, then a snapshot each second.",
        Answers = [ApiAnswer.Content("text/event-stream", "The events")],
    };

    public static ApiOperation Status { get; } = new("readStatus", Server, "The server as it stands")
    {
        Answers = [ApiAnswer.Ok("Its workers, queue and strategy", ("version", Text), ("pid", Number), ("started", Number), ("strategies", "array"))],
    };

    public static ApiOperation SetStrategy { get; } = new("setStrategy", Server, "Change the strategy")
    {
        Parameters = [new("name", Text, "The strategy from the next invocation on") { Required = true, Words = [.. StrategyCatalog.Names] }],
        Answers = [ApiAnswer.Ok("The strategy now and before", ("strategy", Text), ("previous", Text)), ApiAnswer.Fail(400, "There is no such strategy", ErrorCodes.BadRequest)],
    };

    public static ApiOperation Metrics { get; } = new("readMetrics", Server, "Everything measured, as Prometheus' text")
    {
        Answers = [ApiAnswer.Content(PrometheusText.ContentType, "Families of samples")],
    };

    public static ApiOperation Health { get; } = new("isAlive", Server, "Every part of the server does its work")
    {
        Answers =
        [
            ApiAnswer.Ok("It does"),
            ApiAnswer.Fail(503, "A loop fails again and again (`loops` names it), or a thread that serves sockets is stuck", ErrorCodes.LoopUnwell, ErrorCodes.SocketThreadStuck),
        ],
    };

    public static ApiOperation Ready { get; } = new("isReady", Server, "An invocation would find a worker")
    {
        Answers = [ApiAnswer.Ok("It would", ("workersReady", Number), ("workers", Number)), ApiAnswer.Fail(503, "No worker is ready", ErrorCodes.NoWorker)],
    };

    public static ApiOperation Document { get; } = new("readDocument", Server, "This document")
    {
        Answers = [ApiAnswer.Content("application/json", "OpenAPI 3.1")],
    };
}
