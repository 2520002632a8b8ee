using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Ingress;

/// <summary>What the connections of the ingress socket share.</summary>
/// <param name="Store">Where names become functions.</param>
/// <param name="Runner">The same that HTTP uses.</param>
/// <param name="MaxInputBytes">Longest input of one invocation.</param>
/// <param name="Logger">Of the socket.</param>
internal sealed record IngressServices(FunctionStore Store, InvocationRunner Runner, long MaxInputBytes, ILogger Logger);
