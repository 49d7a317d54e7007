using Hyperdiff.Reports;

namespace Gallery;

/// <summary>One job: what it does, and how.</summary>
/// <param name="Name">What to call it on the command line.</param>
/// <param name="About">One line.</param>
/// <param name="Run">Runs it, on a small setting if asked for, and says what it is to show, and whether it did.</param>
internal sealed record GalleryJob(string Name, string About, Func<Setting, Claim> Run)
{
    /// <summary>All jobs.</summary>
    public static IReadOnlyList<GalleryJob> All { get; } =
    [
        CleaningJob.Job, CleaningNetworkJob.Job, LongTailJob.Job, EquilibriumJob.Job, ScheduleJob.Job, FewShotJob.Job, LettersJob.Job, DartsJob.Job,
        ThreeLevelsJob.Job, NumbersJob.Job, PortfolioJob.Job, MisspecifiedJob.Job,
    ];
}

/// <summary>How a job is run.</summary>
/// <param name="IsQuick">Whether on a small setting, of seconds.</param>
/// <param name="Output">Takes what it has to say.</param>
/// <param name="Report">Told of every step, and shows what is attached to it; if there is one.</param>
/// <param name="Cancellation">Ends it.</param>
internal sealed record Setting(bool IsQuick, TextWriter Output, HtmlReport? Report, CancellationToken Cancellation)
{
    /// <summary>A loop with the report as its watcher.</summary>
    public OuterLoop<TState, THyper> Watched<TState, THyper>(OuterLoop<TState, THyper> loop) => Report is null ? loop : loop.Watched(Report);

    /// <summary>The images of digits in the repository, from 0 to 1.</summary>
    public static Dataset Digits()
    {
        Dataset data = CsvFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "optical-digits.csv"), new CsvOptions { Categories = [Category.Last()] })
            .ToDataset();
        return data.WithX(data.X / 16);
    }
}

/// <summary>What a job is to show.</summary>
/// <param name="Text">In one line, with the numbers.</param>
/// <param name="Holds">Whether it did.</param>
internal sealed record Claim(string Text, bool Holds);
