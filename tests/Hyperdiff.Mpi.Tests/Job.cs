using System.Diagnostics;

namespace Hyperdiff.Mpi.Tests;

/// <summary>How processes ended that were started together.</summary>
/// <param name="ExitCode">The exit code of the launcher.</param>
/// <param name="Lines">What was written to the output, in the order of the lines.</param>
/// <param name="Errors">What was written to the error stream.</param>
public sealed record JobResult(int ExitCode, string[] Lines, string Errors)
{
    /// <summary>The lines of a job that ended well.</summary>
    public string[] Succeeded()
    {
        Assert.True(ExitCode == 0, $"The job ended with {ExitCode}:\n{string.Join('\n', Lines)}\n{Errors}");
        return Lines;
    }

    /// <summary>The errors of a job that did not end well.</summary>
    public string Failed()
    {
        Assert.True(ExitCode != 0, $"The job did not fail:\n{string.Join('\n', Lines)}\n{Errors}");
        return Errors;
    }
}

/// <summary>Processes that were started together; none is left when it is disposed of.</summary>
public sealed class Job : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts a command.</summary>
    public Job(string command, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Open MPI gives its processes a terminal, which .NET otherwise greets with an escape sequence
        start.Environment["TERM"] = "dumb";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The program that tests start.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Hyperdiff.Mpi.Program.dll");

    /// <summary>The next line of the output.</summary>
    public string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new EndOfStreamException("The job has ended: " + _errors.Result);

    /// <summary>Waits for the end.</summary>
    public JobResult ToEnd()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        Assert.True(_process.WaitForExit(s_longest), "The job does not end.");
        string[] lines = output.Result.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return new JobResult(_process.ExitCode, [.. lines.Order(StringComparer.Ordinal)], _errors.Result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
