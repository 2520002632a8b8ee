using System.Text;
using Faas.Supervisor.Gateway;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class CgiHeadTests
{
    [Theory]
    [InlineData("Content-Type: text/html\n\nbody", null, "Content-Type=text/html", "body")]
    [InlineData("content-type:text/html\r\n\r\nbody", null, "content-type=text/html", "body")]
    [InlineData("Status: 201 Made\nX-A: b\n\n", 201, "X-A=b", "")]
    [InlineData("Status: 204\n\n\n", 204, "", "\n")]
    [InlineData("STATUS:404\n\nno", 404, "", "no")]
    [InlineData("Location: /x\n\n", null, "Location=/x", "")]
    [InlineData("Status: 200\n!#$%&'*+-.^_`|~aZ9:\t v w \n\nb", 200, "!#$%&'*+-.^_`|~aZ9=v w", "b")]
    [InlineData("Status: 200\nX: caf\u00e9\n\nb", 200, "X=caf\u00e9", "b")]
    [InlineData("Status: 200\nSet-Cookie: a=1\nSet-Cookie: b=2\n\n", 200, "Set-Cookie=a=1|Set-Cookie=b=2", "")]
    // No block of the RFC: all is body.
    [InlineData("title: Report\ndate: 2026\n\nSecond paragraph", null, "", "title: Report\ndate: 2026\n\nSecond paragraph")]
    [InlineData("X-A: b\nContent-Type: text/html\n\nbody", null, "", "X-A: b\nContent-Type: text/html\n\nbody")]
    [InlineData("Content-Type : text/html\n\nbody", null, "", "Content-Type : text/html\n\nbody")]
    [InlineData("\nContent-Type: text/html\n\nbody", null, "", "\nContent-Type: text/html\n\nbody")]
    [InlineData("Content-Type: text/html\nno header\n\nbody", null, "", "Content-Type: text/html\nno header\n\nbody")]
    [InlineData("Content-Type: text/html\nX Y: z\n\nbody", null, "", "Content-Type: text/html\nX Y: z\n\nbody")]
    [InlineData("Content-Type: text/html\n folded\n\nbody", null, "", "Content-Type: text/html\n folded\n\nbody")]
    [InlineData("Content-Type: text/html\n", null, "", "Content-Type: text/html\n")]
    [InlineData("Status: all is well\n\nMore", null, "", "Status: all is well\n\nMore")]
    [InlineData("Status: 20\n\n", null, "", "Status: 20\n\n")]
    [InlineData("Status: 2000\n\n", null, "", "Status: 2000\n\n")]
    [InlineData("Statu", null, "", "Statu")]
    [InlineData("", null, "", "")]
    [InlineData("\n\n", null, "", "\n\n")]
    public void TryParse_Output_IsTheSameInOneWriteAndInMany(string output, int? status, string headers, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(output);
        Assert.True(CgiHead.TryParse(bytes, isAll: true, out var whole));
        Assert.Equal(status, whole.StatusCode);
        Assert.Equal(headers, string.Join('|', whole.Headers.Select(header => $"{header.Key}={header.Value}")));
        Assert.Equal(body, output[whole.LengthBytes..]);
        Assert.Null(whole.Unsendable);
        AssertSameByteByByte(bytes, whole);
    }

    [Theory]
    [InlineData("X-A: a\u0001b", "X-A")]
    [InlineData("X-A: a\rX-B: b", "X-A")]
    [InlineData("X-A: a\0", "X-A")]
    [InlineData("X-A: \u007f", "X-A")]
    [InlineData("X-A: fine\nX-B: a\u001bb\nX-C: \u0002", "X-B")]
    [InlineData("Status: 100 Continue", "Status")]
    [InlineData("Status: 199", "Status")]
    [InlineData("Status: 600", "Status")]
    [InlineData("Status: 000", "Status")]
    public void TryParse_WhatHttpCannotCarry_IsNamed(string line, string name)
    {
        var bytes = Encoding.Latin1.GetBytes($"Content-Type: text/plain\n{line}\n\nbody");
        Assert.True(CgiHead.TryParse(bytes, isAll: true, out var head));
        Assert.True(head.IsPresent);
        Assert.Equal(name, head.Unsendable);
        AssertSameByteByByte(bytes, head);
    }

    [Theory]
    [InlineData(CgiHead.MaxBytes, true)]
    [InlineData(CgiHead.MaxBytes + 1, false)]
    public void TryParse_Block_IsBounded(int length, bool isHead)
    {
        const string Start = "Status: 200\nX: ";
        var bytes = Encoding.ASCII.GetBytes($"{Start}{new string('x', length - Start.Length - 2)}\n\nbody");
        Assert.True(CgiHead.TryParse(bytes, isAll: true, out var head));
        Assert.Equal(isHead ? length : 0, head.LengthBytes);
        AssertSameByteByByte(bytes, head);
        Assert.True(CgiHead.TryParse(bytes.AsSpan(0, CgiHead.MaxBytes), isAll: false, out _), "more was asked for than is looked at");
    }

    [Fact]
    public void TryParse_Text_IsBodyFromItsFirstByte()
    {
        Assert.True(CgiHead.TryParse("H"u8, isAll: false, out var head));
        Assert.False(head.IsPresent);
        Assert.False(CgiHead.TryParse("Con"u8, isAll: false, out _));
        Assert.False(CgiHead.TryParse(""u8, isAll: false, out _));
    }

    [Fact]
    public void TryParse_AnyBytes_AreDecidedTheSameInOneWriteAndInMany()
    {
        // Pieces that matter, so that most strings come near a block.
        string[] pieces = ["Status: 2", "00", "Content-Type: ", "Location:", "\n", "\r\n", "\n\n", ":", " ", "x", "\0", "\u00e9", "X-A: b\n", "text/html"];
        var random = new Random(20261);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)])));
            Assert.True(CgiHead.TryParse(bytes, isAll: true, out var whole));
            AssertSameByteByByte(bytes, whole);
        }
    }

    private static void AssertSameByteByByte(byte[] bytes, CgiHead whole)
    {
        for (var length = 0; length <= bytes.Length; length++)
        {
            if (CgiHead.TryParse(bytes.AsSpan(0, length), isAll: length == bytes.Length, out var head))
            {
                Assert.Equal((whole.LengthBytes, whole.StatusCode, whole.Unsendable), (head.LengthBytes, head.StatusCode, head.Unsendable));
                Assert.Equal(whole.Headers, head.Headers);
                return;
            }
        }

        Assert.Fail("never decided");
    }
}
