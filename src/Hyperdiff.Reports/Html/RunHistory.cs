using System.Text.RegularExpressions;

namespace Hyperdiff.Reports;

/// <summary>What a report shows of a run: kept from step to step, in memory that grows by some hundred bytes a step and leaf, whatever the size of λ.</summary>
public sealed partial class RunHistory : IProgress<StepRecord>
{
    // solves and warnings whose texts hold numbers are not listed without end
    private const int MostTexts = 200;

    private readonly List<StepEntry> _steps = [];
    private readonly List<LeafCourse> _leaves = [];
    private readonly Dictionary<(string Solve, SolveStatus Status), List<int>> _solves = [];
    private readonly Dictionary<HypergradientWarning, List<int>> _warnings = [];
    private readonly List<(string Title, string Text)> _attachments = [];

    /// <summary>A history without steps.</summary>
    /// <param name="name">What the run is called where there are several.</param>
    public RunHistory(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>What the run is called where there are several.</summary>
    public string Name { get; }

    internal IReadOnlyList<StepEntry> Steps => _steps;

    /// <summary>The place among <see cref="Steps"/> of the one that the loop calls the best; −1 where it calls none so.</summary>
    internal int BestStep => _steps.FindLastIndex(step => step.IsBest);

    internal IReadOnlyList<LeafCourse> Leaves => _leaves;

    internal IReadOnlyDictionary<(string Solve, SolveStatus Status), List<int>> Solves => _solves;

    internal IReadOnlyDictionary<HypergradientWarning, List<int>> Warnings => _warnings;

    internal IReadOnlyList<(string Title, string Text)> Attachments => _attachments;

    /// <summary>The history of steps that were recorded, as by <see cref="JsonLinesLog"/>.</summary>
    /// <param name="name">What the run is called.</param>
    /// <param name="steps">Its steps, in their order.</param>
    public static RunHistory Of(string name, IEnumerable<StepRecord> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var history = new RunHistory(name);
        foreach (StepRecord step in steps)
        {
            history.Report(step);
        }

        return history;
    }

    /// <summary>Adds a step. One that is there already, as after a run that was resumed from before, replaces what is there from it on.</summary>
    /// <param name="value">The step.</param>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_steps.Count > 0 && value.Step <= _steps[^1].Step)
        {
            RemoveFrom(value.Step);
        }

        _steps.Add(StepEntry.Of(value));
        foreach (SolveReport report in value.Reports)
        {
            Add(_solves, (Items().Replace(report.Solver, string.Empty), report.Status), ("further solves", report.Status), value.Step);
        }

        foreach (HypergradientWarning warning in value.Warnings)
        {
            Add(_warnings, warning, new HypergradientWarning(warning.Kind, "(further ones)"), value.Step);
        }

        foreach (Leaf leaf in value.Hyper.Where(leaf => leaf.IsActive))
        {
            LeafCourse? course = _leaves.Find(course => course.Name == leaf.Name && course.Type == leaf.Value.Type);
            if (course is null)
            {
                _leaves.Add(course = new LeafCourse(leaf.Name, leaf.Value.Type));
            }

            course.Add(value.Step, leaf.Value);
        }
    }

    /// <summary>Shows a text below the run: what <c>problem.Check</c> or <c>problem.Explain</c> found, a configuration.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="text">The text, of any length, with its line breaks.</param>
    public void Attach(string title, string text)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        _attachments.Add((title, text));
    }

    private static void Add<T>(Dictionary<T, List<int>> lists, T key, T further, int step)
        where T : notnull
    {
        T listed = lists.Count < MostTexts || lists.ContainsKey(key) ? key : further;
        if (!lists.TryGetValue(listed, out List<int>? steps))
        {
            lists[listed] = steps = [];
        }

        steps.Add(step);
    }

    private void RemoveFrom(int step)
    {
        _steps.RemoveAll(entry => entry.Step >= step);
        _leaves.ForEach(leaf => leaf.RemoveFrom(step));
        foreach (List<int> steps in _solves.Values.Concat(_warnings.Values))
        {
            steps.RemoveAll(number => number >= step);
        }
    }

    // the items of a batch, and the steps of a loop, are solves of one kind
    [GeneratedRegex(@", (item|step) \d+ of .*$")]
    private static partial Regex Items();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {_steps.Count} steps";
}
