using System.Diagnostics;
using System.Text.Json;
using Hyperdiff.Benchmarks.Jobs;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>hypertorch in a process that answers line by line, so that both sides can be timed in turns.</summary>
internal sealed class AccuracyPeer : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hyperdiff-accuracy-");

    /// <summary>Starts it.</summary>
    public AccuracyPeer(string python, int threads) => _process = PeerProcess.Conversation(python, "accuracy.py", threads);

    /// <summary>Its methods; the first is for symmetric Jacobians.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["CG", "fixed_point", "CG_normaleq"];

    /// <summary>Gives it a problem.</summary>
    public void Take(AccuracyProblem problem)
    {
        foreach (FileInfo file in _folder.GetFiles())
        {
            file.Delete();
        }

        problem.Write(_folder.FullName);
        Ask(new { call = "problem", name = problem.Name, folder = _folder.FullName });
    }

    /// <summary>The numbers of a hypergradient, and the seconds that this one took.</summary>
    public (double[] Gradient, double Seconds) Result(PeerAsked asked)
    {
        string results = Path.Combine(_folder.FullName, "results.npy");
        double seconds = Ask(new { call = "result", method = asked.Method, iterations = asked.Iterations, steps = asked.Steps, results })
            .GetProperty("seconds").GetDouble();
        return (NumpyFile.Read(results).ToArray<double>(), seconds);
    }

    /// <summary>The median seconds of calls during so many seconds.</summary>
    public double Time(PeerAsked asked, double seconds) =>
        Ask(new { call = "time", method = asked.Method, iterations = asked.Iterations, steps = asked.Steps, seconds }).GetProperty("seconds").GetDouble();

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private JsonElement Ask(object question)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _process.StandardInput.Flush();
        return JsonSerializer.Deserialize<JsonElement>(_process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("hypertorch ended without an answer; what it said is above."));
    }
}
