using System.Text;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Gateway;

/// <summary><c>GET /metrics</c>: everything measured, in Prometheus' text format.</summary>
internal sealed class MetricsEndpoint(MetricsPage page)
{
    public Task HandleAsync(HttpContext context)
    {
        var text = Encoding.UTF8.GetBytes(page.Read());
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.ContentLength = text.Length;
        return context.Response.BodyWriter.WriteAsync(text, context.RequestAborted).AsTask();
    }
}
