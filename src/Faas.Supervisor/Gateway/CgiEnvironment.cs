using System.Buffers;
using System.Globalization;
using System.Text;
using Faas.Protocol.Framing;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary>The request as CGI/1.1 meta-variables (RFC 3875, section 4.1) in the layout of Invoke frames.</summary>
internal sealed class CgiEnvironment
{
    private const string Gateway = "CGI/1.1";
    private const string Software = "MiniFaas";

    private FrameBuffer? _strings = new();
    private readonly StringBuilder _line = new();

    public ReadOnlyMemory<byte> Strings => _strings!.WrittenMemory;

    public int Count { get; private set; }

    /// <param name="context">The request.</param>
    /// <param name="function">Whose trigger it is.</param>
    /// <param name="pathInfo">What follows the name in the path, decoded; empty or with a leading slash.</param>
    /// <param name="bodyBytes">Length of the whole body.</param>
    public static CgiEnvironment Of(HttpContext context, FunctionVersion function, string pathInfo, int bodyBytes)
    {
        var request = context.Request;
        var environment = new CgiEnvironment();
        environment.Add("GATEWAY_INTERFACE", Gateway);
        environment.Add("SERVER_SOFTWARE", Software);
        environment.Add("SERVER_PROTOCOL", request.Protocol);
        environment.Add("SERVER_NAME", request.Host.Host);
        environment.Add("SERVER_PORT", Number(request.Host.Port ?? context.Connection.LocalPort));
        environment.Add("REQUEST_METHOD", request.Method);
        environment.Add("SCRIPT_NAME", $"/fn/{function.Name}");
        environment.Add("PATH_INFO", pathInfo);
        environment.Add("QUERY_STRING", request.QueryString.HasValue ? request.QueryString.Value![1..] : "");
        environment.Add("REMOTE_ADDR", context.Connection.RemoteIpAddress?.ToString() ?? "");
        environment.Add("REMOTE_HOST", context.Connection.RemoteIpAddress?.ToString() ?? "");
        if (bodyBytes > 0)
        {
            environment.Add("CONTENT_LENGTH", Number(bodyBytes));
        }

        if (request.ContentType is { } contentType)
        {
            environment.Add("CONTENT_TYPE", contentType);
        }

        foreach (var (name, value) in request.Headers)
        {
            // RFC 3875, 4.1.18: those that have a variable of their own, or carry credentials for the server, stay out.
            if (name is not ("Content-Length" or "Content-Type" or "Authorization" or "Proxy-Authorization" or "Proxy" or "Connection"))
            {
                environment.AddHeader(name, value.ToString());
            }
        }

        return environment;
    }

    /// <summary>Adds the variables of the request's trace.</summary>
    public void Add(in RequestTrace trace) => Count += trace.AddTo(ref _strings);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void AddHeader(string name, string value)
    {
        _line.Clear().Append("HTTP_");
        foreach (var letter in name)
        {
            _line.Append(letter == '-' ? '_' : char.ToUpperInvariant(letter));
        }

        Add(_line.ToString(), value);
    }

    private void Add(string name, string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return;
        }

        _strings!.WriteString($"{name}={value}");
        Count++;
    }
}
