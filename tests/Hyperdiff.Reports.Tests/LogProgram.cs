namespace Hyperdiff.Reports.Tests;

/// <summary>This assembly as a program: KIND FILE. It holds a log open until its input ends.</summary>
internal static class LogProgram
{
    private static void Main(string[] args)
    {
        using IDisposable log = LogTests.Open(args[0], args[1]);
        Console.WriteLine("open");
        Console.In.ReadToEnd();
    }
}
