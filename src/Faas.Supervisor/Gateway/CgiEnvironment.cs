using System.Collections.Frozen;
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

    // RFC 3875, 4.1.18: those that have a variable of their own, or carry credentials for the server, stay out; so does what
    // the server and its client settle between them. Proxy would be HTTP_PROXY, which clients in the function would believe.
    private static readonly FrozenSet<string> s_kept = FrozenSet.ToFrozenSet(
        [
            "Authorization", "Connection", "Content-Length", "Content-Type", "Expect", "Keep-Alive", "Proxy", "Proxy-Authorization",
            "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        ],
        StringComparer.OrdinalIgnoreCase);

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
        if (request.IsHttps)
        {
            environment.Add("HTTPS", "on"); // no variable of the RFC, but what every program looks at
        }

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
            if (!s_kept.Contains(name) && HasVariable(name))
            {
                // RFC 6265, 5.4 and RFC 9113, 8.2.3: cookies have a separator of their own.
                environment.AddHeader(name, value.Count == 1 ? value.ToString() : string.Join(name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ", value.ToArray()));
            }
        }

        return environment;
    }

    /// <summary>Adds the variables of the request's trace.</summary>
    public void Add(in RequestTrace trace) => Count += trace.AddTo(ref _strings);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // As nginx and Apache: X_Y and X.Y would be the same variable as X-Y, which somebody in front may have vouched for.
    private static bool HasVariable(string name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-')
            {
                return false;
            }
        }

        return true;
    }

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
