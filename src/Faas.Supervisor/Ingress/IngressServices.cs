using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway;

namespace Faas.Supervisor.Ingress;

/// <summary>What the connections of the ingress socket share.</summary>
/// <param name="Store">Where names become functions.</param>
/// <param name="Invoker">The same that HTTP uses.</param>
/// <param name="MaxInputBytes">Longest input of one invocation.</param>
/// <param name="Logger">Of the socket.</param>
internal sealed record IngressServices(FunctionStore Store, Invoker Invoker, long MaxInputBytes, ILogger Logger);
