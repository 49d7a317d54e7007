using System.Diagnostics;
using System.Text.Json;
using Hyperdiff.Benchmarks.Jobs;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>PyTorch in a process that answers line by line, so that both sides can be timed in turns.</summary>
internal sealed class KernelPeer : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    public KernelPeer(string python, string program, int threads) => _process = PeerProcess.Conversation(python, program, threads);

    /// <summary>Gives it a computation; it writes its results to a file.</summary>
    /// <returns>Why it has none; null if it has.</returns>
    public string? Prepare(string expression, string mode, string[] operands, string[] directions, string results) =>
        Ask(new { call = "prepare", expression, mode, operands, directions, results }).GetProperty("problem").GetString();

    /// <summary>The least milliseconds of one call among those of so many milliseconds.</summary>
    public double Time(double milliseconds) => Ask(new { call = "time", milliseconds }).GetProperty("milliseconds").GetDouble();

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonElement Ask(object question)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _process.StandardInput.Flush();
        return JsonSerializer.Deserialize<JsonElement>(_process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("PyTorch ended without an answer; what it said is above."));
    }
}
