using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Background;
using Faas.Supervisor.Building;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Secrets;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Gateway;

/// <summary>What the endpoints stand on. Made, owned and ended by the host.</summary>
internal sealed record GatewayServices
{
    public required SupervisorOptions Options { get; init; }

    public required FunctionStore Functions { get; init; }

    public required Deployer Deployer { get; init; }

    public required Scheduler Scheduler { get; init; }

    public required InvocationRunner Runner { get; init; }

    public required Receipt Receipt { get; init; }

    public required FunctionLogStore Logs { get; init; }

    public required SecretStore Secrets { get; init; }

    public required AsyncHost Asynchronous { get; init; }

    public required SupervisorTelemetry Telemetry { get; init; }

    public required TraceTap Tap { get; init; }

    public required LoopSupervisor Loops { get; init; }

    public required SocketThreadWatch SocketThreads { get; init; }
}
