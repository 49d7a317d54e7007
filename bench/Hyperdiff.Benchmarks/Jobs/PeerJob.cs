namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>A job that is done by several systems.</summary>
/// <param name="Name">Its name, also that of the peers' program.</param>
/// <param name="Metric">What it is judged by.</param>
/// <param name="Peers">By which other systems.</param>
/// <param name="Formulas">What of the peers' programs plain PyTorch needs besides the job's, and the packages do not.</param>
/// <param name="Prepare">Writes the data into a folder, of a small setting if asked for, and says in words what they are.</param>
/// <param name="Run">Does it, and returns the metric.</param>
internal sealed record PeerJob(
    string Name, string Metric, string[] Peers, string? Formulas, Func<string, bool, string> Prepare, Func<JobInput, JobClock, double> Run)
{
    /// <summary>Who does it with the library.</summary>
    public const string Ours = "Hyperdiff";

    /// <summary>All jobs.</summary>
    public static IReadOnlyList<PeerJob> All { get; } =
    [
        new("cleaning", "test accuracy", ["plain", "hypertorch", "betty"], "formulas.py", JobData.Cleaning, Cleaning.Run),
        new("equilibrium", "test accuracy", ["plain", "hypertorch"], "formulas.py", JobData.Equilibrium, EquilibriumNetwork.Run),
        new("learning-rate", "test accuracy", ["plain"], null, JobData.LearningRate, LearningRate.Run),
        new("darts", "test accuracy", ["plain"], null, JobData.Darts, DartsSearch.Run),
        new("ridge-path", "sum of |dℓ/dλ|", ["plain", "hypertorch"], null, JobData.RidgePath, RidgePath.Run),
        new("meta-learning", "error of new tasks", ["plain", "hypertorch", "betty"], "formulas.py", JobData.MetaLearning, MetaLearning.Run),
    ];

    /// <summary>The lines of code that one side takes, without imports, comments and lines without a letter or digit.</summary>
    public int Lines(string by)
    {
        if (by == Ours)
        {
            string file = $"{string.Concat(Name.Split('-').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"))}Job.cs";
            using var source = new StreamReader(typeof(PeerJob).Assembly.GetManifestResourceStream(file)!);
            return Count(source.ReadToEnd());
        }

        int own = Count(File.ReadAllText(Path.Combine(PeerProcess.Folder, $"{PeerProcess.Module(Name, by)}.py")));
        return by == "plain" && Formulas is not null ? own + Count(File.ReadAllText(Path.Combine(PeerProcess.Folder, Formulas))) : own;
    }

    private static int Count(string source) => source.Split('\n').Select(line => line.Trim()).Count(line =>
        line.Any(char.IsLetterOrDigit) && !line.StartsWith("//", StringComparison.Ordinal) && !line.StartsWith('#')
            && !line.StartsWith("using ", StringComparison.Ordinal) && !line.StartsWith("namespace ", StringComparison.Ordinal)
            && !line.StartsWith("import ", StringComparison.Ordinal) && !line.StartsWith("from ", StringComparison.Ordinal));
}
